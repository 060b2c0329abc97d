import { Kysely, MysqlDialect, type Transaction } from 'kysely'
import { createPool, type Pool } from 'mysql2'
import { MOST_PREPARED, preparing } from './db/prepared.ts'
import type { DB } from './db/tables.ts'

export type { DB } from './db/tables.ts'
/** The database or a transaction of it: what every repository is made from. */
export type Db = Kysely<DB>
export type Tx = Transaction<DB>

export interface Database {
  readonly db: Db
  /** The pool beneath, for the few statements that Kysely cannot say fast enough. */
  readonly pool: Pool
  close(): Promise<void>
}

/** One statement each: the server refuses them in one. */
const SESSION = [
  "SET SESSION time_zone = '+00:00'",
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO'",
] as const

/** Opens a pool on a mysql:// address: UTC, READ COMMITTED, utf8mb4, days as text, 64-bit numbers kept exact. */
export function openDatabase(url: string, options: { connections?: number } = {}): Database {
  const at = new URL(url)
  const pool = createPool({
    host: at.hostname,
    port: Number(at.port || 3306),
    user: decodeURIComponent(at.username),
    password: decodeURIComponent(at.password),
    database: at.pathname.slice(1),
    connectionLimit: options.connections ?? 10,
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    dateStrings: ['DATE'],
    supportBigNumbers: true,
    connectTimeout: 5_000,
    enableKeepAlive: true,
    maxPreparedStatements: MOST_PREPARED,
  })
  pool.on('connection', connection => {
    for (const setting of SESSION) {
      connection.query(setting, error => {
        // A connection in the wrong time zone or isolation would be wrong in silence: better none.
        if (error !== null) connection.destroy()
      })
    }
  })
  const db = new Kysely<DB>({ dialect: new MysqlDialect({ pool: preparing(pool) }) })
  return { db, pool, close: () => db.destroy() }
}

const field = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : undefined

/** Somebody else has just written what this transaction found missing: on a second look it is there. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken'
}

/** Deadlock, lock wait timeout, or overtaken: the transaction was rolled back and may be tried again. */
const mayRetry = (error: unknown): boolean =>
  error instanceof Overtaken || [1213, 1205].includes(Number(field(error, 'errno')))

/**
 * Runs `work` in one transaction (READ COMMITTED). On a deadlock, a lock timeout or `Overtaken` the whole of it runs
 * again, up to five times, so `work` must do nothing outside of its transaction.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (db.isTransaction) throw new Error('a transaction may not be opened within a transaction')
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      if (!mayRetry(error) || attempt >= 5) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * 20 * 2 ** attempt))
    }
  }
}

/** How many rows a write has touched. */
export const affected = (result: {
  numUpdatedRows?: bigint
  numDeletedRows?: bigint
  numInsertedOrUpdatedRows?: bigint
}): number => Number(result.numUpdatedRows ?? result.numDeletedRows ?? result.numInsertedOrUpdatedRows ?? 0n)

/** The name of the unique index that an insert has hit; null for any other error. */
export function uniqueViolation(error: unknown): string | null {
  if (field(error, 'errno') !== 1062) return null
  const match = /for key '(?:[^'.]+\.)?([^']+)'/.exec(String(field(error, 'message')))
  return match?.[1] ?? 'unknown'
}

const DOWN = new Set([
  'ECONNREFUSED',
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ENOTFOUND',
])

/** Whether an error means that the database could not be reached or went away. */
export const isDatabaseDown = (error: unknown): boolean =>
  DOWN.has(String(field(error, 'code'))) ||
  /closed state|Connection lost|Pool is closed/.test(String(field(error, 'message')))

/** Cuts a list into runs of at most `size`, for statements of bounded length. */
export function chunks<T>(list: readonly T[], size: number): T[][] {
  const runs: T[][] = []
  for (let i = 0; i < list.length; i += size) runs.push(list.slice(i, i + size))
  return runs
}

/**
 * Reads rows of many keys by an index that holds most of its rows under NULL. MySQL and MariaDB estimate a list of 200
 * keys and more from averages (`eq_range_index_dive_limit`), take such an index for useless and read the whole table.
 */
export async function lookUp<K, T>(keys: readonly K[], read: (run: readonly K[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = []
  for (const run of chunks(keys, 150)) found.push(...(await read(run)))
  return found
}
