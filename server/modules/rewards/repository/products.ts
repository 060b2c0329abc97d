import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type ProductRecord = Selectable<DB['reward_product']>
export type NewProduct = Insertable<DB['reward_product']>

/** Products of the points mall. */
export const productsRepository = (db: Db) => ({
  find: (id: string): Promise<ProductRecord | undefined> =>
    db.selectFrom('reward_product').selectAll().where('id', '=', id).executeTakeFirst(),

  /** All that are on, as they stand in the mall; at most 300. */
  onShow: (): Promise<ProductRecord[]> =>
    db
      .selectFrom('reward_product')
      .selectAll()
      .where('state', '=', 'on')
      .orderBy('position')
      .orderBy('id', 'desc')
      .limit(300)
      .execute(),

  page(
    filter: { state?: string | undefined; search?: string | undefined },
    before: string | null,
    limit: number,
  ): Promise<ProductRecord[]> {
    let query = db.selectFrom('reward_product').selectAll().orderBy('id', 'desc').limit(limit)
    if (filter.state !== undefined) query = query.where('state', '=', filter.state)
    if (filter.search !== undefined && filter.search !== '') {
      const like = `%${filter.search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
      query = query.where(eb => eb(eb.fn('lower', ['name']), 'like', like))
    }
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** The pictures of products: productId → imageId. */
  async images(ids: readonly string[]): Promise<Map<string, string>> {
    if (ids.length === 0) return new Map()
    const rows = await db.selectFrom('reward_product').select(['id', 'imageId']).where('id', 'in', ids).execute()
    return new Map(rows.flatMap(({ id, imageId }) => (imageId === null ? [] : [[id, imageId]])))
  },

  insert: (product: NewProduct) => db.insertInto('reward_product').values(product).execute(),

  /** Changes a product that is still in one of the states; `taken` never ends above the stock. */
  change: async (id: string, states: readonly string[], change: Partial<NewProduct>): Promise<boolean> => {
    const query = db.updateTable('reward_product').set(change).where('id', '=', id).where('state', 'in', states)
    const guarded = change.stock === undefined ? query : query.where('taken', '<=', change.stock)
    return affected(await guarded.executeTakeFirstOrThrow()) === 1
  },

  /** Takes one from the stock of a product that is on and open at that moment. This is what keeps it from being oversold. */
  take: async (id: string, now: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('reward_product')
        .set(eb => ({ taken: eb('taken', '+', 1) }))
        .where('id', '=', id)
        .where('state', '=', 'on')
        .whereRef('taken', '<', 'stock')
        .where(eb => eb.or([eb('opensAt', 'is', null), eb('opensAt', '<=', now)]))
        .where(eb => eb.or([eb('closesAt', 'is', null), eb('closesAt', '>', now)]))
        .executeTakeFirstOrThrow(),
    ) === 1,

  giveBack: (id: string) =>
    db
      .updateTable('reward_product')
      .set(eb => ({ taken: eb('taken', '-', 1) }))
      .where('id', '=', id)
      .execute(),
})
