import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'

/** Prisma's own table of what has been applied, so that `prisma migrate` and this runner can take turns. */
const HISTORY = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3) NULL,
  migration_name VARCHAR(255) NOT NULL, logs TEXT NULL, rolled_back_at DATETIME(3) NULL,
  started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`

export interface Migration {
  readonly name: string
  readonly sql: string
  readonly checksum: string
}

/** The migrations of a folder in Prisma's layout, in order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter(entry => entry.isDirectory()).map(entry => entry.name)
  return Promise.all(
    names.sort().map(async name => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

interface Applied extends RowDataPacket {
  migration_name: string
  checksum: string
  finished_at: Date | null
}

/** Thrown when the history of the database and the folder disagree; nothing was changed. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError'
}

function pending(migrations: readonly Migration[], applied: readonly Applied[]): Migration[] {
  const known = new Map(applied.map(row => [row.migration_name, row]))
  for (const { name, checksum } of migrations) {
    const row = known.get(name)
    if (row === undefined) continue
    if (row.finished_at === null)
      throw new MigrationError(`migration ${name} has failed half-way: repair it by hand, then delete its row`)
    if (row.checksum !== checksum) throw new MigrationError(`migration ${name} was edited after it was applied`)
  }
  const names = new Set(migrations.map(({ name }) => name))
  const stranger = applied.find(row => !names.has(row.migration_name))
  if (stranger !== undefined) {
    throw new MigrationError(
      `the database knows ${stranger.migration_name}, this version does not: is it an older one?`,
    )
  }
  return migrations.filter(({ name }) => !known.has(name))
}

async function apply(connection: Connection, migration: Migration): Promise<void> {
  const id = randomUUID()
  await connection.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (?, ?, ?)', [
    id,
    migration.checksum,
    migration.name,
  ])
  await connection.query(migration.sql)
  await connection.query(
    'UPDATE _prisma_migrations SET finished_at = CURRENT_TIMESTAMP(3), applied_steps_count = 1 WHERE id = ?',
    [id],
  )
}

/**
 * Brings a database up to date with the folder's migrations and returns the names of those it has applied.
 * A named lock keeps two runners apart; creates the database itself when it does not exist and the user may.
 */
export async function migrate(url: string, folder: string): Promise<string[]> {
  const at = new URL(url)
  const database = at.pathname.slice(1)
  const connection = await createConnection({
    host: at.hostname,
    port: Number(at.port || 3306),
    user: decodeURIComponent(at.username),
    password: decodeURIComponent(at.password),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    multipleStatements: true,
  })
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`)
    await connection.query(`USE \`${database}\``)
    const lock = `migrate:${database}`.slice(0, 64)
    const [rows] = await connection.query<RowDataPacket[]>('SELECT GET_LOCK(?, 60) AS got', [lock])
    if (rows[0]?.['got'] !== 1) throw new MigrationError('another process is migrating this database')
    await connection.query(HISTORY)
    const [applied] = await connection.query<Applied[]>(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
    )
    const todo = pending(await readMigrations(folder), applied)
    for (const migration of todo) await apply(connection, migration)
    return todo.map(({ name }) => name)
  } finally {
    await connection.end()
  }
}
