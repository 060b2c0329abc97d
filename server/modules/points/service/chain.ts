import { hash } from 'node:crypto'

/** What of an entry is sealed into its member's chain; the text is the same in repository/proof.ts and migration 30. */
export interface ChainedContent {
  readonly seq: number
  readonly memberId: string
  readonly key: string
  readonly amount: number
  readonly active: number
  readonly pending: number
  readonly debt: number
  readonly contra: string
  readonly reason: string
  readonly documentId: string | null
  readonly refEntryId: string | null
  readonly staffId: string | null
  readonly at: Date
  readonly note: string | null
}

/** An instant as the database prints a DATETIME(3). */
const printed = (at: Date): string => at.toISOString().replace('T', ' ').slice(0, 23)

/** SHA-256, in hex, over the hash before ('' for the first) and the entry: who changes one entry breaks all that follow. */
export const chained = (before: string, e: ChainedContent): string =>
  hash(
    'sha256',
    `${before}|${e.seq}|${e.memberId}|${e.key}|${e.amount}|${e.active}|${e.pending}|${e.debt}|${e.contra}|${e.reason}|${e.documentId ?? ''}|${e.refEntryId ?? ''}|${e.staffId ?? ''}|${printed(e.at)}|${e.note ?? ''}`,
  )
