import type { Db } from '../../../kernel/db.ts'
import { formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { creditsOf } from '../repository/documents.ts'
import { earningRepository, type Base, type SaleRow } from '../repository/earning.ts'
import { familiesOf, targetsOf } from './earn.ts'
import type { LedgerKernel, PointsNeeds } from './ports.ts'
import { lineClass, lineRefusal, type ReadyRules, type RuleLine } from './rule.ts'
import { ruleBook } from './rules.ts'
import { basesOf, beforeBackCredit, factsOf, unitsOf } from './settle.ts'

/** A sale that has not happened yet, as it would be written down. */
export interface SaleToCome {
  readonly memberId: string
  readonly cardNo: string
  readonly storeCode: string
  readonly businessDate: string
  readonly businessAt: Date
  readonly payments: readonly { readonly method: string; readonly amount: string }[]
  /** `net` after coupons; kind and category as the catalogue knows them. */
  readonly lines: readonly (RuleLine & { readonly net: Decimal4 })[]
}

/** No document has this id: ids have 26 characters. */
const TO_COME = 'to come'

/**
 * What a sale would be credited with if it were written down now: the same reckoning as that of `settle`, with the sale
 * among the receipts whose cap of the day it shares. Reads only.
 */
export async function estimatePoints(
  kernel: Pick<LedgerKernel, 'config'>,
  needs: Pick<PointsNeeds, 'members' | 'tiersOn' | 'withheld'>,
  db: Db,
  sale: SaleToCome,
): Promise<number> {
  const rules = await ruleBook(db)
  const root = documentOf(sale)
  const others = rules.versions.some(version => version.rules.caps.day !== null) ? await sameDay(db, root) : []
  const [unit = []] = unitsOf(familiesOf([...others, root]), rules).filter(families =>
    families.some(family => family.root === root),
  )
  const roots = unit.map(family => family.root)
  const known = others.map(one => one.documentId)
  const credits = await creditsOf(db, known)
  const bases = await basesOf(
    db,
    unit.filter(family => family.root !== root),
    credits,
    rules,
  )
  const targets = targetsOf(unit, {
    rules,
    bases: new Map([...bases, [TO_COME, basesToCome(sale, rules.at(sale.businessDate))]]),
    credits,
    factsOf: await factsOf(needs, db, roots, rules),
    tooOld: await beforeBackCredit(kernel, db, roots),
    withheld: await needs.withheld(db, known),
  })
  return targets.find(target => target.document === root)?.points ?? 0
}

/** The member's other receipts of that day, with what came back of them. */
async function sameDay(db: Db, root: SaleRow): Promise<SaleRow[]> {
  const earning = earningRepository(db)
  const own = await earning.ofDays(root.memberId === null ? [] : [root.memberId], [root.businessDate])
  const returns = await earning.returnsOf(own.map(one => one.docKey))
  return [...new Map([...own, ...returns].map(one => [one.documentId, one])).values()]
}

const documentOf = (sale: SaleToCome): SaleRow => ({
  documentId: TO_COME,
  docKey: TO_COME,
  revision: 1,
  memberId: sale.memberId,
  memberRefKind: 'card',
  memberRef: sale.cardNo,
  storeCode: sale.storeCode,
  businessDate: sale.businessDate,
  businessAt: sale.businessAt,
  type: 'sale',
  status: 'confirmed',
  channel: 'store',
  corporate: 0,
  originalDocKey: null,
  paymentsJson: JSON.stringify(sale.payments),
})

/** What counts of its lines, by class: what the database sums for a document that is there. */
function basesToCome({ lines }: SaleToCome, ready: ReadyRules): Base[] {
  const sums = new Map<number, Decimal4>()
  for (const line of lines) {
    const bits = lineClass(line, ready)
    const counts = lineRefusal(line, ready.exclusions) === null ? line.net : 0n
    sums.set(bits, (sums.get(bits) ?? 0n) + counts)
  }
  return [...sums].map(([bits, base]) => ({ documentId: TO_COME, class: bits, base: formatDecimal4(base) }))
}
