import type { Insertable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'

export type MaterialRow = Insertable<DB['wechat_material']>
export type StoredMaterial = NonNullable<Awaited<ReturnType<typeof materialById>>>

export const insertMaterial = (tx: Tx, row: MaterialRow) => tx.insertInto('wechat_material').values(row).execute()

export const materialById = (db: Db, id: string) =>
  db.selectFrom('wechat_material').selectAll().where('id', '=', id).executeTakeFirst()

/** The newest of a kind. */
export const materialsOf = (db: Db, kind: string, limit: number) =>
  db.selectFrom('wechat_material').selectAll().where('kind', '=', kind).orderBy('id', 'desc').limit(limit).execute()

/** Under which ids an account's WeChat keeps our materials. */
export const copiesOf = (db: Db, appId: string) =>
  db.selectFrom('wechat_material_copy').select(['materialId', 'mediaId', 'url']).where('appId', '=', appId).execute()

export const copyOf = (db: Db, materialId: string, appId: string) =>
  db
    .selectFrom('wechat_material_copy')
    .select(['materialId', 'mediaId', 'url'])
    .where('materialId', '=', materialId)
    .where('appId', '=', appId)
    .executeTakeFirst()

/** Remembers a copy; two who uploaded at once keep the first. */
export const keepCopy = (db: Db, row: Insertable<DB['wechat_material_copy']>) =>
  db.insertInto('wechat_material_copy').ignore().values(row).execute()
