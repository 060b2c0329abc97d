import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected, lookUp } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'
import type { InvoiceRequestQuery } from '../contract/invoice-request.ts'

export type InvoiceRequestRecord = Selectable<DB['invoice_request']>

const INVOICE_STATES: readonly string[] = ['issued', 'redNeeded', 'red']

/** Requests of shoppers for an invoice, each with the invoice that was made. */
export const invoiceRequestsRepository = (db: Db) => {
  const joined = () =>
    db
      .selectFrom('invoice_request as r')
      .leftJoin('receipt_invoice as i', join =>
        join.onRef('i.documentId', '=', 'r.documentId').on('r.state', '=', 'issued'),
      )
      .selectAll('r')
      .select([
        'i.state as invoiceState',
        'i.invoiceNo',
        'i.amount as invoiced',
        'i.redAmount',
        'i.redNo',
        'i.issuedBy',
      ])

  return {
    insert: (request: Insertable<DB['invoice_request']>) => db.insertInto('invoice_request').values(request).execute(),

    /** The request that waits for this receipt's invoice. */
    open: (documentId: string): Promise<InvoiceRequestRecord | undefined> =>
      db.selectFrom('invoice_request').selectAll().where('openKey', '=', documentId).executeTakeFirst(),

    find: (requestId: string) => joined().where('r.id', '=', requestId).executeTakeFirst(),

    /** What a member has asked for a receipt the last time. */
    latest: (documentId: string, memberId: string) =>
      joined()
        .where('r.documentId', '=', documentId)
        .where('r.memberId', '=', memberId)
        .orderBy('r.id', 'desc')
        .limit(1)
        .executeTakeFirst(),

    /** Whom a member's last invoice was made out to, whatever the receipt. */
    lastBuyer: async (memberId: string): Promise<string | null> =>
      (
        await db
          .selectFrom('invoice_request')
          .select('buyerSealed')
          .where('memberId', '=', memberId)
          .where('buyerSealed', 'is not', null)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
      )?.buyerSealed ?? null,

    /** Ends the waiting for a receipt's invoice, or one certain request's; false when nobody waits so any more. */
    end: async (
      documentId: string,
      given: { state: 'issued' | 'rejected' | 'withdrawn' | 'void'; by: string | null; at: Date; reason?: string },
      requestId: string | null = null,
    ): Promise<boolean> => {
      const { state, at, by, reason = null } = given
      let ending = db
        .updateTable('invoice_request')
        .set({ state, openKey: null, closedAt: at, closedBy: by, reason })
        .where('openKey', '=', documentId)
      if (requestId !== null) ending = ending.where('id', '=', requestId)
      return affected(await ending.executeTakeFirstOrThrow()) === 1
    },

    /** Receipts whose invoice somebody waits for, among these documents or brought back by one of them. */
    concernedBy: async (documentIds: readonly string[]): Promise<string[]> => {
      const own = await lookUp(documentIds, run =>
        db.selectFrom('invoice_request').select('documentId').where('openKey', 'in', run).execute(),
      )
      const broughtBack = await lookUp(documentIds, run =>
        db
          .selectFrom('invoice_request as r')
          .innerJoin(salesDocuments(db).as('d'), 'd.originalDocKey', 'r.docKey')
          .select('r.documentId')
          .where('r.state', '=', 'asked')
          .where('d.documentId', 'in', run)
          .execute(),
      )
      return [...new Set([...own, ...broughtBack].map(row => row.documentId))]
    },

    page: (
      scope: Scope,
      query: Omit<InvoiceRequestQuery, 'cursor' | 'limit'>,
      before: [Date, string] | null,
      limit: number,
    ) => {
      let rows = joined()
        .where(scopeWhere(scope, 'r.storeCode'))
        .orderBy('r.askedAt', 'desc')
        .orderBy('r.id', 'desc')
        .limit(limit)
      if (query.state !== undefined) {
        const isOfInvoice = INVOICE_STATES.includes(query.state)
        rows = rows.where('r.state', '=', isOfInvoice ? 'issued' : query.state)
        if (isOfInvoice) rows = rows.where('i.state', '=', query.state)
      }
      if (query.storeCode !== undefined) rows = rows.where('r.storeCode', '=', query.storeCode)
      if (before !== null)
        rows = rows.where(eb =>
          eb.or([
            eb('r.askedAt', '<', before[0]),
            eb.and([eb('r.askedAt', '=', before[0]), eb('r.id', '<', before[1])]),
          ]),
        )
      return rows.execute()
    },

    /** How many wait for an invoice. */
    asked: async (scope: Scope): Promise<number> =>
      Number(
        (
          await db
            .selectFrom('invoice_request')
            .select(({ fn }) => fn.countAll<string>().as('count'))
            .where('state', '=', 'asked')
            .where(scopeWhere(scope, 'invoice_request.storeCode'))
            .executeTakeFirstOrThrow()
        ).count,
      ),
  }
}
