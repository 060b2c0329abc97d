import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

export type HoldRecord = Selectable<DB['till_hold']>

/** Baskets that wait at a till. */
export const holdsRepository = (db: Db) => ({
  insert: (hold: Insertable<DB['till_hold']>) => db.insertInto('till_hold').values(hold).execute(),

  find: (id: string): Promise<HoldRecord | undefined> =>
    db.selectFrom('till_hold').selectAll().where('id', '=', id).executeTakeFirst(),

  waiting: (storeCode: string, tillCode: string): Promise<HoldRecord[]> =>
    db
      .selectFrom('till_hold')
      .selectAll()
      .where('storeCode', '=', storeCode)
      .where('tillCode', '=', tillCode)
      .where('state', '=', 'held')
      .orderBy('id')
      .execute(),

  /** Ends the waiting of one; false when somebody else has. */
  end: async (id: string, state: 'resumed' | 'dropped', at: Date): Promise<boolean> =>
    affected(
      await db
        .updateTable('till_hold')
        .set({ state, closedAt: at })
        .where('id', '=', id)
        .where('state', '=', 'held')
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** What still waits when its shift is closed is over. */
  expire: (shiftId: string, at: Date) =>
    db
      .updateTable('till_hold')
      .set({ state: 'expired', closedAt: at })
      .where('shiftId', '=', shiftId)
      .where('state', '=', 'held')
      .execute(),
})
