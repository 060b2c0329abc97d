import { sql } from 'kysely'
import type { Insertable, Selectable } from 'kysely'
import { affected, type Db, type DB } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'

export type ImportRecord = Selectable<DB['erp_import']>

/** States in which an import waits for a worker or has one. */
export const RUNNING = ['waiting', 'staging', 'applying'] as const

export async function insertImport(db: Db, record: Insertable<DB['erp_import']>): Promise<void> {
  await db.insertInto('erp_import').values(record).execute()
}

export const findImport = (db: Db, id: string): Promise<ImportRecord | undefined> =>
  db.selectFrom('erp_import').selectAll().where('id', '=', id).executeTakeFirst()

/** The import that holds a guard key: the one run of these bytes that was not forced. */
export const findByGuard = (db: Db, guardKey: string): Promise<ImportRecord | undefined> =>
  db.selectFrom('erp_import').selectAll().where('guardKey', '=', guardKey).executeTakeFirst()

/** The first version under which a source has sent these bytes, and the highest it has sent at all. */
export async function versionsOf(
  db: Db,
  sourceId: string,
  fileHash: string,
): Promise<{ first: number | null; last: number }> {
  const row = await db
    .selectFrom('erp_import')
    .select(eb => [
      sql<string | null>`min(case when ${eb.ref('fileHash')} = ${fileHash} then ${eb.ref('version')} end)`.as('first'),
      eb.fn.max('version').as('last'),
    ])
    .where('sourceId', '=', sourceId)
    .executeTakeFirst()
  return { first: row?.first === null || row === undefined ? null : Number(row.first), last: Number(row?.last ?? 0) }
}

/** Takes an import for one worker until `until`; false when another has it or it is not running. */
export async function claimImport(db: Db, id: string, token: string, now: Date, until: Date): Promise<boolean> {
  const result = await db
    .updateTable('erp_import')
    .set(eb => ({ leaseToken: token, leaseUntil: until, startedAt: eb.fn.coalesce('startedAt', eb.val(now)) }))
    .where('id', '=', id)
    .where('state', 'in', RUNNING)
    .where(eb => eb.or([eb('leaseToken', 'is', null), eb('leaseUntil', '<', now)]))
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

type Counter =
  | 'rowsRead'
  | 'rowsBad'
  | 'documentsNew'
  | 'documentsChanged'
  | 'documentsSame'
  | 'documentsOlder'
  | 'documentsBad'
  | 'rowsApplied'

export interface Step {
  readonly set?: Partial<
    Pick<
      ImportRecord,
      | 'state'
      | 'cursorKey'
      | 'rowsTotal'
      | 'rowsRead'
      | 'rowsBad'
      | 'documentsTotal'
      | 'leaseUntil'
      | 'applyStartedAt'
      | 'startedAt'
    >
  >
  readonly add?: Partial<Record<Counter, number>>
}

/** Writes down how far a worker is; false when it no longer holds the import or has been asked to stop. */
export async function stepImport(db: Db, id: string, token: string, { set = {}, add = {} }: Step): Promise<boolean> {
  const result = await db
    .updateTable('erp_import')
    .set(eb => ({
      ...set,
      ...Object.fromEntries(
        Object.entries(add).map(([counter, by]) => [counter, eb(eb.ref(counter as Counter), '+', by)]),
      ),
    }))
    .where('id', '=', id)
    .where('leaseToken', '=', token)
    .where('stopRequested', '=', 0)
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

/** Ends a worker's hold; with a state, the import comes to rest there. Null when the worker had lost it. */
export async function releaseImport(
  db: Db,
  id: string,
  token: string,
  rest: { state?: string; finishedAt?: Date; errorJson?: string | null; guardKey?: null } = {},
): Promise<boolean> {
  const result = await db
    .updateTable('erp_import')
    .set({ leaseToken: null, leaseUntil: null, ...rest })
    .where('id', '=', id)
    .where('leaseToken', '=', token)
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

/** Asks a running import to stop; one that no worker holds stops at once. False when it is not running. */
export async function requestStop(db: Db, id: string, now: Date): Promise<boolean> {
  const asked = await db
    .updateTable('erp_import')
    .set({ stopRequested: 1 })
    .where('id', '=', id)
    .where('state', 'in', RUNNING)
    .executeTakeFirstOrThrow()
  await db
    .updateTable('erp_import')
    .set({ state: 'stopped', finishedAt: now, leaseToken: null, leaseUntil: null })
    .where('id', '=', id)
    .where('state', 'in', RUNNING)
    .where('stopRequested', '=', 1)
    .where(eb => eb.or([eb('leaseToken', 'is', null), eb('leaseUntil', '<', now)]))
    .execute()
  return affected(asked) === 1
}

/** Sets a stopped or failed import going again; false when it is neither. */
export async function reopenImport(db: Db, id: string, state: 'waiting' | 'applying', now: Date): Promise<boolean> {
  const result = await db
    .updateTable('erp_import')
    .set(eb => ({
      state,
      stopRequested: 0,
      errorJson: null,
      finishedAt: null,
      applyStartedAt: state === 'applying' ? eb.fn.coalesce('applyStartedAt', eb.val(now)) : null,
    }))
    .where('id', '=', id)
    .where('state', 'in', ['stopped', 'failed'])
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

/** Running imports that no worker holds any more. */
export const orphanedImports = (db: Db, before: Date): Promise<{ id: string }[]> =>
  db
    .selectFrom('erp_import')
    .select('id')
    .where('state', 'in', RUNNING)
    .where('createdAt', '<', before)
    .where(eb => eb.or([eb('leaseToken', 'is', null), eb('leaseUntil', '<', before)]))
    .limit(100)
    .execute()

export interface ImportFilter {
  readonly state?: string | undefined
  readonly sourceId?: string | undefined
  readonly stream?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

export async function listImports(db: Db, filter: ImportFilter): Promise<Page<ImportRecord>> {
  const after = decodeCursor(filter.cursor)?.[0]
  let query = db
    .selectFrom('erp_import')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.sourceId !== undefined) query = query.where('sourceId', '=', filter.sourceId)
  if (filter.stream !== undefined) query = query.where('stream', '=', filter.stream)
  if (typeof after === 'string') query = query.where('id', '<', after)
  return pageFrom(await query.execute(), filter.limit, row => [row.id])
}
