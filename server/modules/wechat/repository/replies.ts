import { sql, type Insertable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'

export type RuleRow = Insertable<DB['wechat_reply_rule']>
export type StoredRule = Awaited<ReturnType<typeof rulesOf>>[number]

/** The rules of an account in the order in which they are asked. */
export const rulesOf = (db: Db, appId: string) =>
  db
    .selectFrom('wechat_reply_rule')
    .selectAll()
    .where('appId', '=', appId)
    .where('removedAt', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute()

export const ruleById = (db: Db, ruleId: string) =>
  db
    .selectFrom('wechat_reply_rule')
    .selectAll()
    .where('id', '=', ruleId)
    .where('removedAt', 'is', null)
    .executeTakeFirst()

export const insertRules = (tx: Tx, rows: readonly RuleRow[]) =>
  tx
    .insertInto('wechat_reply_rule')
    .values([...rows])
    .execute()

/** Writes a rule anew if nobody has changed it since `version`; false when somebody has. */
export async function rewriteRule(
  tx: Tx,
  ruleId: string,
  version: number,
  row: Partial<Omit<RuleRow, 'id' | 'appId' | 'version'>>,
): Promise<boolean> {
  const written = await tx
    .updateTable('wechat_reply_rule')
    .set({ ...row, version: version + 1 })
    .where('id', '=', ruleId)
    .where('version', '=', version)
    .where('removedAt', 'is', null)
    .executeTakeFirst()
  return affected(written) === 1
}

export const setRule = async (
  tx: Tx,
  ruleId: string,
  row: { active?: 0 | 1; position?: number; removedAt?: Date; changedAt?: Date; changedBy?: string },
): Promise<boolean> =>
  affected(
    await tx
      .updateTable('wechat_reply_rule')
      .set({ ...row, version: sql`version + 1` })
      .where('id', '=', ruleId)
      .where('removedAt', 'is', null)
      .executeTakeFirst(),
  ) === 1

/** Counts the book of an account up, so that every process reads its rules anew; also the lock of whoever changes them. */
export const turnPage = (tx: Tx, appId: string) =>
  tx
    .insertInto('wechat_reply_book')
    .values({ appId, version: 1 })
    .onDuplicateKeyUpdate({ version: sql`version + 1` })
    .execute()

/** Lets every process read an account's rules anew, where it has any. */
export const freshenBook = (db: Db, appId: string) =>
  db
    .updateTable('wechat_reply_book')
    .set({ version: sql`version + 1` })
    .where('appId', '=', appId)
    .execute()

/** Begins the book of an account; false when it has one. */
export const beginBook = async (tx: Tx, appId: string): Promise<boolean> =>
  (await tx.insertInto('wechat_reply_book').ignore().values({ appId, version: 1 }).executeTakeFirstOrThrow())
    .numInsertedOrUpdatedRows === 1n

/** How far the book of an account is; 0 when it has none. */
export const bookVersion = async (db: Db, appId: string): Promise<number> =>
  (await db.selectFrom('wechat_reply_book').select('version').where('appId', '=', appId).executeTakeFirst())?.version ??
  0

/** Adds answers to the count of a day. */
export async function addHits(tx: Tx, day: string, hits: ReadonlyMap<string, number>): Promise<void> {
  if (hits.size === 0) return
  // In one order always, so that two workers never wait for each other.
  const rows = [...hits]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([ruleId, count]) => sql`(${ruleId}, ${day}, ${count})`)
  await sql`insert into wechat_reply_hit (ruleId, day, hits) values ${sql.join(rows)}
    on duplicate key update hits = hits + values(hits)`.execute(tx)
}

/** Answers of rules since a day: (ruleId, day, hits), in the order of the days. */
export const hitsSince = (db: Db, ruleIds: readonly string[], day: string) =>
  ruleIds.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('wechat_reply_hit')
        .select(['ruleId', sql<string>`day`.as('day'), 'hits'])
        .where('ruleId', 'in', ruleIds)
        .where(sql<boolean>`day >= ${day}`)
        .orderBy('day')
        .execute()
