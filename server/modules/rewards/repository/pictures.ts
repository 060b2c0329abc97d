import type { Insertable, Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'

export type PictureRecord = Selectable<DB['reward_picture']>

/** Pictures of the mall. */
export const picturesRepository = (db: Db) => ({
  find: (id: string): Promise<PictureRecord | undefined> =>
    db.selectFrom('reward_picture').selectAll().where('id', '=', id).executeTakeFirst(),

  insert: (row: Insertable<DB['reward_picture']>) => db.insertInto('reward_picture').values(row).execute(),
})
