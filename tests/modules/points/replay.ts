import { shopDay } from '../../../server/kernel/clock.ts'
import type { World } from '../../support/world.ts'

// An independent reckoning: the tables of one member read as they stand, and told again entry by entry, so that it can be
// said of each moment what every lot held then. It knows nothing of how the product writes its books.

const rowsOf = async (shop: World, memberId: string) => {
  const { db } = shop
  const entries = await db
    .selectFrom('points_entry')
    .selectAll()
    .where('memberId', '=', memberId)
    .orderBy('seq')
    .execute()
  const lots = await db.selectFrom('points_lot').selectAll().where('memberId', '=', memberId).execute()
  const debts = await db.selectFrom('points_debt').selectAll().where('memberId', '=', memberId).execute()
  const allocations = await db
    .selectFrom('points_allocation as a')
    .innerJoin('points_entry as e', 'e.id', 'a.entryId')
    .select(['a.entryId', 'a.lotId', 'a.points', 'e.reason'])
    .where('e.memberId', '=', memberId)
    .execute()
  const account = await db.selectFrom('points_account').selectAll().where('memberId', '=', memberId).executeTakeFirst()
  return { entries, lots, debts, allocations, account }
}
export type Books = Awaited<ReturnType<typeof rowsOf>>
export type Entry = Books['entries'][number]
export type Lot = Books['lots'][number]

/** The books of each member that has an account. */
export async function booksOf(shop: World, members: readonly string[]): Promise<Books[]> {
  const all = await Promise.all(members.map(memberId => rowsOf(shop, memberId)))
  return all.filter(books => books.account !== undefined)
}

export const total = (numbers: Iterable<number>): number => [...numbers].reduce((a, b) => a + b, 0)

/** A lot in the middle of the story. */
export interface Held {
  readonly lot: Lot
  /** The place of the entry that granted it: which of two of one day is the older. */
  readonly grantedAt: number
  level: number
  usable: boolean
}

/** An entry and what it did to lots, with what they held just before. */
export interface Moment {
  readonly entry: Entry
  /** The shop's day at the entry. */
  readonly day: string
  readonly before: readonly Readonly<Held>[]
  /** What it took of lots itself; what later points paid of its debt is not in here. */
  readonly took: ReadonlyMap<string, number>
  /** What it put back into lots. */
  readonly gave: ReadonlyMap<string, number>
}

/** What expires first is used first, then what was earned first, then what came first. */
export const soonest = (a: Pick<Held, 'lot' | 'grantedAt'>, b: Pick<Held, 'lot' | 'grantedAt'>): number =>
  a.lot.expiresOn.localeCompare(b.lot.expiresOn) ||
  a.lot.earnedOn.localeCompare(b.lot.earnedOn) ||
  a.grantedAt - b.grantedAt

export interface Story {
  readonly moments: readonly Moment[]
  /** Where the story and the tables tell differently of what every lot, debt and payment came to. */
  readonly differences: readonly string[]
}

/** Tells a member's story again. `rootOf`: the receipt to which a document belongs. */
export function retold(
  { entries, lots, debts, allocations }: Books,
  rootOf: ReadonlyMap<string, string>,
  zone: string,
): Story {
  const held = new Map<string, Held>()
  const owed: { entryId: string; open: number }[] = []
  const moved = new Map<string, number>()
  const moments: Moment[] = []
  const differences: string[] = []
  const note = (entryId: string, lotId: string, points: number): void => {
    if (points !== 0) moved.set(`${entryId} ${lotId}`, (moved.get(`${entryId} ${lotId}`) ?? 0) + points)
    const one = held.get(lotId)
    if (one === undefined) return void differences.push(`${entryId} moves a lot that is not there yet: ${lotId}`)
    one.level -= points
    if (one.level < 0) differences.push(`${entryId} leaves ${one.level} in ${lotId}`)
  }
  /** Debts are paid oldest first, out of these lots as far as they go. */
  const pay = (points: number, from: readonly Held[]): void => {
    let rest = points
    for (const one of from)
      for (const debt of owed) {
        const part = Math.min(rest, debt.open, one.level)
        if (part <= 0) continue
        note(debt.entryId, one.lot.id, part)
        debt.open -= part
        rest -= part
      }
    if (rest !== 0) differences.push(`${rest} points paid a debt out of nothing`)
  }
  const rowsBy = Map.groupBy(allocations, row => row.entryId)
  const madeBy = Map.groupBy(lots, lot => lot.entryId)
  const root = (documentId: string | null): string => rootOf.get(documentId ?? '') ?? documentId ?? 'none'

  for (const entry of entries) {
    const day = shopDay(entry.at, zone)
    const before = [...held.values()].map(one => ({ ...one }))
    const rows = rowsBy.get(entry.id) ?? []
    const took = new Map<string, number>()
    const gave = new Map<string, number>()
    for (const lot of madeBy.get(entry.id) ?? []) {
      const one = { lot, grantedAt: entry.seq, level: lot.granted, usable: entry.pending === 0 }
      held.set(lot.id, one)
      pay(-entry.debt, [one])
    }
    if (entry.reason === 'activation') {
      const ripe = rows.flatMap(row => held.get(row.lotId) ?? [])
      for (const one of ripe) one.usable = true
      pay(
        -entry.debt,
        ripe.toSorted((a, b) => a.lot.earnedOn.localeCompare(b.lot.earnedOn) || a.grantedAt - b.grantedAt),
      )
    } else if (entry.reason === 'giveBack' || entry.reason === 'expiryUndone') {
      for (const { lotId, points } of rows) {
        gave.set(lotId, -points)
        note(entry.id, lotId, points)
        const one = held.get(lotId)
        if (one !== undefined) one.usable = true
      }
      if (entry.reason === 'giveBack') {
        // What the same spend still owes is owed no more; with the rest, debts are paid.
        const family = new Set(entries.filter(one => one.refEntryId === entry.refEntryId).map(one => one.id))
        let forgiven = entry.amount - total(gave.values())
        const paid = -entry.debt - forgiven
        for (const debt of owed) {
          const part = family.has(debt.entryId) ? Math.min(forgiven, debt.open) : 0
          debt.open -= part
          forgiven -= part
        }
        if (forgiven !== 0) differences.push(`${entry.key} gives back ${forgiven} of nothing`)
        const into = [...gave.keys()].flatMap(lotId => held.get(lotId) ?? [])
        pay(
          paid,
          into.filter(one => one.lot.expiresOn > day).toSorted((a, b) => -soonest(a, b)),
        )
      }
    } else if (entry.amount < 0) {
      // Who owes has nothing left that could be used: all of it went into the entry that made the debt.
      const own = (one: Held): boolean =>
        one.lot.documentId !== null && root(one.lot.documentId) === root(entry.documentId)
      if (entry.debt > 0)
        for (const one of held.values()) if (one.level > 0 && (one.usable || own(one))) took.set(one.lot.id, one.level)
      if (entry.debt === 0) for (const { lotId, points } of rows) took.set(lotId, points)
      for (const [lotId, points] of took) note(entry.id, lotId, points)
      if (total(took.values()) + entry.debt !== -entry.amount)
        differences.push(`${entry.key} took ${total(took.values())} and owes ${entry.debt} for ${-entry.amount}`)
      if (entry.debt > 0) owed.push({ entryId: entry.id, open: entry.debt })
    }
    moments.push({ entry, day, before, took, gave })
  }

  for (const { lot, level, usable } of held.values()) {
    const state = level === 0 ? 'closed' : usable ? 'open' : 'pending'
    if (lot.remaining !== level || lot.state !== state)
      differences.push(`lot ${lot.id}: ${lot.state} ${lot.remaining}, not ${state} ${level}`)
  }
  for (const { entryId, lotId, points } of allocations)
    if ((moved.get(`${entryId} ${lotId}`) ?? 0) !== points)
      differences.push(`${entryId} of ${lotId}: ${points}, not ${moved.get(`${entryId} ${lotId}`) ?? 0}`)
  if (moved.size > allocations.filter(row => row.points !== 0).length) differences.push('a move was not written down')
  for (const { entryId, open } of debts) {
    const told = owed.find(one => one.entryId === entryId)?.open ?? 0
    if (told !== open) differences.push(`debt of ${entryId}: ${open}, not ${told}`)
  }
  return { moments, differences }
}
