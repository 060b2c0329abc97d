import type { Db } from '../../../kernel/db.ts'
import { decimal4, formatDecimal4 } from '../../../kernel/money.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { pointsErrors } from '../contract.ts'
import { creditsOf } from '../repository/documents.ts'
import { earningRepository, type EarningLine, type SaleRow } from '../repository/earning.ts'
import type { Multiplier } from '../contract/rules.ts'
import { factsKept, type MemberFacts } from './earn.ts'
import { receiptSentence, type Text } from './explain-words.ts'
import { pointsBack } from './points-back.ts'
import {
  documentRefusal,
  lineClass,
  lineRefusal,
  multipliersOf,
  paidShare,
  shareOut,
  wholePoints,
  worthOf,
  type Ratio,
  type ReadyRules,
  type RuleLine,
} from './rule.ts'
import type { PointsNeeds } from './ports.ts'
import { ruleBook } from './rules.ts'

const KINDS: Readonly<Record<string, Text>> = {
  tobacco: { zh: '烟草不积分', en: 'Tobacco earns no points' },
  prepaid_card: { zh: '购物卡不积分', en: 'Prepaid cards earn no points' },
  bag: { zh: '购物袋不积分', en: 'Bags earn no points' },
  service_fee: { zh: '服务费不积分', en: 'Fees earn no points' },
  rounding: { zh: '抹零不积分', en: 'Rounding earns no points' },
  voucher: { zh: '代金券不积分', en: 'Vouchers earn no points' },
}

const DOCUMENTS: Readonly<Record<'void' | 'adjustment' | 'channel' | 'tender', Text>> = {
  void: { zh: '小票已作废，不积分', en: 'A void receipt earns no points' },
  adjustment: { zh: '调整单不积分', en: 'An adjustment earns no points' },
  channel: { zh: '团购不积分', en: 'Corporate orders earn no points' },
  tender: { zh: '这种支付方式不积分', en: 'What was paid so earns no points' },
}

export type Viewer =
  { readonly kind: 'member'; readonly memberId: string } | { readonly kind: 'staff'; readonly scope: Scope }

/** How each line of a document earns by some rules; the same rules that credit it, applied line by line. */
export function linesExplained(
  ready: ReadyRules,
  document: SaleRow,
  lines: readonly EarningLine[],
  facts: MemberFacts,
  names: ReadonlyMap<string, string>,
) {
  const paid = paidShare(ready.rules, JSON.parse(document.paymentsJson) as { method: string; amount: string }[])
  const whole = documentRefusal(document, ready.exclusions) ?? (paid === null ? 'tender' : null)
  const reasonOf = (line: RuleLine): Text | null => {
    if (whole !== null) return DOCUMENTS[whole]
    const refusal = lineRefusal(line, ready.exclusions)
    if (refusal === null) return null
    if (refusal === 'productKind')
      return KINDS[line.kind ?? ''] ?? { zh: '这类商品不积分', en: 'This kind of product earns no points' }
    const name = names.get(line.categoryCode ?? '') ?? ''
    return { zh: `「${name}」不积分`, en: `"${name}" earns no points` }
  }
  const sale = {
    businessDate: document.businessDate,
    storeCode: document.storeCode,
    ...facts,
    paid: paid ?? { counts: 1n, of: 1n },
  }
  const judged = lines.map(line => {
    const reason = reasonOf(line)
    const bits = lineClass(line, ready)
    const worth = worthOf(ready, sale, bits)
    const exact: Ratio =
      reason === null ? { over: decimal4(line.net) * worth.over, under: worth.under } : { over: 0n, under: 1n }
    return { line, reason, bits, exact }
  })
  const total = judged.reduce<Ratio>(
    (sum, { exact }) => ({ over: sum.over * exact.under + exact.over * sum.under, under: sum.under * exact.under }),
    { over: 0n, under: 1n },
  )
  const points = wholePoints(total, ready.rules.caps.receipt)
  const shares = shareOut(
    points,
    judged.map(one => one.exact),
  )
  return {
    points,
    lines: judged.map(({ line, reason, bits }, i) => ({
      lineNo: line.lineNo,
      name: line.nameAtSale,
      net: line.net,
      earns: reason === null,
      points: shares[i] ?? 0,
      ...countedBy(reason === null ? multipliersOf(ready, sale, bits) : []),
      reason,
    })),
    /** What of each yuan paid counts, and whether the cap of a receipt has cut the points. */
    paid: sale.paid,
    isCut: points !== wholePoints(total, null),
  }
}

/** The multipliers of a line by name, and what they come to together: 2 = double, 1 = none. */
const countedBy = (multipliers: readonly Multiplier[]) => ({
  multipliers: multipliers.map(one => one.name),
  times: multipliers.reduce((times, { percent }) => (times * percent) / 100, 1),
})

/** How each line of a receipt earned, by the same rule that credits it, and whether it is credited yet. */
export async function explainReceipt(
  db: Db,
  documentId: string,
  viewer: Viewer,
  { withheld }: Pick<PointsNeeds, 'withheld'>,
) {
  const earning = earningRepository(db)
  const [document] = await earning.documents([documentId])
  const mayRead =
    document !== undefined &&
    (viewer.kind === 'staff' ? inScope(viewer.scope, document.storeCode) : document.memberId === viewer.memberId)
  if (!mayRead) throw pointsErrors.noReceipt()

  const rules = await ruleBook(db)
  const credit = (await creditsOf(db, [documentId])).get(documentId)
  const isKnown = credit !== undefined && credit.version > 0
  const ready = isKnown ? rules.version(credit.rulesVersion) : rules.at(document.businessDate)
  const names =
    ready.exclusions.categories.size === 0
      ? new Map<string, string>()
      : new Map((await earning.categories()).map(({ code, name }) => [code, name]))
  const lines = await earning.lines(documentId)
  const explained = linesExplained(ready, document, lines, factsKept(credit), names)
  const base = explained.lines.reduce((sum, line) => sum + (line.earns ? decimal4(line.net) : 0n), 0n)
  const isCredited = isKnown && credit.revision === document.revision && credit.memberId === document.memberId
  const points = isCredited ? credit.points : explained.points
  const back = isCredited ? await pointsBack(db, ready, document, lines, factsKept(credit)) : new Map<number, number>()
  const state =
    document.memberId === null || (!isCredited && points === 0) ? 'none' : isCredited ? 'credited' : 'pending'
  return {
    documentId,
    state,
    points: document.memberId === null ? 0 : points,
    base: formatDecimal4(base),
    rulesVersion: ready.version,
    lines: explained.lines.map(line => ({ ...line, back: back.get(line.lineNo) ?? 0 })),
    explanation:
      (await withheld(db, [documentId])).get(documentId) ??
      receiptSentence(state, points, base, explained, ready.rules),
  } as const
}
