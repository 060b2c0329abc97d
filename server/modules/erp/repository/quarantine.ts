import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, chunks, type Db, type DB } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import { everyStore, scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type QuarantineRecord = Selectable<DB['erp_quarantine']>

/** Writes rows into quarantine; a line that is there for the same reason stays as it is. */
export async function insertQuarantine(db: Db, rows: readonly Insertable<DB['erp_quarantine']>[]): Promise<void> {
  for (const run of chunks(rows, 500)) await db.insertInto('erp_quarantine').ignore().values(run).execute()
}

/** Forgets what an unfinished reading has quarantined, before the file is read anew. */
export async function clearQuarantine(db: Db, importId: string): Promise<void> {
  await db.deleteFrom('erp_quarantine').where('importId', '=', importId).where('state', '=', 'open').execute()
}

export interface QuarantineFilter {
  readonly importId?: string | undefined
  readonly reason?: string | undefined
  readonly ids?: readonly string[] | undefined
  readonly state?: string | undefined
  /** Rows that do not say their store are headquarters' own. */
  readonly scope?: Scope | undefined
}

const matching = (db: Db, { importId, reason, ids, state, scope = everyStore }: QuarantineFilter) => {
  let query = db.selectFrom('erp_quarantine as q').where(scopeWhere(scope, 'q.storeCode'))
  if (importId !== undefined) query = query.where('q.importId', '=', importId)
  if (reason !== undefined) query = query.where('q.reason', '=', reason)
  if (ids !== undefined) query = ids.length === 0 ? query.where(sql<boolean>`false`) : query.where('q.id', 'in', ids)
  return state === undefined ? query : query.where('q.state', '=', state)
}

export type ListedQuarantine = QuarantineRecord & { readonly fileName: string }

export async function listQuarantine(
  db: Db,
  filter: QuarantineFilter & { cursor?: string | undefined; limit: number },
): Promise<Page<ListedQuarantine>> {
  const after = decodeCursor(filter.cursor)?.[0]
  let query = matching(db, filter)
    .innerJoin('erp_import as i', 'i.id', 'q.importId')
    .selectAll('q')
    .select('i.fileName')
    .orderBy('q.id')
    .limit(filter.limit + 1)
  if (typeof after === 'string') query = query.where('q.id', '>', after)
  return pageFrom(await query.execute(), filter.limit, row => [row.id])
}

/** Matching rows after an id, for work that goes through all of them in runs. */
export const nextQuarantine = (
  db: Db,
  filter: QuarantineFilter,
  after: string,
  limit: number,
): Promise<QuarantineRecord[]> =>
  matching(db, filter).selectAll('q').where('q.id', '>', after).orderBy('q.id').limit(limit).execute()

export async function countByReason(db: Db, filter: QuarantineFilter): Promise<{ reason: string; rows: number }[]> {
  const rows = await matching(db, { ...filter, state: 'open' })
    .select(['q.reason', eb => eb.fn.countAll<string>().as('rows')])
    .groupBy('q.reason')
    .orderBy('rows', 'desc')
    .execute()
  return rows.map(row => ({ reason: row.reason, rows: Number(row.rows) }))
}

/** Open rows of imports, by import. */
export async function countOpen(db: Db, importIds: readonly string[]): Promise<Map<string, number>> {
  if (importIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('erp_quarantine')
    .select(['importId', eb => eb.fn.countAll<string>().as('n')])
    .where('importId', 'in', importIds)
    .where('state', '=', 'open')
    .groupBy('importId')
    .execute()
  return new Map(rows.map(row => [row.importId, Number(row.n)]))
}

/** Moves open rows on; returns how many were still open. */
export async function resolveQuarantine(
  db: Db,
  ids: readonly string[],
  state: 'replayed' | 'dismissed',
  by: string | null,
  at: Date,
): Promise<number> {
  if (ids.length === 0) return 0
  const result = await db
    .updateTable('erp_quarantine')
    .set({ state, resolvedBy: by, resolvedAt: at })
    .where('id', 'in', ids)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return affected(result)
}

/** Changes an open row; false when it is not open any more. */
export async function changeQuarantine(
  db: Db,
  id: string,
  change: Partial<Pick<QuarantineRecord, 'editedJson' | 'valuesJson' | 'problemsJson' | 'reason' | 'field' | 'value'>>,
): Promise<boolean> {
  const result = await db
    .updateTable('erp_quarantine')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirstOrThrow()
  return affected(result) === 1
}

/**
 * Open rows by store and business day, as a relation that others may join.
 * `storeCode` and `businessDate` are null where the row did not tell them.
 */
export const quarantinedByDay = (db: Db) =>
  db
    .selectFrom('erp_quarantine')
    .select(['storeCode', 'businessDate', eb => eb.fn.countAll<string>().as('rows')])
    .where('state', '=', 'open')
    .where('storeCode', 'is not', null)
    .where('businessDate', 'is not', null)
    .groupBy(['storeCode', 'businessDate'])
