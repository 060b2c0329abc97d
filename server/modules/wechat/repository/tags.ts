import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected, chunks } from '../../../kernel/db.ts'

export type TagRecord = Selectable<DB['wechat_tag']>
export type TagChange = Partial<Insertable<DB['wechat_tag']>>

export const tagsOf = (db: Db, appId: string): Promise<TagRecord[]> =>
  db.selectFrom('wechat_tag').selectAll().where('appId', '=', appId).orderBy('createdAt').orderBy('id').execute()

export const findTag = (db: Db, id: string) =>
  db.selectFrom('wechat_tag').selectAll().where('id', '=', id).executeTakeFirst()

/** Names of tags by id. */
export async function tagNames(db: Db, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.selectFrom('wechat_tag').select(['id', 'name']).where('id', 'in', ids).execute()
  return new Map(rows.map(row => [row.id, row.name]))
}

/** Writes a tag down; one of the same name or of the same id at WeChat stays as it is. */
export const insertTag = (db: Db, row: Insertable<DB['wechat_tag']>) =>
  db.insertInto('wechat_tag').ignore().values(row).execute()

/** Changes a tag if its name is still what was read, so that a rename in between is not lost. */
export const changeTag = async (
  db: Db,
  tag: Pick<TagRecord, 'id' | 'name' | 'state'>,
  change: TagChange,
): Promise<boolean> =>
  affected(
    await db
      .updateTable('wechat_tag')
      .set(change)
      .where('id', '=', tag.id)
      .where('name', '=', tag.name)
      .where('state', '=', tag.state)
      .executeTakeFirstOrThrow(),
  ) === 1

/** Deletes a tag with everybody under it. */
export async function dropTag(db: Db, id: string): Promise<void> {
  await db.deleteFrom('wechat_tag_person').where('tagId', '=', id).execute()
  await db.deleteFrom('wechat_tag').where('id', '=', id).execute()
}

/** How many people are under each tag, by state. */
export const tagCounts = (db: Db, ids: readonly string[]) =>
  ids.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('wechat_tag_person')
        .select(eb => ['tagId', 'state', eb.fn.countAll<string>().as('people')])
        .where('tagId', 'in', ids)
        .groupBy(['tagId', 'state'])
        .execute()

/** People who are to have a tag; who has it or is on the way stays so. */
export async function wantTag(tx: Tx, tagId: string, openids: readonly string[], at: Date): Promise<void> {
  for (const run of chunks(openids, 500)) {
    await tx
      .insertInto('wechat_tag_person')
      .values(run.map(openid => ({ tagId, openid, state: 'adding', at })))
      .onDuplicateKeyUpdate({
        state: sql`if(state in ('removing', 'refused'), 'adding', state)`,
        errorCode: null,
      })
      .execute()
  }
}

/** People who are to lose a tag. */
export const unwantTag = (tx: Tx, tagId: string, openids: readonly string[], at: Date) =>
  tx
    .updateTable('wechat_tag_person')
    .set({ state: 'removing', at })
    .where('tagId', '=', tagId)
    .where('openid', 'in', openids)
    .execute()

export const waitingPeople = async (
  db: Db,
  tagId: string,
  state: 'adding' | 'removing',
  limit: number,
): Promise<string[]> =>
  (
    await db
      .selectFrom('wechat_tag_person')
      .select('openid')
      .where('tagId', '=', tagId)
      .where('state', '=', state)
      .limit(limit)
      .execute()
  ).map(row => row.openid)

/** Whom WeChat has taken under a tag, or refused; who changed their mind meanwhile stays waiting. */
export const settleAdded = (db: Db, tagId: string, openids: readonly string[], errorCode: number | null, at: Date) =>
  db
    .updateTable('wechat_tag_person')
    .set({ state: errorCode === null ? 'on' : 'refused', errorCode, at })
    .where('tagId', '=', tagId)
    .where('openid', 'in', openids)
    .where('state', '=', 'adding')
    .execute()

export const settleRemoved = (db: Db, tagId: string, openids: readonly string[]) =>
  db
    .deleteFrom('wechat_tag_person')
    .where('tagId', '=', tagId)
    .where('openid', 'in', openids)
    .where('state', '=', 'removing')
    .execute()

/** People WeChat names under a tag: theirs become ours; what waits to go the other way stays. */
export async function noteThere(
  db: Db,
  tagId: string,
  openids: readonly string[],
  run: string,
  at: Date,
): Promise<void> {
  for (const some of chunks(openids, 500)) {
    await db
      .insertInto('wechat_tag_person')
      .values(some.map(openid => ({ tagId, openid, state: 'on', seenRun: run, at })))
      .onDuplicateKeyUpdate({
        seenRun: run,
        state: sql`if(state in ('adding', 'refused'), 'on', state)`,
      })
      .execute()
  }
}

/** Whom WeChat no longer names after a whole reading; who came in the meantime stays. */
export const dropUnseen = (db: Db, tagId: string, run: string, before: Date) =>
  db
    .deleteFrom('wechat_tag_person')
    .where('tagId', '=', tagId)
    .where('state', '=', 'on')
    .where('at', '<', before)
    .where(eb => eb.or([eb('seenRun', 'is', null), eb('seenRun', '<>', run)]))
    .execute()
