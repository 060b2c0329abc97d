import { CompiledQuery } from 'kysely'
import { escape, raw } from 'mysql2'
import type { DB } from './tables.ts'
import { chunks, type Db } from '../db.ts'
import { PREPARED } from './prepared.ts'

/** So few rows make a text that does not vary: it is prepared. */
const FEW = 2

export type Value = string | number | boolean | Date | Buffer | null

/** What becomes of a row whose key exists. */
interface Conflict<Column extends string = string> {
  readonly ignore?: boolean
  readonly update?: readonly Column[]
  readonly add?: readonly Column[]
}

/**
 * Inserts many rows in few statements, past the query compiler: for the paths where a row costs microseconds.
 * `values` stand in the order of `columns`; `ignore` passes over rows whose key exists, `update` names the columns
 * that are then overwritten, `add` those that are then added to.
 */
export async function insertRows<T extends keyof DB>(
  db: Db,
  table: T,
  columns: readonly (keyof DB[T] & string)[],
  values: readonly (readonly Value[])[],
  options: Conflict<keyof DB[T] & string> & { rowsPerStatement?: number } = {},
): Promise<void> {
  if (values.length === 0) return
  if (values.length <= FEW) {
    await db.executeQuery(CompiledQuery.raw(preparedText(table, columns, options, values.length), values.flat()))
    return
  }
  const text = textOf(table, columns, options, '?')
  for (const rows of chunks(values, options.rowsPerStatement ?? 1000)) {
    try {
      // As one raw value: the driver would look through the text for placeholders letter by letter.
      await db.executeQuery(CompiledQuery.raw(text, [raw(rows.map(rowText).join(','))]))
    } catch (error) {
      // The driver puts the whole statement into its error: thousands of rows, personal data too, on the way to a log.
      if (error instanceof Error && 'sql' in error) error.sql = text
      throw error
    }
  }
}

function textOf(table: string, columns: readonly string[], { ignore, update, add }: Conflict, places: string): string {
  const names = columns.map(column => `\`${column}\``).join(', ')
  const changes = [
    ...(update ?? []).map(column => `\`${column}\` = values(\`${column}\`)`),
    ...(add ?? []).map(column => `\`${column}\` = \`${column}\` + values(\`${column}\`)`),
  ].join(', ')
  return `insert ${ignore === true ? 'ignore ' : ''}into \`${table}\` (${names}) values ${places}${changes === '' ? '' : ` on duplicate key update ${changes}`}`
}

const texts = new WeakMap<readonly string[], Map<string, string>>()

/** The same text object for the same columns: the driver looks a prepared statement up by it, and need not hash it anew. */
function preparedText(table: string, columns: readonly string[], conflict: Conflict, rows: number): string {
  const known = texts.get(columns) ?? new Map<string, string>()
  texts.set(columns, known)
  const { ignore = false, update = [], add = [] } = conflict
  const key = `${table} ${rows} ${ignore} ${update.join()} ${add.join()}`
  let text = known.get(key)
  if (text === undefined) {
    const row = `(${columns.map(() => '?').join(',')})`
    text = PREPARED + textOf(table, columns, conflict, Array(rows).fill(row).join(','))
    known.set(key, text)
  }
  return text
}

function rowText(row: readonly Value[]): string {
  let text = '('
  for (let i = 0; i < row.length; i++) text += (i === 0 ? '' : ',') + valueText(row[i] ?? null)
  return `${text})`
}

/** Most strings need no escaping and most rows are of strings and numbers: only the rest goes through the driver. */
function valueText(value: Value): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') return NEEDS_ESCAPE.test(value) ? escape(value) : `'${value}'`
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value instanceof Date ? `'${value.toISOString().slice(0, 23).replace('T', ' ')}'` : escape(value)
}

// eslint-disable-next-line no-control-regex -- exactly the characters that the driver escapes
const NEEDS_ESCAPE = /[\0\b\t\n\r\u001A"'\\]/
