import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

/** The newest documents of a member that count as business, since a day and within a scope. */
const documentsOf = (db: Db, memberId: string, scope: Scope, from: string, limit: number) =>
  db
    .selectFrom('sales_document as d')
    .where('d.memberId', '=', memberId)
    .where('d.businessDate', '>=', from)
    .where('d.status', '=', 'confirmed')
    .where('d.type', '<>', 'void')
    .where(scopeWhere(scope, 'd.storeCode'))
    .orderBy('d.businessDate', 'desc')
    .orderBy('d.businessAt', 'desc')
    .limit(limit)

/** What a portrait is drawn from: the documents, and their lines summed by product. */
export const portraitRows = (db: Db, memberId: string, scope: Scope, from: string, limit: number) => {
  const documents = documentsOf(db, memberId, scope, from, limit)
  return Promise.all([
    documents
      .select(['d.businessDate', 'd.businessAt', 'd.storeCode', 'd.type', 'd.gross', 'd.discount', 'd.net'])
      .execute(),
    db
      .selectFrom(documents.select(['d.id', 'd.type']).as('d'))
      .innerJoin('sales_line as l', 'l.documentId', 'd.id')
      .select([
        'l.productCode',
        eb => eb.fn.max('l.nameAtSale').as('nameAtSale'),
        eb => eb.fn.sum<string>('l.net').as('net'),
        sql<string>`count(distinct case when d.type in ('sale', 'exchange') and l.quantity > 0 then d.id end)`.as(
          'purchases',
        ),
      ])
      .groupBy('l.productCode')
      .execute(),
  ])
}
