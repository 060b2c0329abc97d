import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import type { LossQuery } from '../contract/offline.ts'

export type LossRecord = Selectable<DB['till_loss']>

/** Offline sales and the book of what they lost. */
export const offlineRepository = (db: Db) => ({
  /** Holds a till until the transaction ends: its offline sales are settled one after another, so that its cap holds. */
  hold: (tillId: string) => db.selectFrom('till').select('id').where('id', '=', tillId).forUpdate().execute(),

  /** Fen that a till gave away without asking on a business date. */
  given: async (tillId: string, businessDate: string): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('till_offline_sale')
          .select(eb => eb.fn.sum<string>('given').as('fen'))
          .where('tillId', '=', tillId)
          .where('businessDate', '=', businessDate)
          .executeTakeFirst()
      )?.fen ?? 0,
    ),

  add: (sale: Insertable<DB['till_offline_sale']>) => db.insertInto('till_offline_sale').values(sale).execute(),

  addLosses: async (losses: readonly Insertable<DB['till_loss']>[]): Promise<void> => {
    if (losses.length > 0)
      await db
        .insertInto('till_loss')
        .values([...losses])
        .execute()
  },

  page(scope: Scope, query: Omit<LossQuery, 'cursor' | 'limit'>, before: string | null, limit: number) {
    let rows = db.selectFrom('till_loss').selectAll().where(scopeWhere(scope, 'till_loss.storeCode'))
    if (query.storeCode !== undefined) rows = rows.where('storeCode', '=', query.storeCode)
    if (query.kind !== undefined) rows = rows.where('kind', '=', query.kind)
    if (query.from !== undefined) rows = rows.where('businessDate', '>=', query.from)
    if (query.to !== undefined) rows = rows.where('businessDate', '<=', query.to)
    if (before !== null) rows = rows.where('id', '<', before)
    return rows.orderBy('id', 'desc').limit(limit).execute()
  },

  summary: (scope: Scope, from: string, to: string) =>
    db
      .selectFrom('till_offline_sale as s')
      .leftJoin(
        eb =>
          eb
            .selectFrom('till_loss')
            .groupBy('docKey')
            .select(({ fn }) => [
              'docKey',
              fn.sum<string>('company').as('company'),
              fn.sum<string>('store').as('store'),
            ])
            .as('l'),
        join => join.onRef('l.docKey', '=', 's.docKey'),
      )
      .where(scopeWhere(scope, 's.storeCode'))
      .where('s.businessDate', '>=', from)
      .where('s.businessDate', '<=', to)
      .groupBy('s.storeCode')
      .orderBy('s.storeCode')
      .select(({ fn }) => [
        's.storeCode',
        fn.countAll<number>().as('sales'),
        fn.sum<string>('s.given').as('given'),
        fn.sum<string>('s.lost').as('lost'),
        sql<string>`coalesce(sum(l.company), 0)`.as('company'),
        sql<string>`coalesce(sum(l.store), 0)`.as('store'),
      ])
      .execute(),
})
