import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'

export type CompensationRecord = Selectable<DB['coupon_compensation']>

/** Coupons given by hand, and what each of the staff has given alone. */
export const compensationsRepository = (db: Db) => ({
  find: (id: string): Promise<CompensationRecord | undefined> =>
    db.selectFrom('coupon_compensation').selectAll().where('id', '=', id).executeTakeFirst(),
  byKey: (key: string): Promise<CompensationRecord | undefined> =>
    db.selectFrom('coupon_compensation').selectAll().where('key', '=', key).executeTakeFirst(),
  insert: (row: Insertable<DB['coupon_compensation']>) => db.insertInto('coupon_compensation').values(row).execute(),

  /** waiting → decided; false when somebody was quicker. */
  decide: async (id: string, change: Partial<Insertable<DB['coupon_compensation']>>): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_compensation')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', 'waiting')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Which coupon came of it. */
  tell: (id: string, couponId: string) =>
    db.updateTable('coupon_compensation').set({ couponId }).where('id', '=', id).execute(),

  page(
    filter: { state?: string | undefined; memberId?: string | undefined; scope: Scope; staffId: string },
    before: string | null,
    limit: number,
  ): Promise<CompensationRecord[]> {
    const { state, memberId, scope, staffId } = filter
    let query = db.selectFrom('coupon_compensation').selectAll().orderBy('id', 'desc').limit(limit)
    if (state !== undefined) query = query.where('state', '=', state)
    if (memberId !== undefined) query = query.where('memberId', '=', memberId)
    if (scope.kind === 'stores')
      query = query.where(eb =>
        eb.or([
          eb('requestedBy', '=', staffId),
          ...(scope.stores.length === 0 ? [] : [eb('storeCode', 'in', scope.stores)]),
        ]),
      )
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** Fen that somebody has given alone on a day. */
  given: async (staffId: string, day: string): Promise<number> =>
    (
      await db
        .selectFrom('coupon_allowance')
        .select('fen')
        .where('staffId', '=', staffId)
        .where('day', '=', day)
        .executeTakeFirst()
    )?.fen ?? 0,

  /** Takes from what somebody may give alone on a day; false, and nothing taken, when it would pass the limit. */
  async take(staffId: string, day: string, fen: number, limit: number): Promise<boolean> {
    // The day's row is made or locked at once: a mere look at one that is there would be a shared lock, and two of them wait
    // for each other.
    await db
      .insertInto('coupon_allowance')
      .values({ staffId, day, fen: 0 })
      .onDuplicateKeyUpdate(eb => ({ fen: eb.ref('coupon_allowance.fen') }))
      .execute()
    return (
      affected(
        await db
          .updateTable('coupon_allowance')
          .set({ fen: sql`fen + ${fen}` })
          .where('staffId', '=', staffId)
          .where('day', '=', day)
          .where(sql<boolean>`fen + ${fen} <= ${limit}`)
          .executeTakeFirstOrThrow(),
      ) === 1
    )
  },

  /** A closed membership: what was written about the person goes. */
  forget: (memberId: string) =>
    db.updateTable('coupon_compensation').set({ note: '', decision: null }).where('memberId', '=', memberId).execute(),
})
