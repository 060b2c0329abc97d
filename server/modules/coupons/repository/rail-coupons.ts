import { sql, type Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type RailCouponRecord = Selectable<DB['coupon_rail']>

/** Coupons that are also in a card pack at WeChat, and how they stand there. */
export const railCouponsRepository = (db: Db) => ({
  /** Writes down what is to go there; what is known already stays as it is. */
  add: (rows: readonly RailCouponRecord[]) =>
    rows.length === 0 ? Promise.resolve([]) : db.insertInto('coupon_rail').ignore().values(rows).execute(),

  among: (couponIds: readonly string[]): Promise<RailCouponRecord[]> =>
    couponIds.length === 0
      ? Promise.resolve([])
      : db.selectFrom('coupon_rail').selectAll().where('couponId', 'in', couponIds).orderBy('couponId').execute(),

  /** The next turn of a coupon; holds its row, so that requests about it are planned one after the other. */
  async turn(couponId: string): Promise<number> {
    await db
      .updateTable('coupon_rail')
      .set(eb => ({ turn: eb('turn', '+', 1) }))
      .where('couponId', '=', couponId)
      .execute()
    const row = await db.selectFrom('coupon_rail').select('turn').where('couponId', '=', couponId).executeTakeFirst()
    return row?.turn ?? 0
  },

  /** How it stands since a request was answered. */
  answered: (couponId: string, change: Partial<Pick<RailCouponRecord, 'state' | 'reason' | 'askDue'>>, now: Date) =>
    db
      .updateTable('coupon_rail')
      .set({ ...change, updatedAt: now })
      .where('couponId', '=', couponId)
      .execute(),

  /** WeChat has said something about a coupon: it is asked at once. */
  askNow: (couponCode: string, now: Date) =>
    db.updateTable('coupon_rail').set({ askDue: now }).where('couponCode', '=', couponCode).execute(),

  /** Takes a run of what is to be asked and has no request under way; nobody else asks about these before `until`. */
  async take(now: Date, until: Date, limit: number): Promise<RailCouponRecord[]> {
    const rows = await db
      .selectFrom('coupon_rail as c')
      .selectAll('c')
      .where('c.askDue', '<=', now)
      .where(eb =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('coupon_rail_request as r')
              .select(sql<number>`1`.as('one'))
              .whereRef('r.couponId', '=', 'c.couponId')
              .where('r.state', 'in', ['planned', 'sending', 'unknown']),
          ),
        ),
      )
      .orderBy('c.askDue')
      .limit(limit)
      .execute()
    const taken: RailCouponRecord[] = []
    for (const row of rows) {
      const mine = await db
        .updateTable('coupon_rail')
        .set({ askDue: until })
        .where('couponId', '=', row.couponId)
        .where('turn', '=', row.turn)
        .where('askDue', '<=', now)
        .executeTakeFirstOrThrow()
      if (affected(mine) === 1) taken.push(row)
    }
    return taken
  },

  /** Believes what WeChat says, unless something was asked of it since; false then. */
  observed: async (
    { couponId, turn }: Pick<RailCouponRecord, 'couponId' | 'turn'>,
    change: Pick<RailCouponRecord, 'state' | 'askDue'>,
    now: Date,
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_rail')
        .set({ ...change, turn: turn + 1, askedAt: now, updatedAt: now })
        .where('couponId', '=', couponId)
        .where('turn', '=', turn)
        .executeTakeFirstOrThrow(),
    ) === 1,

  usedThere: (couponId: string) =>
    db
      .updateTable('coupon_rail')
      .set(eb => ({ uses: eb('uses', '+', 1) }))
      .where('couponId', '=', couponId)
      .execute(),

  /** Marks a second use; false when it was marked before. */
  usedTwice: async (couponId: string): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_rail')
        .set({ usedTwice: 1 })
        .where('couponId', '=', couponId)
        .where('usedTwice', '=', 0)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** A template's coupons by how they stand at WeChat. */
  async counts(templateId: string): Promise<{ states: Map<string, number>; usedTwice: number }> {
    const rows = await db
      .selectFrom('coupon_rail')
      .select(eb => [
        'state',
        eb.fn.countAll<string>().as('coupons'),
        eb.fn.sum<string | null>('usedTwice').as('usedTwice'),
      ])
      .where('templateId', '=', templateId)
      .groupBy('state')
      .execute()
    return {
      states: new Map(rows.map(row => [row.state, Number(row.coupons)])),
      usedTwice: rows.reduce((sum, row) => sum + Number(row.usedTwice ?? 0), 0),
    }
  },
})
