import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readSchema, type Table } from '../../scripts/schema.ts'
import { migrate } from '../../server/kernel/db/migrate.ts'
import { testEnvironment } from '../support/world.ts'

/** The migrated database and prisma/schema must be the same: columns, types, nullability, defaults, keys. */
const url = new URL(String(testEnvironment()['DATABASE_URL']))
url.pathname += '_schema'
let connection: Connection

beforeAll(async () => {
  const admin = await createConnection({
    host: url.hostname,
    port: Number(url.port),
    user: url.username,
    password: url.password,
  })
  await admin.query(`DROP DATABASE IF EXISTS \`${url.pathname.slice(1)}\``)
  await admin.end()
  await migrate(url.toString(), join(import.meta.dirname, '../../prisma/migrations'))
  connection = await createConnection(url.toString())
})
afterAll(async () => {
  await connection.query(`DROP DATABASE \`${url.pathname.slice(1)}\``)
  await connection.end()
})

interface ColumnRow extends RowDataPacket {
  tableName: string
  name: string
  type: string
  nullable: string
  def: string | null
  extra: string
}
interface KeyRow extends RowDataPacket {
  tableName: string
  name: string
  isUnique: number
  part: string
  direction: string | null
  length: number | null
}

/** INT(11) and INT are one type; MariaDB prints display widths, MySQL 8 does not. */
const plainType = (type: string): string =>
  type
    .toUpperCase()
    .replace(/^(INT|BIGINT|SMALLINT)\(\d+\)/, '$1')
    .replace('TINYINT(4)', 'TINYINT')

/** MariaDB quotes text defaults, prints NULL and pads decimals; MySQL does none of it. */
function plainDefault(text: string | null): string | null {
  if (text === null || text === 'NULL') return null
  const bare = text.replace(/^'(.*)'$/, '$1').replace(/\(\)$/, '')
  return /^-?\d+(\.\d+)?$/.test(bare) ? String(Number(bare)) : bare.toUpperCase()
}

async function readDatabase(): Promise<Map<string, { columns: unknown[]; keys: unknown[] }>> {
  const [columns] = await connection.query<ColumnRow[]>(
    `SELECT table_name AS tableName, column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS def, extra
     FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position`,
  )
  const [keys] = await connection.query<KeyRow[]>(
    `SELECT table_name AS tableName, index_name AS name, 1 - non_unique AS isUnique, column_name AS part, collation AS direction, sub_part AS length
     FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`,
  )
  const tables = new Map<string, { columns: unknown[]; keys: unknown[] }>()
  for (const [name, rows] of Map.groupBy(columns, row => row.tableName)) {
    const own = Map.groupBy(
      keys.filter(key => key.tableName === name),
      key => key.name,
    )
    tables.set(name, {
      // In no order: a column that came later stands at the end of the table, and where it belongs in the schema.
      columns: rows
        .map(row => [
          row.name,
          plainType(row.type),
          row.nullable === 'YES',
          plainDefault(row.def),
          row.extra.includes('auto_increment'),
        ])
        .toSorted(),
      keys: [...own]
        .map(([key, parts]) => [
          key,
          parts[0]?.isUnique === 1,
          parts.map(
            part =>
              `${part.part}${part.length === null ? '' : `(${part.length})`}${part.direction === 'D' ? ' DESC' : ''}`,
          ),
        ])
        .toSorted(),
    })
  }
  return tables
}

const wanted = (table: Table) => ({
  columns: table.columns
    .map(column => [
      column.name,
      plainType(column.type),
      column.nullable,
      plainDefault(column.default),
      column.autoIncrement,
    ])
    .toSorted(),
  keys: table.keys
    .map(key => [key.name, key.kind !== 'index', key.parts.map(part => part.replaceAll('`', ''))])
    .toSorted(),
})

it('the migrated database equals prisma/schema', async () => {
  const actual = await readDatabase()
  actual.delete('_prisma_migrations')
  const schema = await readSchema()
  expect([...actual.keys()].toSorted()).toEqual(schema.map(table => table.name).toSorted())
  for (const table of schema) expect(actual.get(table.name), table.name).toEqual(wanted(table))
})

it('notices a column that the schema does not know', async () => {
  await connection.query('ALTER TABLE outbox ADD COLUMN stray INT NULL')
  const outbox = (await readSchema()).find(table => table.name === 'outbox')
  if (outbox === undefined) throw new Error('no outbox in the schema')
  expect((await readDatabase()).get('outbox')).not.toEqual(wanted(outbox))
  await connection.query('ALTER TABLE outbox DROP COLUMN stray')
})
