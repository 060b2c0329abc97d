import type { Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'

export type OrderRecord = Selectable<DB['reward_order']>

/** Orders of the mall and prizes of lotteries on their way. */
export const ordersRepository = (db: Db) => ({
  find: (id: string): Promise<OrderRecord | undefined> =>
    db.selectFrom('reward_order').selectAll().where('id', '=', id).executeTakeFirst(),

  byKey: (key: string): Promise<OrderRecord | undefined> =>
    db.selectFrom('reward_order').selectAll().where('key', '=', key).executeTakeFirst(),

  byCode: (code: string): Promise<OrderRecord | undefined> =>
    db.selectFrom('reward_order').selectAll().where('code', '=', code).executeTakeFirst(),

  /** Which of a product's places a member holds in any of these periods: productId and period → places. */
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
})
