import { sql, type Insertable, type Selectable } from 'kysely'
import { affected, type DB, type Db } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'

export type BulkRecord = Selectable<DB['coupon_bulk']>
export type BulkRowRecord = Selectable<DB['coupon_bulk_row']>

const ROW = ['bulkId', 'line', 'subject', 'target', 'state', 'reason'] as const

/** Files that issue, void or bring codes, and their rows. */
export const bulkRepository = (db: Db) => ({
  find: (id: string): Promise<BulkRecord | undefined> =>
    db.selectFrom('coupon_bulk').selectAll().where('id', '=', id).executeTakeFirst(),
  /** The same, held until the transaction ends: two workers of one file take turns. */
  hold: (id: string): Promise<BulkRecord | undefined> =>
    db.selectFrom('coupon_bulk').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
  insert: (row: Insertable<DB['coupon_bulk']>) => db.insertInto('coupon_bulk').values(row).execute(),
  /** Changes one that is still in one of the states. */
  change: async (
    id: string,
    states: readonly string[],
    change: Partial<Insertable<DB['coupon_bulk']>>,
  ): Promise<boolean> =>
    affected(
      await db
        .updateTable('coupon_bulk')
        .set(change)
        .where('id', '=', id)
        .where('state', 'in', states)
        .executeTakeFirstOrThrow(),
    ) === 1,

  /** Those that should be worked on and were not since a moment. */
  silent: async (before: Date): Promise<string[]> =>
    (
      await db
        .selectFrom('coupon_bulk')
        .select('id')
        .where('state', 'in', ['reading', 'running'])
        .where('updatedAt', '<', before)
        .limit(50)
        .execute()
    ).map(({ id }) => id),

  page(
    filter: { state?: string | undefined; kind?: string | undefined; requestedBy?: string | undefined },
    before: string | null,
    limit: number,
  ): Promise<BulkRecord[]> {
    let query = db.selectFrom('coupon_bulk').selectAll().orderBy('id', 'desc').limit(limit)
    if (filter.state !== undefined) query = query.where('state', '=', filter.state)
    if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
    if (filter.requestedBy !== undefined) query = query.where('requestedBy', '=', filter.requestedBy)
    if (before !== null) query = query.where('id', '<', before)
    return query.execute()
  },

  /** Fen that somebody has set going since a moment without a second person. */
  async aloneSince(staffId: string, since: Date): Promise<number> {
    const row = await db
      .selectFrom('coupon_bulk')
      .select(eb => eb.fn.sum<string | null>('worth').as('worth'))
      .where('requestedBy', '=', staffId)
      .where('requestedAt', '>=', since)
      .where('state', 'in', ['running', 'done', 'stopped'])
      .where('decidedBy', 'is', null)
      .executeTakeFirst()
    return Number(row?.worth ?? 0)
  },

  addRows: (rows: readonly BulkRowRecord[]): Promise<void> =>
    insertRows(
      db,
      'coupon_bulk_row',
      ROW,
      rows.map(row => ROW.map(column => row[column])),
      { ignore: true },
    ),
  openRows: (bulkId: string, limit: number): Promise<BulkRowRecord[]> =>
    db
      .selectFrom('coupon_bulk_row')
      .selectAll()
      .where('bulkId', '=', bulkId)
      .where('state', '=', 'open')
      .orderBy('line')
      .limit(limit)
      .execute(),
  badRows: (bulkId: string, after: number, limit: number): Promise<BulkRowRecord[]> =>
    db
      .selectFrom('coupon_bulk_row')
      .selectAll()
      .where('bulkId', '=', bulkId)
      .where('state', '=', 'bad')
      .where('line', '>', after)
      .orderBy('line')
      .limit(limit)
      .execute(),
  /** Writes down how rows went. */
  close: async (bulkId: string, lines: readonly number[], reason: string | null): Promise<void> => {
    if (lines.length === 0) return
    await db
      .updateTable('coupon_bulk_row')
      .set({ state: reason === null ? 'done' : 'bad', reason })
      .where('bulkId', '=', bulkId)
      .where('line', 'in', lines)
      .execute()
  },
  closeRest: async (bulkId: string, reason: string): Promise<void> => {
    await db
      .updateTable('coupon_bulk_row')
      .set({ state: 'bad', reason })
      .where('bulkId', '=', bulkId)
      .where('state', '=', 'open')
      .execute()
  },
  async counts(bulkId: string): Promise<{ total: number; bad: number; done: number; open: number }> {
    const rows = await db
      .selectFrom('coupon_bulk_row')
      .select(eb => ['state', eb.fn.countAll<string>().as('rows')])
      .where('bulkId', '=', bulkId)
      .groupBy('state')
      .execute()
    const of = (state: string): number => Number(rows.find(row => row.state === state)?.rows ?? 0)
    return { total: of('open') + of('bad') + of('done'), bad: of('bad'), done: of('done'), open: of('open') }
  },
  reasons: (bulkId: string) =>
    db
      .selectFrom('coupon_bulk_row')
      .select(['reason', sql<string>`count(*)`.as('rows')])
      .where('bulkId', '=', bulkId)
      .where('state', '=', 'bad')
      .groupBy('reason')
      .execute(),
  /** Takes codes into a pool; returns those that are this file's now. */
  async addCodes(bulkId: string, templateId: string, codes: readonly string[]): Promise<Set<string>> {
    await insertRows(
      db,
      'coupon_pool_code',
      ['code', 'templateId', 'bulkId'],
      codes.map(code => [code, templateId, bulkId]),
      { ignore: true },
    )
    const rows = await db
      .selectFrom('coupon_pool_code')
      .select('code')
      .where('code', 'in', codes)
      .where('bulkId', '=', bulkId)
      .execute()
    return new Set(rows.map(({ code }) => code))
  },
  couponsByCodes: (codes: readonly string[]) =>
    codes.length === 0
      ? Promise.resolve([])
      : db.selectFrom('coupon').select(['id', 'code', 'state']).where('code', 'in', codes).execute(),
})
