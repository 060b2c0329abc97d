import { sql, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { chunks } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'

export type EntryRecord = Selectable<DB['points_entry']>
export type NewEntry = EntryRecord
export type CreditRecord = Selectable<DB['points_document']>

const ENTRY_COLUMNS = [
  'id',
  'memberId',
  'amount',
  'balanceAfter',
  'reason',
  'key',
  'documentId',
  'note',
  'staffId',
  'at',
] as const
const CREDIT_COLUMNS = ['documentId', 'memberId', 'points', 'revision', 'version', 'settledAt'] as const

/** Accounts, entries, and what documents have been credited so far. */
export const ledgerRepository = (db: Db) => ({
  account: (memberId: string) =>
    db.selectFrom('points_account').selectAll().where('memberId', '=', memberId).executeTakeFirst(),

  balances: async (memberIds: readonly string[]): Promise<Map<string, number>> => {
    if (memberIds.length === 0) return new Map()
    const rows = await db
      .selectFrom('points_account')
      .select(['memberId', 'balance'])
      .where('memberId', 'in', memberIds)
      .execute()
    return new Map(rows.map(row => [row.memberId, row.balance]))
  },

  entryByKey: (key: string): Promise<EntryRecord | undefined> =>
    db.selectFrom('points_entry').selectAll().where('key', '=', key).executeTakeFirst(),

  entries: (memberId: string, before: string | null, limit: number): Promise<EntryRecord[]> => {
    const query = db
      .selectFrom('points_entry')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('id', 'desc')
      .limit(limit)
    return (before === null ? query : query.where('id', '<', before)).execute()
  },

  credits: async (documentIds: readonly string[]): Promise<Map<string, CreditRecord>> => {
    if (documentIds.length === 0) return new Map()
    const rows = await db.selectFrom('points_document').selectAll().where('documentId', 'in', documentIds).execute()
    return new Map(rows.map(row => [row.documentId, row]))
  },
})

/** The writing half: only within a transaction. */
export const ledgerWriter = (tx: Tx) => ({
  /** Makes sure that each document has its row, and holds those rows until the transaction ends (in one order for all). */
  async hold(documentIds: readonly string[], at: Date): Promise<Map<string, CreditRecord>> {
    const ids = documentIds.toSorted()
    // Not INSERT IGNORE: that takes shared locks on rows that are there, and two of them wait for each other.
    await insertRows(
      tx,
      'points_document',
      CREDIT_COLUMNS,
      ids.map(id => [id, null, 0, 0, 0, at]),
      { update: ['documentId'] },
    )
    const rows = await tx
      .selectFrom('points_document')
      .selectAll()
      .where('documentId', 'in', ids)
      .orderBy('documentId')
      .forUpdate()
      .execute()
    return new Map(rows.map(row => [row.documentId, row]))
  },

  /** Moves balances, each by its own amount (a statement for 500 of them), and reads what they are now. */
  async move(
    moves: readonly { memberId: string; amount: number; earned: number }[],
    at: Date,
  ): Promise<Map<string, number>> {
    const balances = new Map<string, number>()
    for (const run of chunks(
      moves.toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1)),
      500,
    )) {
      await tx
        .insertInto('points_account')
        .values(run.map(({ memberId, amount, earned }) => ({ memberId, balance: amount, earned, updatedAt: at })))
        .onDuplicateKeyUpdate({
          balance: sql`balance + values(balance)`,
          earned: sql`earned + values(earned)`,
          updatedAt: at,
        })
        .execute()
      const rows = await tx
        .selectFrom('points_account')
        .select(['memberId', 'balance'])
        .where(
          'memberId',
          'in',
          run.map(move => move.memberId),
        )
        .execute()
      for (const row of rows) balances.set(row.memberId, row.balance)
    }
    return balances
  },

  /** Appends entries; a key that is there already fails the transaction. */
  append: (entries: readonly NewEntry[]): Promise<void> =>
    insertRows(
      tx,
      'points_entry',
      ENTRY_COLUMNS,
      entries.map(entry => ENTRY_COLUMNS.map(column => entry[column])),
    ),

  /** Writes down what the documents are credited with now. */
  remember: (credits: readonly CreditRecord[]): Promise<void> =>
    insertRows(
      tx,
      'points_document',
      CREDIT_COLUMNS,
      credits.map(credit => CREDIT_COLUMNS.map(column => credit[column])),
      { update: ['memberId', 'points', 'revision', 'version', 'settledAt'] },
    ),
})
