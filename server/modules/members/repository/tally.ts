import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

/** Each change takes one of so many rows of its store: enrolments at one moment rarely wait for one another. */
const SLOTS = 16

/** How many active members a store has, kept in the transaction that changes it: nobody counts a million rows to tell. */
export const tallyRepository = (db: Db) => ({
  /** Members come to stores or leave them (null = without a store): in one order for all, so that two cannot deadlock. */
  async change(changes: ReadonlyMap<string | null, number>): Promise<void> {
    const slot = randomInt(SLOTS)
    const rows = [...changes]
      .filter(([, members]) => members !== 0)
      .map(([storeCode, members]) => ({ storeCode: storeCode ?? '', slot, members }))
      .toSorted((a, b) => (a.storeCode < b.storeCode ? -1 : 1))
    if (rows.length === 0) return
    await db
      .insertInto('member_tally')
      .values(rows)
      .onDuplicateKeyUpdate({ members: sql<number>`member_tally.members + values(members)` })
      .execute()
  },

  /** Active members by home store. */
  async totals(scope: Scope): Promise<{ homeStoreCode: string | null; members: number }[]> {
    const rows = await db
      .selectFrom('member_tally')
      .select(eb => ['storeCode', eb.fn.sum<string>('members').as('members')])
      .where(scopeWhere(scope, 'member_tally.storeCode'))
      .groupBy('storeCode')
      .having(eb => eb.fn.sum('members'), '<>', 0)
      .execute()
    return rows.map(row => ({
      homeStoreCode: row.storeCode === '' ? null : row.storeCode,
      members: Number(row.members),
    }))
  },
})
