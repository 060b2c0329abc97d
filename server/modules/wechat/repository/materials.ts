import type { Insertable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'

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

/** Which materials of ours an account's WeChat keeps, or kept once, under these ids. */
export async function materialsBehind(
  db: Db,
  appId: string,
  mediaIds: readonly string[],
): Promise<Map<string, string>> {
  if (mediaIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('wechat_material_copy')
    .select(['mediaId', 'materialId'])
    .where('appId', '=', appId)
    .where('mediaId', 'in', mediaIds)
    .union(
      db
        .selectFrom('wechat_material_past')
        .select(['mediaId', 'materialId'])
        .where('appId', '=', appId)
        .where('mediaId', 'in', mediaIds),
    )
    .execute()
  return new Map(rows.map(({ mediaId, materialId }) => [mediaId, materialId]))
}

/** Strikes out a copy that WeChat no longer has; false when it was replaced meanwhile. */
export async function loseCopy(tx: Tx, row: Insertable<DB['wechat_material_past']>): Promise<boolean> {
  const gone = await tx
    .deleteFrom('wechat_material_copy')
    .where('materialId', '=', row.materialId)
    .where('appId', '=', row.appId)
    .where('mediaId', '=', row.mediaId)
    .executeTakeFirst()
  if (affected(gone) !== 1) return false
  await tx.insertInto('wechat_material_past').ignore().values(row).execute()
  return true
}

/** Which of the materials an account's WeChat has lost after a moment. */
export async function lostLater(
  db: Db,
  materialIds: readonly string[],
  appId: string,
  after: Date,
): Promise<Set<string>> {
  if (materialIds.length === 0) return new Set()
  const rows = await db
    .selectFrom('wechat_material_past')
    .select('materialId')
    .where('materialId', 'in', materialIds)
    .where('appId', '=', appId)
    .where('lostAt', '>', after)
    .execute()
  return new Set(rows.map(({ materialId }) => materialId))
}

/** Whether a copy of a material was lost since. */
export const lostSince = async (db: Db, materialId: string, appId: string, since: Date): Promise<boolean> =>
  (await db
    .selectFrom('wechat_material_past')
    .select('mediaId')
    .where('materialId', '=', materialId)
    .where('appId', '=', appId)
    .where('lostAt', '>', since)
    .limit(1)
    .executeTakeFirst()) !== undefined
