import { decimal4 } from '../../../kernel/money.ts'
import type { Db } from '../../../kernel/db.ts'
import { piecesBack } from '../../sales/index.ts'
import { creditsOf } from '../repository/documents.ts'
import { earningRepository, type EarningLine, type SaleRow } from '../repository/earning.ts'
import type { MemberFacts } from './earn.ts'
import {
  documentRefusal,
  lineClass,
  lineRefusal,
  paidShare,
  shareOut,
  worthOf,
  type Ratio,
  type ReadyRules,
} from './rule.ts'

const NOTHING: Ratio = { over: 0n, under: 1n }
const sum = (a: Ratio, b: Ratio): Ratio => ({ over: a.over * b.under + b.over * a.under, under: a.under * b.under })

/**
 * What the returns of a receipt have taken back of the points of its lines, by line. The sum is what the ledger took,
 * shared out by what the returned pieces were worth; so a receipt that came back whole gives back of each line exactly
 * what it earned. Returns that are not counted yet have taken nothing.
 */
export async function pointsBack(
  db: Db,
  ready: ReadyRules,
  sale: SaleRow,
  sold: readonly EarningLine[],
  facts: MemberFacts,
): Promise<Map<number, number>> {
  const earning = earningRepository(db)
  const paid = paidShare(ready.rules, JSON.parse(sale.paymentsJson) as { method: string; amount: string }[])
  const returns = (await earning.returnsOf([sale.docKey]))
    .filter(one => one.type === 'return' && documentRefusal(one, { ...ready.exclusions, channels: new Set() }) === null)
    .toSorted((a, b) => a.businessAt.getTime() - b.businessAt.getTime() || (a.documentId < b.documentId ? -1 : 1))
  if (paid === null || returns.length === 0) return new Map()

  const credits = await creditsOf(
    db,
    returns.map(one => one.documentId),
  )
  const isCounted = (documentId: string): boolean => {
    const credit = credits.get(documentId)
    return credit !== undefined && credit.version > 0 && credit.memberId === sale.memberId
  }
  const taken = returns.reduce(
    (all, { documentId }) => (isCounted(documentId) ? all - (credits.get(documentId)?.points ?? 0) : all),
    0,
  )
  const lines: (EarningLine & Pick<SaleRow, 'documentId' | 'businessDate'>)[] = []
  for (const { documentId, businessDate } of returns)
    lines.push(...(await earning.lines(documentId)).map(line => ({ ...line, documentId, businessDate })))

  const context = { businessDate: sale.businessDate, storeCode: sale.storeCode, ...facts, paid }
  const weightOf = (line: EarningLine): Ratio => {
    if (lineRefusal(line, ready.exclusions) !== null) return NOTHING
    const worth = worthOf(ready, context, lineClass(line, ready))
    return { over: -decimal4(line.net) * worth.over, under: worth.under }
  }
  // A line may have come back in pieces: its share is of all of them, in the order in which the sale was shared out.
  const pieces = piecesBack(sold, lines).filter(({ documentId }) => isCounted(documentId))
  const byLine = [...Map.groupBy(pieces, ({ lineNo }) => lineNo)].toSorted(
    ([a], [b]) => (a ?? Number.MAX_SAFE_INTEGER) - (b ?? Number.MAX_SAFE_INTEGER),
  )
  const shares = shareOut(
    Math.max(0, taken),
    byLine.map(([lineNo, own]) => own.map(piece => weightOf({ ...piece, lineNo: lineNo ?? 0 })).reduce(sum, NOTHING)),
  )
  return new Map(byLine.flatMap(([lineNo], at) => (lineNo === null ? [] : [[lineNo, shares[at] ?? 0] as const])))
}
