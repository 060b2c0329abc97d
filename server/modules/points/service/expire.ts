import { sql } from 'kysely'
import { shopDay } from '../../../kernel/clock.ts'
import { chunks, inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { lockAccounts, writeBooks } from '../repository/books.ts'
import { keepBooks } from './books.ts'
import { tellOfExpiry } from './expiry-notices.ts'
import type { LedgerKernel } from './ports.ts'
import { openBooks } from './session.ts'

/** Members a transaction: few enough to be done in a moment, and a kill loses no more than that. */
const MEMBERS = 2000
/** Transactions side by side: one alone has the database wait for its words, and then waits for the database. */
const LANES = 4
/** Lots to look for at once, in runs a lane: each look passes over what the last round has closed, and all lanes wait for it. */
const RUNS = 24

/** Members with lots of a state whose day has come. */
async function dueMembers(db: Db, state: 'pending' | 'open', today: string, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('points_lot')
    .select('memberId')
    .where('state', '=', state)
    .where('due', '<=', today)
    .limit(limit)
    .execute()
  return [...new Set(rows.map(row => row.memberId))]
}

/**
 * Expires the lots of one run of members: one entry for each member, and what happens to lots in one statement for each
 * table, so that a million lots are a matter of a minute. Nothing is found twice, whoever asks.
 */
async function expireRun({ clock, newId, config }: LedgerKernel, tx: Tx, memberIds: readonly string[]): Promise<void> {
  const accounts = await lockAccounts(tx, memberIds, { at: clock.now(), lots: new Set() })
  const at = clock.now()
  const today = shopDay(at, config.SHOP_ZONE)
  const lots = await tx
    .selectFrom('points_lot')
    .select(['id', 'memberId', 'remaining'])
    .where('memberId', 'in', memberIds)
    .where('state', '=', 'open')
    .where('due', '<=', today)
    .orderBy('id')
    .execute()
  const books = keepBooks({ newId, at, today })
  const allocations: [string, string, number][] = []
  for (const [memberId, own] of Map.groupBy(lots, lot => lot.memberId)) {
    const account = accounts.get(memberId)
    if (account === undefined) continue
    const points = own.reduce((sum, { remaining }) => sum + remaining, 0)
    const entry = books.expire(account, points, own[0]?.id ?? '')
    for (const lot of own) allocations.push([entry.id, lot.id, lot.remaining])
  }
  if (allocations.length === 0) return
  await writeBooks(tx, books.written, at)
  await insertRows(tx, 'points_allocation', ['entryId', 'lotId', 'points'], allocations)
  // By its key: a scan of the index by state would lock and read what it is about to move.
  await sql`update points_lot force index (primary) set remaining = 0, state = 'closed'
    where id in (${sql.join(allocations.map(([, lotId]) => lotId))})`.execute(tx)
}

/** The nightly sweep at the shop's midnight: pending points become usable, old ones expire, members are told beforehand. */
export function pointsSweep(kernel: LedgerKernel & Pick<Kernel, 'db'>) {
  const { db, clock, config } = kernel
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  async function sweep(
    state: 'pending' | 'open',
    signal: AbortSignal,
    run: (tx: Tx, ids: readonly string[]) => Promise<void>,
  ) {
    while (!signal.aborted) {
      const ids = await dueMembers(db, state, today(), MEMBERS * LANES * RUNS)
      if (ids.length === 0) return
      const runs = chunks(ids, MEMBERS)
      const lane = async (): Promise<void> => {
        for (let members = runs.shift(); members !== undefined && !signal.aborted; members = runs.shift()) {
          const some = members
          await inTransaction(db, tx => run(tx, some))
        }
      }
      // Whoever fails, the others end first: nothing is under way when the sweep is over.
      const ended = await Promise.allSettled(Array.from({ length: LANES }, lane))
      for (const one of ended) if (one.status === 'rejected') throw one.reason
    }
  }

  return {
    /** All of the night, from wherever it was left; on the same day once more, it finds nothing to do. */
    async run(signal: AbortSignal): Promise<void> {
      await sweep('pending', signal, async (tx, ids) => {
        const books = await openBooks(kernel, tx, ids)
        await books.close()
      })
      await sweep('open', signal, (tx, ids) => expireRun(kernel, tx, ids))
      if (!signal.aborted) await tellOfExpiry(kernel, signal)
    },
  }
}
export type Sweep = ReturnType<typeof pointsSweep>
