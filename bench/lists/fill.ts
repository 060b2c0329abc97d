import { Readable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { createConnection } from 'mysql2/promise'
import type { Shop } from '../shop.ts'
import { tables } from './rows.ts'

type Row = Record<string, string | number | null>

/** Loads every large table by LOAD DATA and lets the database count its indexes anew, as it would have over a year. */
export async function fill(shop: Shop): Promise<void> {
  await loadTables(shop.env['DATABASE_URL'] ?? '', tables(shop.env))
}

/** Loads tables by LOAD DATA, in the order in which they stand. */
export async function loadTables(uri: string, all: Record<string, () => Generator<Row>>): Promise<void> {
  const connection = await createConnection({ uri, timezone: 'Z' })
  await connection.query('SET SESSION unique_checks = 0, SESSION foreign_key_checks = 0')
  for (const [table, rows] of Object.entries(all)) {
    const started = performance.now()
    const first = rows().next().value
    if (!first) continue
    const columns = Object.keys(first)
    // Bytes cannot pass through text: what is binary comes as hex.
    const binary: readonly string[] = columns.filter(column => column === 'hash' || column === 'head')
    const names = columns.map(column => (binary.includes(column) ? `@${column}` : `\`${column}\``))
    const sets = binary.map(column => `\`${column}\` = unhex(@${column})`)
    await connection.query({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE \`${table}\` CHARACTER SET utf8mb4 (${names.join(', ')})${sets.length === 0 ? '' : ` SET ${sets.join(', ')}`}`,
      infileStreamFactory: () => Readable.from(lines(rows(), columns), { objectMode: false, highWaterMark: 1 << 20 }),
    })
    await connection.query(`ANALYZE TABLE \`${table}\``)
    console.error(`  ${table} ${((performance.now() - started) / 1000).toFixed(1)} s`)
  }
  await connection.end()
}

async function* lines(rows: Generator<Row>, columns: string[]): AsyncGenerator<Buffer> {
  let block = ''
  for (const row of rows) {
    block += `${columns.map(column => row[column] ?? '\\N').join('\t')}\n`
    if (block.length > 1 << 18) {
      yield Buffer.from(block)
      block = ''
      // Lets the connection write what it has before the next rows are made.
      await setImmediate()
    }
  }
  yield Buffer.from(block)
}
