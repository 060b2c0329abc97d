import type { Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type RailRecord = Selectable<DB['coupon_rail_request']>

/** The outbox of WeChat's rail. */
export const railRepository = (db: Db) => ({
  of: (couponId: string, kind: string): Promise<RailRecord | undefined> =>
    db
      .selectFrom('coupon_rail_request')
      .selectAll()
      .where('couponId', '=', couponId)
      .where('kind', '=', kind)
      .executeTakeFirst(),

  /** Plans a request, once for a coupon and kind. */
  plan: (request: RailRecord) =>
    db
      .insertInto('coupon_rail_request')
      .values(request)
      .onDuplicateKeyUpdate(eb => ({ couponId: eb.ref('coupon_rail_request.couponId') }))
      .execute(),

  /** Takes a run of what is planned and due; nobody else has these until the lease ends. */
  async lease(lease: string, now: Date, until: Date, limit: number): Promise<RailRecord[]> {
    await db
      .updateTable('coupon_rail_request')
      .set(eb => ({ state: 'sending', lease, due: until, tries: eb('tries', '+', 1), updatedAt: now }))
      .where('state', '=', 'planned')
      .where('due', '<=', now)
      .orderBy('due')
      .limit(limit)
      .execute()
    return db.selectFrom('coupon_rail_request').selectAll().where('lease', '=', lease).execute()
  },

  /** Writes down what became of it, as long as it is still this lease's to say. */
  settle: async (
    requestNo: string,
    lease: string,
    change: { state: string; reason?: string; due: Date },
    now: Date,
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_rail_request')
        .set({ ...change, lease: null, updatedAt: now })
        .where('requestNo', '=', requestNo)
        .where('lease', '=', lease)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Whoever sent these is gone: nobody knows whether they arrived. */
  abandon: (now: Date) =>
    db
      .updateTable('coupon_rail_request')
      .set({ state: 'unknown', lease: null, due: now, updatedAt: now })
      .where('state', '=', 'sending')
      .where('due', '<=', now)
      .execute(),

  /** Takes a run of what nobody knows, to ask. */
  async leaseUnknown(lease: string, now: Date, until: Date, limit: number): Promise<RailRecord[]> {
    await db
      .updateTable('coupon_rail_request')
      .set({ lease, due: until, updatedAt: now })
      .where('state', '=', 'unknown')
      .where('due', '<=', now)
      .orderBy('due')
      .limit(limit)
      .execute()
    return db.selectFrom('coupon_rail_request').selectAll().where('lease', '=', lease).execute()
  },
})
