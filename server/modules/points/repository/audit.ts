import { sql, type Selectable } from 'kysely'
import { lookUp, type DB, type Db } from '../../../kernel/db.ts'
import type { EntryRecord } from './ledger.ts'

/** A lot as an entry touched it: made (0 of it taken), taken from, or given back to. */
export interface TouchedLot {
  readonly entryId: string
  readonly lotId: string
  readonly points: number
  readonly made: boolean
  readonly earnedOn: string
  readonly expiresOn: string
}

/** What an accountant asks of the ledger: whole chains of members, and what stands behind each entry. */
export const auditRepository = (db: Db) => ({
  /** Members drawn by a word: the same word draws the same members, whoever asks. */
  draw: async (word: string, count: number): Promise<string[]> => {
    const rows = await db
      .selectFrom('points_account')
      .select('memberId')
      .where('seq', '>', 0)
      .orderBy(sql`sha2(concat(${word}, '|', memberId), 256)`)
      .limit(count)
      .execute()
    return rows.map(row => row.memberId)
  },

  chainOf: (memberId: string): Promise<EntryRecord[]> =>
    db.selectFrom('points_entry').selectAll().where('memberId', '=', memberId).orderBy('seq').execute(),

  /** The lots that entries made and touched. */
  lotsTouched: async (entryIds: readonly string[]): Promise<TouchedLot[]> => {
    const made = await lookUp(entryIds, run =>
      db
        .selectFrom('points_lot')
        .select(['entryId', 'id as lotId', 'granted as points', 'earnedOn', 'expiresOn'])
        .where('entryId', 'in', run)
        .execute(),
    )
    const taken = await lookUp(entryIds, run =>
      db
        .selectFrom('points_allocation as a')
        .innerJoin('points_lot as l', 'l.id', 'a.lotId')
        .select(['a.entryId', 'a.lotId', 'a.points', 'l.earnedOn', 'l.expiresOn'])
        .where('a.entryId', 'in', run)
        .execute(),
    )
    return [...made.map(row => ({ ...row, made: true })), ...taken.map(row => ({ ...row, made: false }))]
  },

  /** Who agreed to what one person asked for: by the key of an adjustment, by the entry of a write-off. */
  approvals: async (entries: readonly Pick<EntryRecord, 'id' | 'key'>[]): Promise<Map<string, string>> => {
    const requests = await lookUp(
      entries.map(entry => entry.key),
      run => db.selectFrom('points_request').select(['key', 'decidedBy']).where('key', 'in', run).execute(),
    )
    const writeOffs = await lookUp(
      entries.map(entry => entry.id),
      run => db.selectFrom('points_write_off').select(['entryId', 'approvedBy']).where('entryId', 'in', run).execute(),
    )
    const byKey = new Map(requests.map(row => [row.key, row.decidedBy]))
    const byEntry = new Map(writeOffs.map(row => [row.entryId, row.approvedBy]))
    return new Map(
      entries.flatMap(({ id, key }) => {
        const who = byEntry.get(id) ?? byKey.get(key) ?? null
        return who === null ? [] : [[id, who] as const]
      }),
    )
  },

  openings: (rowKeys: readonly string[]): Promise<Selectable<DB['points_opening']>[]> =>
    lookUp(rowKeys, run => db.selectFrom('points_opening').selectAll().where('rowKey', 'in', run).execute()),
})
