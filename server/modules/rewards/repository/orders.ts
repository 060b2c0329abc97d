import type { Selectable } from 'kysely'
import { affected, uniqueViolation, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type OrderRecord = Selectable<DB['reward_order']>

/** What the staff's list can be narrowed by. */
export interface OrderFilter {
  readonly state?: string | undefined
  readonly source?: string | undefined
  readonly way?: string | undefined
  readonly storeCode?: string | undefined
  readonly productId?: string | undefined
}

/** Orders of the mall and prizes of lotteries on their way. */
export const ordersRepository = (db: Db) => ({
  find: (id: string): Promise<OrderRecord | undefined> =>
    db.selectFrom('reward_order').selectAll().where('id', '=', id).executeTakeFirst(),

  byKey: (key: string): Promise<OrderRecord | undefined> =>
    db.selectFrom('reward_order').selectAll().where('key', '=', key).executeTakeFirst(),

  async idsByKeys(keys: readonly string[]): Promise<Map<string, string>> {
    if (keys.length === 0) return new Map()
    const rows = await db.selectFrom('reward_order').select(['id', 'key']).where('key', 'in', keys).execute()
    return new Map(rows.map(({ id, key }) => [key, id]))
  },

  byCode: (code: string): Promise<OrderRecord | undefined> =>
    db.selectFrom('reward_order').selectAll().where('code', '=', code).executeTakeFirst(),

  /** The places that a member holds of products in any of these periods. */
  async placesOf(
    memberId: string,
    productIds: readonly string[],
    periods: readonly string[],
  ): Promise<{ productId: string; limitPeriod: string; limitNo: number }[]> {
    if (productIds.length === 0) return []
    const rows = await db
      .selectFrom('reward_order')
      .select(['productId', 'limitPeriod', 'limitNo'])
      .where('memberId', '=', memberId)
      .where('productId', 'in', productIds)
      .where('limitPeriod', 'in', periods)
      .where('limitNo', 'is not', null)
      .execute()
    return rows.flatMap(({ productId, limitPeriod, limitNo }) =>
      productId === null || limitNo === null ? [] : [{ productId, limitPeriod, limitNo }],
    )
  },

  /** Writes an order; tells which of its unique keys was taken, null when none was. */
  async insert(order: OrderRecord): Promise<'key' | 'place' | 'code' | null> {
    try {
      await db.insertInto('reward_order').values(order).execute()
      return null
    } catch (error) {
      const index = uniqueViolation(error)
      if (index === null) throw error
      if (index.endsWith('_code_key')) return 'code'
      return index.includes('limitNo') ? 'place' : 'key'
    }
  },

  /** Moves an order that is still in one of the states, once: how it got there is guarded by its state. */
  async move(id: string, from: readonly string[], change: Partial<OrderRecord>): Promise<boolean> {
    const done = await db
      .updateTable('reward_order')
      .set(change)
      .where('id', '=', id)
      .where('state', 'in', from)
      .executeTakeFirstOrThrow()
    return affected(done) === 1
  },

  /** Hands over what lies ready and is still in its time, swept or not. */
  async handOver(id: string, now: Date, change: Partial<OrderRecord>): Promise<boolean> {
    const done = await db
      .updateTable('reward_order')
      .set(change)
      .where('id', '=', id)
      .where('state', '=', 'ready')
      .where('claimUntil', '>', now)
      .executeTakeFirstOrThrow()
    return affected(done) === 1
  },

  /** Writes down how a prize is to come, once. */
  async choose(id: string, change: Partial<OrderRecord>): Promise<boolean> {
    const done = await db
      .updateTable('reward_order')
      .set(change)
      .where('id', '=', id)
      .where('state', '=', 'ordered')
      .where('way', '=', 'open')
      .executeTakeFirstOrThrow()
    return affected(done) === 1
  },

  ofMember(memberId: string, source: string | undefined, before: string | null, limit: number): Promise<OrderRecord[]> {
    let query = db
      .selectFrom('reward_order')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('id', 'desc')
      .limit(limit)
    if (source !== undefined) query = query.where('source', '=', source)
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** A store's are those to be picked up there; what is sent is headquarters'. */
  page(filter: OrderFilter, scope: Scope, before: string | null, limit: number): Promise<OrderRecord[]> {
    let query = db
      .selectFrom('reward_order')
      .selectAll()
      .where(scopeWhere(scope, 'reward_order.storeCode'))
      .orderBy('id', 'desc')
      .limit(limit)
    for (const column of ['state', 'source', 'way', 'storeCode', 'productId'] as const) {
      const wanted = filter[column]
      if (wanted !== undefined) query = query.where(column, '=', wanted)
    }
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** What waits at the store, or for the member's word, past its day. */
  unclaimed: (now: Date, limit: number): Promise<OrderRecord[]> =>
    db
      .selectFrom('reward_order')
      .selectAll()
      .where('state', 'in', ['ordered', 'ready'])
      .where('claimUntil', '<=', now)
      .orderBy('claimUntil')
      .limit(limit)
      .execute(),

  /** What lies ready and goes back between two moments, by id; laid ready before `readyBefore`. */
  async endingSoon(
    { now, until, readyBefore }: { now: Date; until: Date; readyBefore: Date },
    after: string,
    limit: number,
  ): Promise<string[]> {
    const rows = await db
      .selectFrom('reward_order')
      .select('id')
      .where('state', '=', 'ready')
      .where('claimUntil', '>', now)
      .where('claimUntil', '<=', until)
      .where('readyAt', '<=', readyBefore)
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit)
      .execute()
    return rows.map(({ id }) => id)
  },

  /** Closes what was handed over or sent before `until`; returns how many. */
  async settle(state: 'pickedUp' | 'shipped', until: Date, now: Date, limit: number): Promise<number> {
    const rows = await db
      .selectFrom('reward_order')
      .select('id')
      .where('state', '=', state)
      .where('handedAt', '<=', until)
      .limit(limit)
      .execute()
    if (rows.length === 0) return 0
    await db
      .updateTable('reward_order')
      .set({ state: 'done', endedAt: now })
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .where('state', '=', state)
      .execute()
    return rows.length
  },
})
