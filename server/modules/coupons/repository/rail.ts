import type { Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type RailRecord = Selectable<DB['coupon_rail_request']>

/** The outbox of WeChat's rail. */
export const railRepository = (db: Db) => ({
  of: (couponId: string, kind: string, occasion = ''): Promise<RailRecord | undefined> =>
    db
      .selectFrom('coupon_rail_request')
      .selectAll()
      .where('couponId', '=', couponId)
      .where('kind', '=', kind)
      .where('occasion', '=', occasion)
      .executeTakeFirst(),

  /** Plans a request, once for a coupon, kind and occasion. */
  plan: (request: RailRecord) =>
    db
      .insertInto('coupon_rail_request')
      .values(request)
      .onDuplicateKeyUpdate(eb => ({ couponId: eb.ref('coupon_rail_request.couponId') }))
      .execute(),

  /** Takes a run of what is planned and due, of each coupon the first; nobody else has these until the lease ends. */
  async lease(lease: string, now: Date, until: Date, limit: number): Promise<RailRecord[]> {
    const next = await db
      .selectFrom('coupon_rail_request as r')
      .select('r.requestNo')
      .where('r.state', '=', 'planned')
      .where('r.due', '<=', now)
      .where(eb =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('coupon_rail_request as before')
              .select('before.requestNo')
              .whereRef('before.couponId', '=', 'r.couponId')
              .whereRef('before.seq', '<', 'r.seq')
              .where('before.state', 'in', ['planned', 'sending', 'unknown']),
          ),
        ),
      )
      .orderBy('r.due')
      .limit(limit)
      .execute()
    if (next.length === 0) return []
    await db
      .updateTable('coupon_rail_request')
      .set(eb => ({ state: 'sending', lease, due: until, tries: eb('tries', '+', 1), updatedAt: now }))
      .where('state', '=', 'planned')
      .where(
        'requestNo',
        'in',
        next.map(row => row.requestNo),
      )
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

  /** What else was planned about a coupon that WeChat never took is refused with it. */
  refuseRest: (couponId: string, reason: string, now: Date) =>
    db
      .updateTable('coupon_rail_request')
      .set({ state: 'refused', reason, updatedAt: now })
      .where('couponId', '=', couponId)
      .where('state', '=', 'planned')
      .execute(),

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
