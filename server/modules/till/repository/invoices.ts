import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected, lookUp } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'
import type { InvoiceQuery } from '../contract/invoice.ts'

export type InvoiceRecord = Selectable<DB['receipt_invoice']>

/** Invoices of receipts. */
export const invoicesRepository = (db: Db) => ({
  find: (documentId: string): Promise<InvoiceRecord | undefined> =>
    db.selectFrom('receipt_invoice').selectAll().where('documentId', '=', documentId).executeTakeFirst(),
  /** Whether the receipt is invoiced, waiting for whoever writes that now. */
  isThere: async (documentId: string): Promise<boolean> =>
    (await db
      .selectFrom('receipt_invoice')
      .select('documentId')
      .where('documentId', '=', documentId)
      .forUpdate()
      .executeTakeFirst()) !== undefined,
  /** How many red-letter notes are due. */
  redNeeded: async (scope: Scope): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('receipt_invoice')
          .select(({ fn }) => fn.countAll<string>().as('count'))
          .where('state', '=', 'redNeeded')
          .where(scopeWhere(scope, 'receipt_invoice.storeCode'))
          .executeTakeFirstOrThrow()
      ).count,
    ),
  insert: (invoice: Insertable<DB['receipt_invoice']>) => db.insertInto('receipt_invoice').values(invoice).execute(),

  /** Invoices of receipts that are among these documents or that one of them names as what it brings back. */
  concernedBy: async (documentIds: readonly string[]) => {
    const invoiced = () =>
      db
        .selectFrom('receipt_invoice as i')
        .innerJoin(salesDocuments(db).as('r'), 'r.documentId', 'i.documentId')
        .select(['i.documentId', 'i.docKey', 'i.amount', 'r.status', 'r.type'])
    const own = await lookUp(documentIds, run => invoiced().where('i.documentId', 'in', run).execute())
    const broughtBack = await lookUp(documentIds, run =>
      invoiced()
        .innerJoin(salesDocuments(db).as('d'), 'd.originalDocKey', 'i.docKey')
        .where('d.documentId', 'in', run)
        .execute(),
    )
    return [...new Map([...own, ...broughtBack].map(row => [row.documentId, row])).values()].map(
      ({ status, type, ...row }) => ({ ...row, isVoid: status !== 'confirmed' || type === 'void' }),
    )
  },

  /** Fen of what a till sold and a file has left out of the receipt. */
  leftOut: async (docKey: string): Promise<number> =>
    (
      await db
        .selectFrom('till_told_return')
        .select('refunded')
        .where('docKey', '=', docKey)
        .where('saleKey', '=', docKey)
        .executeTakeFirst()
    )?.refunded ?? 0,

  /** A red-letter note is due over so much in all, or none; one that was made over more stays as it is. */
  redDue: (documentId: string, fen: number, at: Date) =>
    db
      .updateTable('receipt_invoice')
      .set({ redAmount: fen, state: fen > 0 ? 'redNeeded' : 'issued', updatedAt: at })
      .where('documentId', '=', documentId)
      .where('redAmount', '<>', fen)
      .where(eb => eb.or([eb('state', '<>', 'red'), eb('redAmount', '<', fen)]))
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
