import { computed, shallowReactive, watch, type ComputedRef } from 'vue'
import type { List } from './useList.ts'

/** Rows that can be chosen at once: what the server takes in one request. */
export const MOST_PICKED = 200

/** The rows of a list that somebody has chosen. */
export interface Selection<Row> {
  readonly rows: ComputedRef<readonly Row[]>
  has(row: Row): boolean
  /** Chooses or lets go one row; with `on` it only chooses (or lets go). */
  pick(index: number, on?: boolean): void
  /** From the row picked last to this one. */
  stretch(index: number): void
  readonly page: ComputedRef<'none' | 'some' | 'all'>
  pickPage(on: boolean): void
  letGo(): boolean
  readonly isFull: ComputedRef<boolean>
}

/** Choosing rows: kept while pages are turned, let go when something else is asked of the list. */
export function useSelection<Row>(list: () => List<Row>, keyOf: (row: Row) => string): Selection<Row> {
  const picked = shallowReactive(new Map<string, Row>())
  let last = -1

  function set(row: Row | undefined, on: boolean): void {
    if (row === undefined) return
    const key = keyOf(row)
    if (!on) picked.delete(key)
    else if (picked.size < MOST_PICKED || picked.has(key)) picked.set(key, row)
  }
  watch(
    () => [list().search, JSON.stringify(list().filters)],
    () => picked.clear(),
  )
  watch(
    () => list().rows,
    rows => {
      last = -1
      // Read again: what is chosen is what stands there now.
      for (const row of rows) if (picked.has(keyOf(row))) picked.set(keyOf(row), row)
    },
  )
  return {
    rows: computed(() => [...picked.values()]),
    has: row => picked.has(keyOf(row)),
    pick(index, on) {
      const row = list().rows[index]
      if (row === undefined) return
      set(row, on ?? !picked.has(keyOf(row)))
      last = index
    },
    stretch(index) {
      const from = last === -1 ? index : last
      for (let at = Math.min(from, index); at <= Math.max(from, index); at++) set(list().rows[at], true)
      last = index
    },
    page: computed(() => {
      const { rows } = list()
      const count = rows.filter(row => picked.has(keyOf(row))).length
      return count === 0 ? 'none' : count === rows.length ? 'all' : 'some'
    }),
    pickPage(on) {
      for (const row of list().rows) set(row, on)
    },
    letGo() {
      const had = picked.size > 0
      picked.clear()
      return had
    },
    isFull: computed(() => picked.size >= MOST_PICKED),
  }
}
