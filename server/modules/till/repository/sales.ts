import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

export type TillSaleRecord = Selectable<DB['till_sale']>
export type TillLineRecord = Selectable<DB['till_sale_line']>
export type NewTillLine = Insertable<DB['till_sale_line']>
export type TillCouponRecord = Selectable<DB['till_sale_coupon']>

/** Requests answered once for ever, and the sales that came through the till API. */
export const tillSalesRepository = (db: Db) => ({
  request: (tillId: string, requestKey: string) =>
    db
      .selectFrom('till_request')
      .selectAll()
      .where('tillId', '=', tillId)
      .where('requestKey', '=', requestKey)
      .executeTakeFirst(),

  answer: (request: Insertable<DB['till_request']>) => db.insertInto('till_request').values(request).execute(),

  /**
   * Notes that a lock of the desk was asked for, or that it is over, and holds the note until the transaction ends; answers what
   * stands: once over, over for ever.
   */
  noteLock: async (tillId: string, lockKey: string, what: 'deskLock' | 'deskRelease', at: Date): Promise<string> => {
    const note = { tillId, requestKey: lockKey, operation: what, bodyHash: '', replyJson: '', at }
    await db
      .insertInto('till_request')
      .values(note)
      .onDuplicateKeyUpdate(what === 'deskLock' ? { tillId } : { operation: what })
      .execute()
    const { operation } = await db
      .selectFrom('till_request')
      .select('operation')
      .where('tillId', '=', tillId)
      .where('requestKey', '=', lockKey)
      .forUpdate()
      .executeTakeFirstOrThrow()
    return operation
  },

  sale: (docKey: string): Promise<TillSaleRecord | undefined> =>
    db.selectFrom('till_sale').selectAll().where('docKey', '=', docKey).executeTakeFirst(),

  /** The sale, held until the transaction ends. */
  hold: (docKey: string): Promise<TillSaleRecord | undefined> =>
    db.selectFrom('till_sale').selectAll().where('docKey', '=', docKey).forUpdate().executeTakeFirst(),

  /** What its returns have given back in all, and whether all of it has come back. */
  stand: (docKey: string, change: { refunded: number; state: 'committed' | 'returned'; closedAt: Date | null }) =>
    db.updateTable('till_sale').set(change).where('docKey', '=', docKey).execute(),

  /** Of each of these lines so much has come back, whoever has told it. */
  setBack: async (docKey: string, lines: readonly { lineNo: number; returnedQuantity: string }[]): Promise<void> => {
    for (const { lineNo, returnedQuantity } of lines)
      await db
        .updateTable('till_sale_line')
        .set({ returnedQuantity })
        .where('docKey', '=', docKey)
        .where('lineNo', '=', lineNo)
        .execute()
  },

  /** The sale did not come about after all: its receipt may be told anew. */
  forget: async (docKey: string): Promise<void> => {
    await db.deleteFrom('till_sale_coupon').where('docKey', '=', docKey).execute()
    await db.deleteFrom('till_sale_line').where('docKey', '=', docKey).execute()
    await db.deleteFrom('till_sale').where('docKey', '=', docKey).execute()
  },

  /** Adds to what its returns have given back. */
  refund: (docKey: string, fen: number) =>
    db
      .updateTable('till_sale')
      .set(eb => ({ refunded: eb('refunded', '+', fen) }))
      .where('docKey', '=', docKey)
      .execute(),

  /** What became of a coupon of the sale with a return. */
  changeCoupon: (docKey: string, couponId: string, change: { discount: number; state: string }) =>
    db
      .updateTable('till_sale_coupon')
      .set(change)
      .where('docKey', '=', docKey)
      .where('couponId', '=', couponId)
      .execute(),

  /** Opens a sale under its receipt's key; a second one with that key fails in the unique index. */
  open: (sale: Insertable<DB['till_sale']>) => db.insertInto('till_sale').values(sale).execute(),

  complete: (docKey: string, change: { documentId: string; discount: number }) =>
    db.updateTable('till_sale').set(change).where('docKey', '=', docKey).execute(),

  close: (docKey: string, at: Date) =>
    db
      .updateTable('till_sale')
      .set({ state: 'returned', closedAt: at })
      .where('docKey', '=', docKey)
      .where('state', '=', 'committed')
      .execute(),

  addLines: (lines: readonly NewTillLine[]) =>
    db
      .insertInto('till_sale_line')
      .values([...lines])
      .execute(),

  lines: (docKey: string): Promise<TillLineRecord[]> =>
    db.selectFrom('till_sale_line').selectAll().where('docKey', '=', docKey).orderBy('lineNo').execute(),

  addCoupons: async (coupons: readonly TillCouponRecord[]): Promise<void> => {
    if (coupons.length > 0)
      await db
        .insertInto('till_sale_coupon')
        .values([...coupons])
        .execute()
  },

  coupons: (docKey: string): Promise<TillCouponRecord[]> =>
    db.selectFrom('till_sale_coupon').selectAll().where('docKey', '=', docKey).orderBy('nth').execute(),

  /**
   * Takes back some of a line; false when that is more than is left. The quantity is added as a decimal: as text it would be
   * a double, in which the two parts of 1.2488 are more than the whole.
   */
  takeBack: async (docKey: string, lineNo: number, quantity: string): Promise<boolean> => {
    const after = sql<string>`${sql.ref('returnedQuantity')} + cast(${quantity} as decimal(18, 4))`
    const done = await db
      .updateTable('till_sale_line')
      .set({ returnedQuantity: after })
      .where('docKey', '=', docKey)
      .where('lineNo', '=', lineNo)
      .where(after, '<=', sql.ref<string>('quantity'))
      .executeTakeFirstOrThrow()
    return affected(done) === 1
  },
})
