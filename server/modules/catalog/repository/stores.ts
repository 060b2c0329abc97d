import { sql, type Selectable } from 'kysely'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { affected, type Db, type DB } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

export type StoreRecord = Selectable<DB['store']>

const COLUMNS = [
  'code',
  'name',
  'type',
  'district',
  'address',
  'latitude',
  'longitude',
  'status',
  'closedFrom',
  'closedUntil',
  'provisional',
  'createdAt',
  'updatedAt',
] as const

export const findStores = (db: Db, codes: readonly string[]): Promise<StoreRecord[]> =>
  codes.length === 0 ? Promise.resolve([]) : db.selectFrom('store').selectAll().where('code', 'in', codes).execute()

/** Stores in a scope, by code; `search` is a part of the name or the beginning of the code. */
export async function listStores(
  db: Db,
  scope: Scope,
  query: { search?: string | undefined; cursor?: string | undefined; limit: number },
): Promise<Page<StoreRecord>> {
  const after = decodeCursor(query.cursor)?.[0]
  let select = db
    .selectFrom('store')
    .selectAll()
    .where(scopeWhere(scope, 'store.code'))
    .orderBy('code')
    .limit(query.limit + 1)
  if (typeof after === 'string') select = select.where('code', '>', after)
  if (query.search !== undefined && query.search !== '') {
    const part = query.search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')
    select = select.where(eb =>
      eb.or([sql<boolean>`lower(name) like ${`%${part}%`}`, sql<boolean>`lower(code) like ${`${part}%`}`]),
    )
  }
  return pageFrom(await select.execute(), query.limit, row => [row.code])
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
    {
      update: [
        'name',
        'type',
        'district',
        'address',
        'latitude',
        'longitude',
        'status',
        'closedFrom',
        'closedUntil',
        'provisional',
        'updatedAt',
      ],
    },
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
