import type { Insertable, Selectable } from 'kysely'
import { affected, type Db, type DB, type Tx } from '../../../kernel/db.ts'
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
  // Two statements that each read one end of an index: a source of years has sent thousands of files.
  const ofSource = db.selectFrom('erp_import').where('sourceId', '=', sourceId)
  const [same, all] = [
    await ofSource
      .select(eb => eb.fn.min('version').as('version'))
      .where('fileHash', '=', fileHash)
      .executeTakeFirst(),
    await ofSource.select(eb => eb.fn.max('version').as('version')).executeTakeFirst(),
  ]
  return { first: same?.version == null ? null : Number(same.version), last: Number(all?.version ?? 0) }
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

/**
 * Takes waiting imports of the same source and stream that came after one and were never begun, for the worker that
 * holds it; in the order they came. `rows` bounds what each may hold.
 */
export async function claimFollowing(
  db: Db,
  first: Pick<ImportRecord, 'id' | 'sourceId' | 'stream'>,
  token: string,
  now: Date,
  until: Date,
  { imports, rows }: { imports: number; rows: number },
): Promise<ImportRecord[]> {
  const result = await db
    .updateTable('erp_import')
    .set({ leaseToken: token, leaseUntil: until, startedAt: now })
    .where('state', '=', 'waiting')
    .where('sourceId', '=', first.sourceId)
    .where('stream', '=', first.stream)
    .where('id', '>', first.id)
    .where('leaseToken', 'is', null)
    .where('startedAt', 'is', null)
    .where('stopRequested', '=', 0)
    .where('rowsTotal', '<=', rows)
    .orderBy('id')
    .limit(imports)
    .executeTakeFirstOrThrow()
  if (affected(result) === 0) return []
  return db
    .selectFrom('erp_import')
    .selectAll()
    .where('state', '=', 'waiting')
    .where('leaseToken', '=', token)
    .where('id', '>', first.id)
    .orderBy('id')
    .execute()
}

/** Keeps the imports of a worker its own for longer. */
export async function renewLeases(db: Db, ids: readonly string[], token: string, until: Date): Promise<void> {
  await db
    .updateTable('erp_import')
    .set({ leaseUntil: until })
    .where('id', 'in', ids)
    .where('leaseToken', '=', token)
    .execute()
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
      | 'trailerJson'
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

/** Holds imports until the transaction ends; how many of them are still this worker's and not asked to stop. */
export async function holdImports(tx: Tx, ids: readonly string[], token: string): Promise<number> {
  const rows = await tx
    .selectFrom('erp_import')
    .select('id')
    .where('id', 'in', ids)
    .where('leaseToken', '=', token)
    .where('stopRequested', '=', 0)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.length
}

/** Ends a worker's hold; with a state, the import comes to rest there. Null when the worker had lost it. */
export async function releaseImport(
  db: Db,
  id: string,
  token: string,
  rest: Partial<
    Pick<
      ImportRecord,
      | 'state'
      | 'finishedAt'
      | 'applyStartedAt'
      | 'errorJson'
      | 'trailerJson'
      | 'rowsTotal'
      | 'rowsRead'
      | 'documentsTotal'
      | Counter
    >
  > & { guardKey?: null } = {},
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

/** What the files of these imports say of themselves, as relation for others: importId, trailerJson. */
export const importTrailers = (db: Db) =>
  db
    .selectFrom('erp_import')
    .select(eb => ['id as importId', eb.ref('trailerJson').$notNull().as('trailerJson')])
    .where('trailerJson', 'is not', null)
