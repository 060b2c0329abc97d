import { sql } from 'kysely'
import { affected, type Db } from '../../../kernel/db.ts'

/** What of a product lies at a store. */
export interface StoreStock {
  readonly storeCode: string
  readonly stock: number
  readonly taken: number
}

/** Stocks of products that are counted by store; a product without rows is counted as a whole. */
export const storeStockRepository = (db: Db) => ({
  async ofProducts(productIds: readonly string[]): Promise<Map<string, StoreStock[]>> {
    if (productIds.length === 0) return new Map()
    const rows = await db
      .selectFrom('reward_store_stock')
      .selectAll()
      .where('productId', 'in', productIds)
      .orderBy('storeCode')
      .execute()
    return Map.groupBy(rows, row => row.productId)
  },

  /** Takes one from a store's stock; where the product is counted as a whole there is nothing to take. */
  take: async (productId: string, storeCode: string): Promise<boolean> =>
    affected(
      await db
        .updateTable('reward_store_stock')
        .set(eb => ({ taken: eb('taken', '+', 1) }))
        .where('productId', '=', productId)
        .where('storeCode', '=', storeCode)
        .whereRef('taken', '<', 'stock')
        .executeTakeFirstOrThrow(),
    ) === 1,

  giveBack: (productId: string, storeCode: string) =>
    db
      .updateTable('reward_store_stock')
      .set(eb => ({ taken: eb('taken', '-', 1) }))
      .where('productId', '=', productId)
      .where('storeCode', '=', storeCode)
      .where('taken', '>', 0)
      .execute(),

  /**
   * States the stocks anew; what a store has given out meanwhile stays counted, from the orders where it is new here.
   * False, where a store would have given out more than it has.
   */
  async state(productId: string, stocks: readonly { storeCode: string; stock: number }[] | null): Promise<boolean> {
    const codes = (stocks ?? []).map(({ storeCode }) => storeCode)
    const gone = db.deleteFrom('reward_store_stock').where('productId', '=', productId)
    await (codes.length === 0 ? gone : gone.where('storeCode', 'not in', codes)).execute()
    for (const { storeCode, stock } of stocks ?? []) {
      await sql`
        insert ignore into reward_store_stock (productId, storeCode, stock, taken)
        select ${productId}, ${storeCode}, ${stock}, count(*) from reward_order
        where productId = ${productId} and storeCode = ${storeCode} and state not in ('cancelled', 'returned')`.execute(
        db,
      )
      await db
        .updateTable('reward_store_stock')
        .set({ stock })
        .where('productId', '=', productId)
        .where('storeCode', '=', storeCode)
        .execute()
    }
    const over = await db
      .selectFrom('reward_store_stock')
      .select('storeCode')
      .where('productId', '=', productId)
      .whereRef('taken', '>', 'stock')
      .execute()
    return over.length === 0
  },
})
