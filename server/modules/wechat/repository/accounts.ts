import { sql, type Insertable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

type Row = Insertable<DB['wechat_account']>

/** Every account of the database, the oldest first. */
export const accountRows = (db: Db) =>
  db.selectFrom('wechat_account').selectAll().orderBy('createdAt').orderBy('appId').execute()

/** An account, locked until the transaction ends; undefined when the database does not know it. */
export const lockAccount = (tx: Tx, appId: string) =>
  tx.selectFrom('wechat_account').selectAll().where('appId', '=', appId).forUpdate().executeTakeFirst()

export const insertAccount = (tx: Tx, row: Row) => tx.insertInto('wechat_account').values(row).execute()

/** Changes an account of a version; false when somebody else has changed it meanwhile. */
export async function updateAccount(
  tx: Tx,
  appId: string,
  version: number,
  change: Partial<Omit<Row, 'appId' | 'version'>>,
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_account')
    .set({ ...change, version: sql`version + 1` })
    .where('appId', '=', appId)
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

/** Takes the default of a kind from whoever has it. */
export const clearDefault = (tx: Tx, kind: string, now: Date) =>
  tx
    .updateTable('wechat_account')
    .set({ defaultOf: null, changedAt: now, version: sql`version + 1` })
    .where('defaultOf', '=', kind)
    .execute()

/** What the door has seen, by account. */
export async function doorsOf(db: Db) {
  return new Map((await db.selectFrom('wechat_door').selectAll().execute()).map(row => [row.appId, row]))
}

/** Writes down what the door has seen of an account. */
export const noteDoor = (
  db: Db,
  appId: string,
  seen: { verifiedAt: Date } | { pushedAt: Date } | { refusedAt: Date; refusedReason: string },
) =>
  db
    .insertInto('wechat_door')
    .values({ appId, ...seen })
    .onDuplicateKeyUpdate(seen)
    .execute()

/** Forgets what the door has seen, when an account is set up anew. */
export const clearDoor = (tx: Tx, appId: string) => tx.deleteFrom('wechat_door').where('appId', '=', appId).execute()
