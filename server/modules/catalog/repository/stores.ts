import { sql, type RawBuilder, type Selectable } from 'kysely'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { affected, type Db, type DB, type Tx } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import type { StoreQuery } from '../contract.ts'

export type StoreRecord = Selectable<DB['store']>

const COLUMNS = [
  'code',
  'name',
  'type',
  'district',
  'address',
  'phone',
  'hours',
  'latitude',
  'longitude',
  'status',
  'closedFrom',
  'closedUntil',
  'kept',
  'statedJson',
  'provisional',
  'createdAt',
  'updatedAt',
] as const

export const findStores = (db: Db, codes: readonly string[]): Promise<StoreRecord[]> =>
  codes.length === 0 ? Promise.resolve([]) : db.selectFrom('store').selectAll().where('code', 'in', codes).execute()

/** A store, held until the transaction ends. */
export const lockStore = (tx: Tx, code: string): Promise<StoreRecord | undefined> =>
  tx.selectFrom('store').selectAll().where('code', '=', code).forUpdate().executeTakeFirst()

/** A day on which a store rests. */
const rests = (today: string) =>
  sql<boolean>`(store.closedFrom <= ${today} and coalesce(store.closedUntil, ${today}) >= ${today})`

const STATES = {
  open: today => sql<boolean>`store.status = 'open' and not coalesce(${rests(today)}, 0)`,
  resting: today => sql<boolean>`store.status = 'open' and ${rests(today)}`,
  closed: () => sql<boolean>`store.status = 'closed'`,
  unnamed: () => sql<boolean>`store.provisional = 1`,
  unplaced: () => sql<boolean>`store.latitude is null`,
} satisfies Record<NonNullable<StoreQuery['state']>, (today: string) => RawBuilder<boolean>>

/** Stores in a scope; `search` is a part of the name or the beginning of the code. */
export async function listStores(db: Db, scope: Scope, query: StoreQuery, today: string): Promise<Page<StoreRecord>> {
  const falling = query.sort.startsWith('-')
  const column = query.sort.endsWith('name') ? 'name' : 'code'
  let select = db
    .selectFrom('store')
    .selectAll()
    .where(scopeWhere(scope, 'store.code'))
    .orderBy(column, falling ? 'desc' : 'asc')
    .orderBy('code', falling ? 'desc' : 'asc')
    .limit(query.limit + 1)
  if (query.state !== undefined) select = select.where(STATES[query.state](today))
  if (query.search !== undefined && query.search !== '') {
    const part = query.search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')
    select = select.where(eb =>
      eb.or([sql<boolean>`lower(name) like ${`%${part}%`}`, sql<boolean>`lower(code) like ${`${part}%`}`]),
    )
  }
  const [value, code] = decodeCursor(query.cursor) ?? []
  if (typeof value === 'string' && typeof code === 'string') {
    const beyond = falling ? sql`<` : sql`>`
    select = select.where(sql<boolean>`(${sql.ref(column)}, code) ${beyond} (${value}, ${code})`)
  }
  return pageFrom(await select.execute(), query.limit, row => [column === 'name' ? row.name : row.code, row.code])
}

export const openStores = (db: Db): Promise<StoreRecord[]> =>
  db.selectFrom('store').selectAll().where('status', '=', 'open').where('provisional', '=', 0).orderBy('code').execute()

/** Writes stores as they are now; those that exist are overwritten, but for their history. */
export const upsertStores = (db: Db, stores: readonly StoreRecord[]): Promise<void> =>
  insertRows(
    db,
    'store',
    COLUMNS,
    stores.map(store => COLUMNS.map(column => store[column])),
    { update: COLUMNS.filter(column => column !== 'code' && column !== 'createdAt') },
  )

/** Adds stores that are not there yet. */
export const insertMissingStores = (db: Db, stores: readonly StoreRecord[]): Promise<void> =>
  insertRows(
    db,
    'store',
    COLUMNS,
    stores.map(store => COLUMNS.map(column => store[column])),
    { ignore: true },
  )

export async function updateStore(db: Db, code: string, change: Partial<StoreRecord>): Promise<boolean> {
  const result = await db.updateTable('store').set(change).where('code', '=', code).executeTakeFirstOrThrow()
  return affected(result) === 1
}
