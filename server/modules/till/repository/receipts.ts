import type { Db } from '../../../kernel/db.ts'
import { receiptPoints } from '../../points/index.ts'
import { salesDocuments, salesLines } from '../../sales/index.ts'

/** A receipt as every part of this module reads it: its document, its lines, its coupons, and what its points are. */
export const receiptsRepository = (db: Db) => ({
  byKey: (docKey: string) =>
    db.selectFrom(salesDocuments(db).as('d')).selectAll('d').where('d.docKey', '=', docKey).executeTakeFirst(),

  byId: (documentId: string) =>
    db.selectFrom(salesDocuments(db).as('d')).selectAll('d').where('d.documentId', '=', documentId).executeTakeFirst(),

  lines: (documentId: string) =>
    db
      .selectFrom(salesLines(db).as('l'))
      .selectAll('l')
      .where('l.documentId', '=', documentId)
      .orderBy('l.lineNo')
      .execute(),

  /** Documents that brought goods of these receipts back. */
  returnsOf: (docKeys: readonly string[]) =>
    docKeys.length === 0
      ? Promise.resolve([])
      : db
          .selectFrom(salesDocuments(db).as('d'))
          .select(['d.documentId', 'd.originalDocKey', 'd.net', 'd.paymentsJson'])
          .where('d.originalDocKey', 'in', docKeys)
          .where('d.type', '=', 'return')
          .where('d.status', '=', 'confirmed')
          .execute(),

  sale: (docKey: string) => db.selectFrom('till_sale').selectAll().where('docKey', '=', docKey).executeTakeFirst(),
  coupons: (docKey: string) =>
    db
      .selectFrom('till_sale_coupon')
      .select(['name', 'discount'])
      .where('docKey', '=', docKey)
      .orderBy('nth')
      .execute(),
  pointsUsed: (docKey: string) =>
    db
      .selectFrom('till_sale_points')
      .select(['points', 'fen', 'backFen'])
      .where('docKey', '=', docKey)
      .executeTakeFirst(),

  credited: async (documentId: string): Promise<number> =>
    (
      await db
        .selectFrom(receiptPoints(db).as('p'))
        .select('p.points')
        .where('p.documentId', '=', documentId)
        .executeTakeFirst()
    )?.points ?? 0,
})

/** A receipt as it stands. */
export type Receipt = NonNullable<Awaited<ReturnType<ReturnType<typeof receiptsRepository>['byKey']>>>
