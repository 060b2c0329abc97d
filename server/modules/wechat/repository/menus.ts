import { sql, type Insertable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'

export type StoredVersion = NonNullable<Awaited<ReturnType<typeof versionById>>>

export const menuOf = (db: Db, appId: string) =>
  db.selectFrom('wechat_menu').selectAll().where('appId', '=', appId).executeTakeFirst()

/** Writes the draft if nobody has changed it since `version` (0 = there is none yet); false when somebody has. */
export async function writeDraft(
  tx: Tx,
  appId: string,
  version: number,
  row: { draftJson: string; changedAt: Date; changedBy: string },
): Promise<boolean> {
  if (version === 0)
    return (
      (
        await tx
          .insertInto('wechat_menu')
          .ignore()
          .values({ appId, version: 1, ...row })
          .executeTakeFirstOrThrow()
      ).numInsertedOrUpdatedRows === 1n
    )
  const written = await tx
    .updateTable('wechat_menu')
    .set({ ...row, version: version + 1 })
    .where('appId', '=', appId)
    .where('version', '=', version)
    .executeTakeFirst()
  return affected(written) === 1
}

/** The draft becomes a menu that is in force, whatever it was. */
export const takeAsDraft = (
  tx: Tx,
  row: { appId: string; draftJson: string; changedAt: Date; changedBy: string; liveId: string },
) =>
  tx
    .insertInto('wechat_menu')
    .values({ ...row, version: 1 })
    .onDuplicateKeyUpdate({
      draftJson: row.draftJson,
      changedAt: row.changedAt,
      changedBy: row.changedBy,
      liveId: row.liveId,
      version: sql`version + 1`,
    })
    .execute()

export const setLive = (tx: Tx, appId: string, liveId: string) =>
  tx.updateTable('wechat_menu').set({ liveId }).where('appId', '=', appId).execute()

/** The newest versions of an account. */
export const versionsOf = (db: Db, appId: string, limit: number) =>
  db
    .selectFrom('wechat_menu_version')
    .selectAll()
    .where('appId', '=', appId)
    .orderBy('number', 'desc')
    .limit(limit)
    .execute()

export const versionById = (db: Db, id: string) =>
  db.selectFrom('wechat_menu_version').selectAll().where('id', '=', id).executeTakeFirst()

export const insertVersion = (tx: Tx, row: Insertable<DB['wechat_menu_version']>) =>
  tx.insertInto('wechat_menu_version').values(row).execute()

/** Writes down how giving a menu to WeChat ended. */
export const endVersion = (
  tx: Tx,
  id: string,
  row: { state: 'published' | 'failed'; problem: string; finishedAt: Date },
) => tx.updateTable('wechat_menu_version').set(row).where('id', '=', id).where('state', '=', 'publishing').execute()

/** Menus of which nobody wrote down how giving them to WeChat ended. */
export const leftVersions = (db: Db, before: Date) =>
  db
    .selectFrom('wechat_menu_version')
    .selectAll()
    .where('state', '=', 'publishing')
    .where('createdAt', '<', before)
    .limit(20)
    .execute()
