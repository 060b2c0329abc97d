import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type LotteryRecord = Selectable<DB['lottery']>
export type PrizeRecord = Selectable<DB['lottery_prize']>

/** Lotteries and their prizes. */
export const lotteriesRepository = (db: Db) => ({
  find: (id: string): Promise<LotteryRecord | undefined> =>
    db.selectFrom('lottery').selectAll().where('id', '=', id).executeTakeFirst(),

  /** The lottery, held until the transaction ends: its draws come one after the other. */
  lock: (id: string): Promise<LotteryRecord | undefined> =>
    db.selectFrom('lottery').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),

  page(state: string | undefined, before: string | null, limit: number): Promise<LotteryRecord[]> {
    let query = db.selectFrom('lottery').selectAll().orderBy('id', 'desc').limit(limit)
    if (state !== undefined) query = query.where('state', '=', state)
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** What shoppers see: published ones, and what ended since. */
  shown: (since: Date): Promise<LotteryRecord[]> =>
    db
      .selectFrom('lottery')
      .selectAll()
      .where(eb =>
        eb.or([eb('state', '=', 'published'), eb.and([eb('state', '=', 'ended'), eb('endedAt', '>', since)])]),
      )
      .orderBy('state', 'desc')
      .orderBy('closesAt')
      .limit(20)
      .execute(),

  /** Published ones whose end has come. */
  over: (now: Date): Promise<LotteryRecord[]> =>
    db.selectFrom('lottery').selectAll().where('state', '=', 'published').where('closesAt', '<=', now).execute(),

  insert: (lottery: Insertable<DB['lottery']>) => db.insertInto('lottery').values(lottery).execute(),

  /** Changes a lottery that is still in the state. */
  change: async (id: string, state: string, change: Partial<LotteryRecord>): Promise<boolean> =>
    affected(
      await db
        .updateTable('lottery')
        .set(change)
        .where('id', '=', id)
        .where('state', '=', state)
        .executeTakeFirstOrThrow(),
    ) === 1,

  async setPrizes(lotteryId: string, prizes: readonly PrizeRecord[]): Promise<void> {
    await db.deleteFrom('lottery_prize').where('lotteryId', '=', lotteryId).execute()
    await db.insertInto('lottery_prize').values(prizes).execute()
  },

  /** The prizes of lotteries, in their order. */
  async prizesOf(lotteryIds: readonly string[]): Promise<Map<string, PrizeRecord[]>> {
    const found = new Map<string, PrizeRecord[]>(lotteryIds.map(id => [id, []]))
    if (lotteryIds.length === 0) return found
    const rows = await db
      .selectFrom('lottery_prize')
      .selectAll()
      .where('lotteryId', 'in', lotteryIds)
      .orderBy('position')
      .execute()
    for (const row of rows) found.get(row.lotteryId)?.push(row)
    return found
  },

  /** Takes one of a prize while there is any. This is what keeps the budget. */
  takePrize: async (id: string): Promise<boolean> =>
    affected(
      await db
        .updateTable('lottery_prize')
        .set(eb => ({ taken: eb('taken', '+', 1) }))
        .where('id', '=', id)
        .where(eb => eb.or([eb('stock', 'is', null), eb('taken', '<', eb.ref('stock'))]))
        .executeTakeFirstOrThrow(),
    ) === 1,

  putBack: (id: string) =>
    db
      .updateTable('lottery_prize')
      .set(eb => ({ taken: eb('taken', '-', 1) }))
      .where('id', '=', id)
      .execute(),
})
