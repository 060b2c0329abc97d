import type { Tx } from '../../../kernel/db.ts'
import { ledgerRepository, type EntryRecord, type LotMove } from '../repository/ledger.ts'
import { byDue } from './books.ts'
import type { Account, Lot, Written } from './ledger.ts'

/** What became of points that were given back into a lot: what still lies in it, and what of them has lapsed there. */
export interface GivenBack {
  readonly lot: Lot
  readonly held: number
  readonly lapsed: number
}

/**
 * Follows what was given back of a spend through the lots it went into (those of grace too), in the order in which they
 * expire. A lot is a tank: what was given back is what the lot would not hold without it, so as soon as the lot is emptied by
 * others, nothing of it is there any more, and what expires takes along what was there. `written`: what this session has booked
 * so far, e.g. what has just expired.
 */
export async function givenBack(
  tx: Tx,
  spend: EntryRecord,
  account: Account,
  written: Pick<Written, 'entries' | 'allocations'>,
): Promise<GivenBack[]> {
  const ledger = ledgerRepository(tx)
  const family = new Set<string>()
  const backs: string[] = []
  for (const entry of await ledger.takingBack(spend.id, spend.memberId)) {
    family.add(entry.id)
    if (entry.reason === 'giveBack') backs.push(entry.id)
  }
  const grace = await ledger.graceOf(backs, spend.memberId)
  const into = (await ledger.allocations(backs)).map(one => one.lotId)
  const stored = await ledger.lots([...new Set([...into, ...grace.map(one => one.lotId)])])
  const known = await ledger.movesOfLots([...stored.keys()])
  const moves = Map.groupBy([...known, ...movesIn(written)], move => move.lotId)
  const graceLots = new Set(grace.map(one => one.lotId))
  // What lapsed at the give-back itself lives on in the lot of grace, and is followed there: its expiry is the entry before.
  const livesOn = new Set(grace.map(one => one.seq - 1))
  return [...stored.values()]
    .map(row => {
      const lot = account.lots.find(one => one.id === row.id) ?? row
      const own = { spendId: spend.id, family, livesOn, held: graceLots.has(row.id) ? row.granted : 0 }
      return { lot, ...followed(lot, moves.get(row.id) ?? [], own) }
    })
    .toSorted((a, b) => byDue(a.lot, b.lot))
}

/** What a session has moved in lots and not written yet. */
function movesIn({ entries, allocations }: Pick<Written, 'entries' | 'allocations'>): LotMove[] {
  const byId = new Map(entries.map(entry => [entry.id, entry]))
  return allocations.flatMap(({ entryId, lotId, points }) => {
    const entry = byId.get(entryId)
    if (entry === undefined) return []
    return [{ lotId, entryId, points, seq: entry.seq, reason: entry.reason, refEntryId: entry.refEntryId }]
  })
}

/** One lot's part, by all that ever moved in it. */
function followed(
  lot: Lot,
  moves: readonly LotMove[],
  own: { spendId: string; family: ReadonlySet<string>; livesOn: ReadonlySet<number>; held: number },
): Pick<GivenBack, 'held' | 'lapsed'> {
  let { held } = own
  let level = lot.granted
  let lapsed = 0
  for (const { entryId, points, reason, refEntryId, seq } of moves) {
    level -= points
    if (own.family.has(entryId)) held = Math.max(0, held - points)
    if (reason === 'expiryUndone' && refEntryId === own.spendId) {
      held -= points
      lapsed += points
    }
    const left = Math.min(held, Math.max(0, level))
    if (reason === 'expiry' && !own.livesOn.has(seq)) lapsed += held - left
    held = left
  }
  return { held: Math.min(held, lot.state === 'open' ? lot.remaining : 0), lapsed }
}
