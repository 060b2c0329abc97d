import type { Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type SalePoints = Selectable<DB['till_sale_points']>

/** The points that paid for sales, and how many their returns have given back. */
export const tillPointsRepository = (db: Db) => ({
  /** `spendKey` is the key of the spend in the ledger where it is not the receipt's own. */
  add: (points: { docKey: string; memberId: string; points: number; fen: number; spendKey?: string }) =>
    db
      .insertInto('till_sale_points')
      .values({ ...points, back: 0 })
      .execute(),

  of: (docKey: string): Promise<SalePoints | undefined> =>
    db.selectFrom('till_sale_points').selectAll().where('docKey', '=', docKey).executeTakeFirst(),

  /** Counts what has gone back from now on; false when somebody else has just done it, or there are not so many. */
  move: async (before: SalePoints, after: { back: number; backFen: number }): Promise<boolean> =>
    affected(
      await db
        .updateTable('till_sale_points')
        .set({ ...after, moves: before.moves + 1 })
        .where('docKey', '=', before.docKey)
        .where('back', '=', before.back)
        .where('moves', '=', before.moves)
        .where('points', '>=', after.back)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** The sale did not come about after all. */
  forget: (docKey: string) => db.deleteFrom('till_sale_points').where('docKey', '=', docKey).execute(),
})
