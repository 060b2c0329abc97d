import type { Db } from '../../../kernel/db.ts'
import type { Outcome, Read } from '../../erp/index.ts'

/** The last row of a document's packed rows: master data says what is so now. */
export function lastOf<T>(packs: readonly string[], rowsOf: (pack: string) => T[]): T {
  const last = packs.flatMap(rowsOf).at(-1)
  if (last === undefined) throw new Error('a document without rows')
  return last
}

/** One of the words a file may use; null when it says nothing. */
export function readChoice(text: string, field: string, words: Readonly<Record<string, string>>): Read<string | null> {
  if (text === '') return { value: null }
  const value = words[text] ?? words[text.toLowerCase()]
  return value === undefined ? { problem: { field, reason: 'unknownValue', value: text } } : { value }
}

/** What is known of the rows' codes now, by code. */
export async function knownByCode<R extends { readonly code: string }>(
  find: (db: Db, codes: readonly string[]) => Promise<R[]>,
  db: Db,
  rows: readonly { readonly code: string }[],
): Promise<Map<string, R>> {
  const codes = rows.map(row => row.code)
  return new Map((await find(db, codes)).map(known => [known.code, known]))
}

type Comparable = Readonly<Record<string, unknown>>

const same = (a: Comparable, b: Comparable): boolean =>
  Object.keys(a).every(key => key === 'updatedAt' || key === 'createdAt' || String(a[key]) === String(b[key]))

/** Writes the rows that differ from what is known, and says how many were new, changed and the same. */
export async function outcomeOf<R extends { readonly code: string }>(
  rows: readonly R[],
  known: ReadonlyMap<string, R>,
  write: (rows: readonly R[]) => Promise<void>,
): Promise<Outcome> {
  const created = rows.filter(row => !known.has(row.code))
  const changed = rows.filter(row => {
    const before = known.get(row.code)
    return before !== undefined && !same(row, before)
  })
  await write([...created, ...changed])
  return {
    created: created.length,
    changed: changed.length,
    same: rows.length - created.length - changed.length,
    older: 0,
  }
}
