import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected, chunks } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type CodeRecord = Selectable<DB['wechat_code']>
export type NewCodeRow = Insertable<DB['wechat_code']>

/** What to look for in a list of codes. */
export interface CodeFilter {
  readonly search?: string | undefined
  readonly kind?: string | undefined
  readonly storeCode?: string | undefined
  readonly staffId?: string | undefined
  readonly state?: string | undefined
}

/** One page of the codes of a scope, newest first. */
export function codesPage(
  db: Db,
  filter: CodeFilter,
  scope: Scope,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<CodeRecord[]> {
  let query = db.selectFrom('wechat_code').selectAll().where(scopeWhere(scope, 'wechat_code.storeCode'))
  if (filter.search !== undefined && filter.search !== '')
    query = query.where(sql<boolean>`locate(${filter.search}, name) > 0`)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.storeCode !== undefined) query = query.where('storeCode', '=', filter.storeCode)
  if (filter.staffId !== undefined) query = query.where('staffId', '=', filter.staffId)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (after !== null)
    query = query
      .where('createdAt', '<=', after.at)
      .where(eb => eb.or([eb('createdAt', '<', after.at), eb('id', '<', after.id)]))
  return query.orderBy('createdAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export const findCode = (db: Db, id: string) =>
  db.selectFrom('wechat_code').selectAll().where('id', '=', id).executeTakeFirst()

/** Codes by the words inside them; words that are none of ours are left out. */
export const codesByScene = async (db: Db, scenes: readonly string[]): Promise<CodeRecord[]> =>
  scenes.length === 0
    ? []
    : db.selectFrom('wechat_code').selectAll().where('scene', 'in', scenes).where('state', '<>', 'retired').execute()

/** What the codes of an account in use say to those who come by them, as stored. */
export const welcomesOf = async (db: Db, appId: string): Promise<string[]> =>
  (
    await db
      .selectFrom('wechat_code')
      .select('welcomeJson')
      .distinct()
      .where('appId', '=', appId)
      .where('state', '<>', 'retired')
      .where('welcomeJson', 'is not', null)
      .execute()
  ).flatMap(({ welcomeJson }) => welcomeJson ?? [])

/** Writes codes down; of a store and member of staff that have a living code nothing is written. Returns how many were. */
export async function insertCodes(tx: Tx, rows: readonly NewCodeRow[]): Promise<number> {
  let written = 0
  for (const run of chunks(rows, 500)) {
    const result = await tx.insertInto('wechat_code').ignore().values(run).executeTakeFirstOrThrow()
    written += Number(result.numInsertedOrUpdatedRows ?? 0n)
  }
  return written
}

/** Which of the once-keys have a living code already. */
export async function takenKeys(db: Db, keys: readonly string[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await db.selectFrom('wechat_code').select('onceKey').where('onceKey', 'in', keys).execute()
  return new Set(rows.map(row => row.onceKey ?? ''))
}

/** Takes so many of the permanent codes an account gets in its life; false when that would be more than `limit`. */
export async function takePermanent(tx: Tx, appId: string, count: number, limit: number): Promise<boolean> {
  // The account's row is made or locked at once: a mere look at one that is there would be a shared lock, and two of them
  // wait for each other.
  await tx
    .insertInto('wechat_code_use')
    .values({ appId, permanent: 0 })
    .onDuplicateKeyUpdate(eb => ({ permanent: eb.ref('wechat_code_use.permanent') }))
    .execute()
  const result = await tx
    .updateTable('wechat_code_use')
    .set({ permanent: sql`permanent + ${count}` })
    .where('appId', '=', appId)
    .where('permanent', '<=', limit - count)
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

export const changeCode = async (tx: Tx, id: string, change: Partial<NewCodeRow>): Promise<boolean> =>
  affected(
    await tx
      .updateTable('wechat_code')
      .set(change)
      .where('id', '=', id)
      .where('state', '<>', 'retired')
      .executeTakeFirstOrThrow(),
  ) === 1

/** Claims planned codes, and those a fallen process has left: the same word again is the same code at WeChat. */
export async function claimCodes(db: Db, token: string, now: Date, left: Date, limit: number): Promise<CodeRecord[]> {
  await db
    .updateTable('wechat_code')
    .set({ state: 'making', claimToken: token, claimedAt: now })
    .where(eb => eb.or([eb('state', '=', 'planned'), eb.and([eb('state', '=', 'making'), eb('claimedAt', '<', left)])]))
    .orderBy('createdAt')
    .limit(limit)
    .execute()
  return db
    .selectFrom('wechat_code')
    .selectAll()
    .where('claimToken', '=', token)
    .where('state', '=', 'making')
    .execute()
}

/** Writes down what WeChat said to a claimed code. */
export const settleCode = (
  db: Db,
  id: string,
  token: string,
  outcome: { state: 'ready' | 'failed' | 'planned'; ticket?: string; url?: string; errorCode: number | null },
) =>
  db
    .updateTable('wechat_code')
    .set({ claimToken: null, ...outcome })
    .where('id', '=', id)
    .where('claimToken', '=', token)
    .where('state', '=', 'making')
    .execute()

/** Somebody came by a code. */
export interface Touch {
  readonly codeId: string
  readonly personHash: string
  readonly at: Date
  readonly followed: boolean
}

/** Counts touches: the first time of a person is kept, and the first follow. */
export async function countTouches(tx: Tx, touches: readonly Touch[]): Promise<void> {
  for (const run of chunks(touches, 200)) {
    const rows = run.map(
      touch =>
        sql`(${touch.codeId}, ${touch.personHash}, ${touch.at}, ${touch.at}, 1, ${touch.followed ? touch.at : null})`,
    )
    await sql`insert into wechat_code_touch (codeId, personHash, firstAt, lastAt, touches, followedAt) values ${sql.join(rows)}
      on duplicate key update
        touches = touches + 1,
        firstAt = least(firstAt, values(firstAt)),
        lastAt = greatest(lastAt, values(lastAt)),
        followedAt = coalesce(followedAt, values(followedAt))`.execute(tx)
  }
}

/** The living code by which one of the hashed persons came first since an instant. */
export const firstTouch = (db: Db, hashes: readonly string[], since: Date) =>
  db
    .selectFrom('wechat_code_touch as t')
    .innerJoin('wechat_code as c', 'c.id', 't.codeId')
    .select(['c.id as codeId', 'c.scene', 'c.storeCode', 'c.staffId', 't.firstAt'])
    .where('t.personHash', 'in', hashes)
    .where('t.lastAt', '>=', since)
    .where('c.state', '<>', 'retired')
    .orderBy('t.firstAt')
    .limit(1)
    .executeTakeFirst()
