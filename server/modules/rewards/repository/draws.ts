import type { Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'

export type DrawRecord = Selectable<DB['lottery_draw']>

/** Draws: written once, never changed. */
export const drawsRepository = (db: Db) => ({
  insert: (draw: DrawRecord) => db.insertInto('lottery_draw').values(draw).execute(),

  byKey: (lotteryId: string, memberId: string, key: string): Promise<DrawRecord | undefined> =>
    db
      .selectFrom('lottery_draw')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('lotteryId', '=', lotteryId)
      .where('key', '=', key)
      .executeTakeFirst(),

  /** How many chances of each way a member has used on a day: lotteryId and way → count. */
  async used(memberId: string, day: string, lotteryIds: readonly string[]): Promise<Map<string, number>> {
    if (lotteryIds.length === 0) return new Map()
    const rows = await db
      .selectFrom('lottery_draw')
      .select(eb => ['lotteryId', 'way', eb.fn.max('chanceNo').as('last')])
      .where('lotteryId', 'in', lotteryIds)
      .where('memberId', '=', memberId)
      .where('day', '=', day)
      .groupBy(['lotteryId', 'way'])
      .execute()
    return new Map(rows.map(({ lotteryId, way, last }) => [`${lotteryId}:${way}`, Number(last)]))
  },

  ofMember(
    memberId: string,
    filter: { lotteryId?: string | undefined; wins: boolean },
    before: string | null,
    limit: number,
  ): Promise<DrawRecord[]> {
    let query = db
      .selectFrom('lottery_draw')
      .selectAll('lottery_draw')
      .where('lottery_draw.memberId', '=', memberId)
      .orderBy('lottery_draw.id', 'desc')
      .limit(limit)
    if (filter.lotteryId !== undefined) query = query.where('lottery_draw.lotteryId', '=', filter.lotteryId)
    if (filter.wins)
      query = query.innerJoin('lottery_prize as p', 'p.id', 'lottery_draw.prizeId').where('p.kind', '!=', 'nothing')
    if (before !== null) query = query.where('lottery_draw.id', '<', before)
    return query.execute()
  },

  /** Newest first; a store's are those of its own members. */
  page(
    lotteryId: string,
    prizeId: string | undefined,
    scope: Scope,
    before: number | null,
    limit: number,
  ): Promise<DrawRecord[]> {
    let query = db
      .selectFrom('lottery_draw')
      .selectAll('lottery_draw')
      .where('lottery_draw.lotteryId', '=', lotteryId)
      .orderBy('lottery_draw.n', 'desc')
      .limit(limit)
    if (prizeId !== undefined) query = query.where('lottery_draw.prizeId', '=', prizeId)
    if (before !== null) query = query.where('lottery_draw.n', '<', before)
    if (scope.kind === 'stores')
      query = query.where(eb =>
        eb.exists(
          eb
            .selectFrom(activeMembers(db).as('m'))
            .select('m.memberId')
            .whereRef('m.memberId', '=', 'lottery_draw.memberId')
            .where(scopeWhere(scope, 'm.homeStoreCode')),
        ),
      )
    return query.execute()
  },

  /** The draws of a lottery in their order, from `after` on. */
  inOrder: (lotteryId: string, after: number, limit: number): Promise<DrawRecord[]> =>
    db
      .selectFrom('lottery_draw')
      .selectAll()
      .where('lotteryId', '=', lotteryId)
      .where('n', '>', after)
      .orderBy('n')
      .limit(limit)
      .execute(),
})
