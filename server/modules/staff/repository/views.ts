import { sql, type Insertable, type Selectable, type Updateable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'

export type ViewRecord = Selectable<DB['staff_view']>

/** Saved views of lists. Whoever changes one names the person whose it is. */
export const viewsRepository = (db: Db) => {
  const views = () =>
    db
      .selectFrom('staff_view as v')
      .innerJoin('staff as s', 's.id', 'v.staffId')
      .selectAll('v')
      .select('s.name as ownerName')

  return {
    find: (id: string) => views().where('v.id', '=', id).executeTakeFirst(),

    /** A person's own views of a list, then those that others share, by name. */
    ofList: (list: string, staffId: string) =>
      views()
        .where('v.list', '=', list)
        .where(eb => eb.or([eb('v.staffId', '=', staffId), eb('v.shared', '=', 1)]))
        .orderBy(sql`v.staffId = ${staffId}`, 'desc')
        .orderBy('v.name')
        .orderBy('v.id')
        .execute(),

    /** Holds the person, so that their views are counted by one writer at a time. */
    holdOwner: async (staffId: string): Promise<void> => {
      await db.selectFrom('staff').select('id').where('id', '=', staffId).forUpdate().execute()
    },

    count: async (staffId: string, list: string): Promise<number> => {
      const row = await db
        .selectFrom('staff_view')
        .select(eb => eb.fn.countAll<string>().as('views'))
        .where('staffId', '=', staffId)
        .where('list', '=', list)
        .executeTakeFirstOrThrow()
      return Number(row.views)
    },

    insert: (row: Insertable<DB['staff_view']>) => db.insertInto('staff_view').values(row).execute(),

    /** Changes a view of this person; false when they have none such. */
    update: async (id: string, staffId: string, change: Updateable<DB['staff_view']>): Promise<boolean> =>
      affected(
        await db
          .updateTable('staff_view')
          .set(change)
          .where('id', '=', id)
          .where('staffId', '=', staffId)
          .executeTakeFirstOrThrow(),
      ) === 1,

    remove: async (id: string, staffId: string): Promise<boolean> => {
      const { numDeletedRows } = await db
        .deleteFrom('staff_view')
        .where('id', '=', id)
        .where('staffId', '=', staffId)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}
