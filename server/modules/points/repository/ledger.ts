import type { Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import type { Lot } from '../service/ledger.ts'

export type EntryRecord = Selectable<DB['points_entry']>
export type LotRecord = Selectable<DB['points_lot']>

/** What an entry did to a lot: below zero, the lot got it. */
export interface LotMove {
  readonly lotId: string
  readonly entryId: string
  readonly points: number
  readonly seq: number
  readonly reason: string
  readonly refEntryId: string | null
}

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

  /** Entries that give back (parts of) a spend, and those that take it once more. */
  takingBack: (entryId: string, memberId: string): Promise<EntryRecord[]> =>
    db
      .selectFrom('points_entry')
      .selectAll()
      .where('memberId', '=', memberId)
      .where('refEntryId', '=', entryId)
      .where('reason', 'in', ['giveBack', 'spend'])
      .execute(),

  /** The lots of grace that give-backs have made, and the place of the entry that made each. */
  graceOf: async (backs: readonly string[], memberId: string): Promise<{ lotId: string; seq: number }[]> =>
    backs.length === 0
      ? []
      : db
          .selectFrom('points_entry as e')
          .innerJoin('points_lot as l', 'l.entryId', 'e.id')
          .select(['l.id as lotId', 'e.seq'])
          .where('e.memberId', '=', memberId)
          .where('e.refEntryId', 'in', backs)
          .where('e.reason', '=', 'grace')
          .execute(),

  /** All that ever moved in lots, in the order of the entries. */
  movesOfLots: async (lotIds: readonly string[]): Promise<LotMove[]> =>
    lotIds.length === 0
      ? []
      : db
          .selectFrom('points_allocation as a')
          .innerJoin('points_entry as e', 'e.id', 'a.entryId')
          .select(['a.lotId', 'a.entryId', 'a.points', 'e.seq', 'e.reason', 'e.refEntryId'])
          .where('a.lotId', 'in', lotIds)
          .orderBy('e.seq')
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
