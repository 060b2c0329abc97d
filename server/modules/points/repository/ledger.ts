import type { Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import type { Lot } from '../service/ledger.ts'

export type EntryRecord = Selectable<DB['points_entry']>
export type LotRecord = Selectable<DB['points_lot']>

/** A lot's row as the ledger works with it. */
export const lotOf = (row: LotRecord): Lot => ({
  ...row,
  state: row.state === 'pending' ? 'pending' : row.state === 'open' ? 'open' : 'closed',
})

/** Accounts, entries, lots and debts, read. */
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

  /** Usable points of members that are past their day though the sweep has not been there yet. */
  overdue: async (memberIds: readonly string[], today: string): Promise<Map<string, number>> => {
    if (memberIds.length === 0) return new Map()
    const rows = await db
      .selectFrom('points_lot')
      .select(({ fn }) => ['memberId', fn.sum<string>('remaining').as('points')])
      .where('memberId', 'in', memberIds)
      .where('state', '=', 'open')
      .where('due', '<=', today)
      .groupBy('memberId')
      .execute()
    return new Map(rows.map(row => [row.memberId, Number(row.points)]))
  },

  entryByKey: (key: string): Promise<EntryRecord | undefined> =>
    db.selectFrom('points_entry').selectAll().where('key', '=', key).executeTakeFirst(),

  entriesByKeys: async (keys: readonly string[]): Promise<Map<string, EntryRecord>> => {
    if (keys.length === 0) return new Map()
    const rows = await db.selectFrom('points_entry').selectAll().where('key', 'in', keys).execute()
    return new Map(rows.map(row => [row.key, row]))
  },

  /** Entries that take back (parts of) an entry. */
  takingBack: (entryId: string, memberId: string): Promise<EntryRecord[]> =>
    db
      .selectFrom('points_entry')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('refEntryId', '=', entryId)
      .execute(),

  entries: (memberId: string, before: number | null, limit: number): Promise<EntryRecord[]> => {
    const query = db
      .selectFrom('points_entry')
      .selectAll()
      .where('memberId', '=', memberId)
      .orderBy('seq', 'desc')
      .limit(limit)
    return (before === null ? query : query.where('seq', '<', before)).execute()
  },

  /** Lots of a member that hold something, in the order in which they will be used. */
  openLots: (memberId: string): Promise<LotRecord[]> =>
    db
      .selectFrom('points_lot')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('state', 'in', ['pending', 'open'])
      .orderBy('due')
      .orderBy('earnedOn')
      .orderBy('id')
      .execute(),

  /** Where the points of these entries went to, or came from. */
  allocations: async (entryIds: readonly string[]): Promise<{ entryId: string; lotId: string; points: number }[]> =>
    entryIds.length === 0
      ? []
      : db.selectFrom('points_allocation').selectAll().where('entryId', 'in', entryIds).execute(),

  lots: async (ids: readonly string[]): Promise<Map<string, Lot>> => {
    if (ids.length === 0) return new Map()
    const rows = await db.selectFrom('points_lot').selectAll().where('id', 'in', ids).execute()
    return new Map(rows.map(row => [row.id, lotOf(row)]))
  },

  lotsOfEntries: async (entryIds: readonly string[]): Promise<LotRecord[]> =>
    entryIds.length === 0 ? [] : db.selectFrom('points_lot').selectAll().where('id', 'in', entryIds).execute(),
})
