import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'
import type { InvoiceQuery } from '../contract/invoice.ts'

export type InvoiceRecord = Selectable<DB['receipt_invoice']>

/** Invoices of receipts. */
export const invoicesRepository = (db: Db) => ({
  find: (documentId: string): Promise<InvoiceRecord | undefined> =>
    db.selectFrom('receipt_invoice').selectAll().where('documentId', '=', documentId).executeTakeFirst(),
  insert: (invoice: Insertable<DB['receipt_invoice']>) => db.insertInto('receipt_invoice').values(invoice).execute(),

  /** Invoices of receipts of which these documents bring goods back. */
  broughtBackBy: (documentIds: readonly string[]) =>
    documentIds.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom(salesDocuments(db).as('d'))
          .innerJoin('receipt_invoice as i', 'i.docKey', 'd.originalDocKey')
          .where('d.documentId', 'in', documentIds)
          .where('d.type', '=', 'return')
          .select(['i.documentId', 'i.docKey', 'i.amount'])
          .distinct()
          .execute(),

  /** A red-letter note is due over so much in all; less than before changes nothing. */
  redDue: (documentId: string, fen: number, at: Date) =>
    db
      .updateTable('receipt_invoice')
      .set({ redAmount: fen, state: 'redNeeded', updatedAt: at })
      .where('documentId', '=', documentId)
      .where('redAmount', '<', fen)
      .execute(),

  red: async (documentId: string, redNo: string, at: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('receipt_invoice')
        .set({ redNo, state: 'red', updatedAt: at })
        .where('documentId', '=', documentId)
        .where('state', '=', 'redNeeded')
        .executeTakeFirstOrThrow(),
    ) === 1,

  page: (scope: Scope, query: Omit<InvoiceQuery, 'cursor' | 'limit'>, before: [Date, string] | null, limit: number) => {
    let rows = db
      .selectFrom('receipt_invoice')
      .selectAll()
      .where(scopeWhere(scope, 'receipt_invoice.storeCode'))
      .orderBy('updatedAt', 'desc')
      .orderBy('documentId', 'desc')
      .limit(limit)
    if (query.state !== undefined) rows = rows.where('state', '=', query.state)
    if (query.storeCode !== undefined) rows = rows.where('storeCode', '=', query.storeCode)
    if (before !== null)
      rows = rows.where(eb =>
        eb.or([
          eb('updatedAt', '<', before[0]),
          eb.and([eb('updatedAt', '=', before[0]), eb('documentId', '<', before[1])]),
        ]),
      )
    return rows.execute()
  },
})
