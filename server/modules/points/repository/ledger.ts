import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { chunks } from '../../../kernel/db.ts'

export type EntryRecord = Selectable<DB['points_entry']>
export type NewEntry = Insertable<DB['points_entry']>
export type CreditRecord = Selectable<DB['points_document']>

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
    await tx
      .insertInto('points_document')
      .values(
        ids.map(documentId => ({ documentId, memberId: null, points: 0, revision: 0, version: 0, settledAt: at })),
      )
      .onDuplicateKeyUpdate({ documentId: sql`values(documentId)` })
      .execute()
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
  async append(entries: readonly NewEntry[]): Promise<void> {
    for (const run of chunks(entries, 500)) await tx.insertInto('points_entry').values(run).execute()
  },

  /** Writes down what the documents are credited with now. */
  async remember(credits: readonly CreditRecord[]): Promise<void> {
    for (const run of chunks(credits, 500)) {
      await tx
        .insertInto('points_document')
        .values(run)
        .onDuplicateKeyUpdate({
          memberId: sql`values(memberId)`,
          points: sql`values(points)`,
          revision: sql`values(revision)`,
          version: sql`values(version)`,
          settledAt: sql`values(settledAt)`,
        })
        .execute()
    }
  },
})
