import type { EntryRecord } from '../repository/ledger.ts'

const OPENING = 'opening:'

/** The row of the opening file that an entry came from: the key of the entry holds the row's key and a count. */
export const openingRowKey = ({ key, reason }: Pick<EntryRecord, 'key' | 'reason'>): string | null =>
  reason === 'opening' ? key.slice(OPENING.length, key.lastIndexOf(':')) : null
