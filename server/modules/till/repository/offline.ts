import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import type { LossQuery } from '../contract/offline.ts'

export type LossRecord = Selectable<DB['till_loss']> & { readonly documentId: string | null }

/** Offline sales and the book of what they lost. */
export const offlineRepository = (db: Db) => {
  const losses = () =>
    db
      .selectFrom('till_loss as l')
      .leftJoin('till_sale as s', 's.docKey', 'l.docKey')
      .selectAll('l')
      .select('s.documentId')
  return {
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

    /** Writes a loss down unless it is there. */
    addLossOnce: (loss: Insertable<DB['till_loss']>) =>
      db
        .insertInto('till_loss')
        .values(loss)
        .onDuplicateKeyUpdate(eb => ({ docKey: eb.ref('till_loss.docKey') }))
        .execute(),

    addLosses: async (losses: readonly Insertable<DB['till_loss']>[]): Promise<void> => {
      if (losses.length > 0)
        await db
          .insertInto('till_loss')
          .values([...losses])
          .execute()
    },

    page(scope: Scope, query: Omit<LossQuery, 'cursor' | 'limit'>, before: string | null, limit: number) {
      let rows = losses().where(scopeWhere(scope, 'l.storeCode'))
      if (query.storeCode !== undefined) rows = rows.where('l.storeCode', '=', query.storeCode)
      if (query.kind !== undefined) rows = rows.where('l.kind', '=', query.kind)
      if (query.from !== undefined) rows = rows.where('l.businessDate', '>=', query.from)
      if (query.to !== undefined) rows = rows.where('l.businessDate', '<=', query.to)
      if (query.state !== undefined) rows = rows.where('l.writtenOffAt', query.state === 'open' ? 'is' : 'is not', null)
      if (before !== null) rows = rows.where('l.id', '<', before)
      return rows.orderBy('l.id', 'desc').limit(limit).execute()
    },

    loss: (id: string): Promise<LossRecord | undefined> => losses().where('l.id', '=', id).executeTakeFirst(),

    /** Writes a loss off; false when somebody else has. */
    writeOff: async (
      id: string,
      change: { writtenOffAt: Date; writtenOffBy: string; writeOffReason: string },
    ): Promise<boolean> =>
      affected(
        await db
          .updateTable('till_loss')
          .set(change)
          .where('id', '=', id)
          .where('writtenOffAt', 'is', null)
          .executeTakeFirstOrThrow(),
      ) === 1,

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
                sql<string>`sum(case when writtenOffAt is null then 0 else amount end)`.as('writtenOff'),
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
          sql<string>`coalesce(sum(l.writtenOff), 0)`.as('writtenOff'),
        ])
        .execute(),
  }
}
