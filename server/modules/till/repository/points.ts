import type { Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type SalePoints = Selectable<DB['till_sale_points']>

/** The points that paid for sales, and how many their returns have given back. */
export const tillPointsRepository = (db: Db) => ({
  add: (points: { docKey: string; memberId: string; points: number; fen: number }) =>
    db
      .insertInto('till_sale_points')
      .values({ ...points, back: 0 })
      .execute(),

  of: (docKey: string): Promise<SalePoints | undefined> =>
    db.selectFrom('till_sale_points').selectAll().where('docKey', '=', docKey).executeTakeFirst(),

  /** Counts points that go back; false when somebody else has just done it, or there are not so many. */
  giveBack: async (docKey: string, before: number, after: number): Promise<boolean> =>
    affected(
      await db
        .updateTable('till_sale_points')
        .set({ back: after })
        .where('docKey', '=', docKey)
        .where('back', '=', before)
        .where('points', '>=', after)
        .executeTakeFirstOrThrow(),
    ) === 1,
})
