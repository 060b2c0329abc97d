import type { Db } from '../../../kernel/db.ts'
import { salesDocuments } from '../../sales/index.ts'

/**
 * Of these documents, the returns whose original sale used a coupon and has come back as a whole by now: the receipt
 * keys of those sales. Whole = the returns that name it take off all that was paid.
 */
export async function wholeReturns(db: Db, documentIds: readonly string[]): Promise<string[]> {
  if (documentIds.length === 0) return []
  const candidates = await db
    .selectFrom(salesDocuments(db).as('back'))
    .innerJoin('coupon', 'coupon.docKey', 'back.originalDocKey')
    .select('coupon.docKey')
    .where('back.documentId', 'in', documentIds)
    .where('coupon.state', '=', 'redeemed')
    .distinct()
    .execute()
  const docKeys = candidates.flatMap(({ docKey }) => (docKey === null ? [] : [docKey]))
  if (docKeys.length === 0) return []
  const rows = await db
    .selectFrom(salesDocuments(db).as('sale'))
    .innerJoin(salesDocuments(db).as('back'), 'back.originalDocKey', 'sale.docKey')
    .select('sale.docKey')
    .where('sale.docKey', 'in', docKeys)
    .where('back.type', '=', 'return')
    .where('back.status', '=', 'confirmed')
    .groupBy(['sale.docKey', 'sale.net'])
    .having(eb => eb(eb(eb.fn.sum('back.net'), '+', eb.ref('sale.net')), '<=', 0))
    .execute()
  return rows.map(row => row.docKey)
}
