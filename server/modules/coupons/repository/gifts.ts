import type { Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type GiftRecord = Selectable<DB['coupon_gift']>

/** Coupons on their way to another member. */
export const giftsRepository = (db: Db) => ({
  find: (id: string): Promise<GiftRecord | undefined> =>
    db.selectFrom('coupon_gift').selectAll().where('id', '=', id).executeTakeFirst(),
  byLink: (linkCode: string): Promise<GiftRecord | undefined> =>
    db.selectFrom('coupon_gift').selectAll().where('linkCode', '=', linkCode).executeTakeFirst(),
  /** The offer of a coupon that can still be taken. */
  openOf: (couponId: string, now: Date): Promise<GiftRecord | undefined> =>
    db
      .selectFrom('coupon_gift')
      .selectAll()
      .where('couponId', '=', couponId)
      .where('state', '=', 'open')
      .where('until', '>', now)
      .executeTakeFirst(),
  insert: (gift: GiftRecord) => db.insertInto('coupon_gift').values(gift).execute(),

  /** open → taken, in time; this is what lets one of many takers have it. */
  take: async (id: string, takerId: string, newCouponId: string, now: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_gift')
        .set({ state: 'taken', takerId, newCouponId, closedAt: now })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .where('until', '>', now)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** open → back with its giver. */
  close: async (id: string, now: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_gift')
        .set({ state: 'back', closedAt: now })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Offers whose time is over and that nobody took. */
  overdue: (now: Date, limit: number): Promise<GiftRecord[]> =>
    db
      .selectFrom('coupon_gift')
      .selectAll()
      .where('state', '=', 'open')
      .where('until', '<=', now)
      .orderBy('until')
      .limit(limit)
      .execute(),
})
