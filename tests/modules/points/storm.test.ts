import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDays, shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { untilSeen } from '../../support/seen.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { ledgerFaults, stockShelf } from './receipts.ts'
import { booksOf, retold, soonest, total, type Books, type Moment } from './replay.ts'
import { OPENING, playRush, rushes, toldOtherwise, type Round, type Rush } from './rush.ts'

/** The laws of the ledger while many counters serve the same few members at once, read from the tables afterwards. */
let shop: World
let owner: StaffUser
beforeAll(async () => {
  shop = await world({ DATABASE_POOL: '24' })
  owner = await shop.as('owner')
  await stockShelf(shop)
})
afterAll(() => shop.close())

const NOON = '2026-11-22T04:00:00.000Z'
const shops = fc.record({
  pendingDays: fc.constantFrom(0, 2),
  expiry: fc.constantFrom({ kind: 'never' }, { kind: 'months', months: 1, endOf: 'day' }),
  graceDays: fc.constantFrom(0, 3),
})

interface Read {
  readonly rush: Rush
  readonly books: readonly Books[]
  readonly graceDays: number
}

/** Plays histories of these kinds in shops of any rules; the law is asked of what the tables hold then. */
async function inAnyRush(
  kinds: Parameters<typeof rushes>[0],
  law: (read: Read) => void | Promise<void>,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(shops, rushes(kinds), async (rules, rounds: readonly Round[]) => {
      shop.clock.set(NOON)
      await shop.db.deleteFrom('points_rules').execute()
      await shop.db
        .insertInto('points_rules')
        .values({
          version: 1,
          validFrom: '2026-01-01',
          rulesJson: JSON.stringify({ ...rules, adjustLimit: 100_000, noticeDays: [] }),
          note: null,
          staffId: null,
          createdAt: shop.clock.now(),
        })
        .execute()
      const rush = await playRush(shop, owner, [OPENING, ...rounds])
      expect(await toldOtherwise(shop, rush)).toEqual([])
      await law({ rush, books: await booksOf(shop, rush.members), graceDays: rules.graceDays })
    }),
    // A rush never falls out the same way twice: a smaller one would not say more.
    { numRuns: 25, endOnFailure: true },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}

/** All moments of all members; the story must agree with the tables before anything is said of it. */
function momentsOf({ rush, books }: Read): Moment[] {
  return books.flatMap(one => {
    const { moments, differences } = retold(one, rush.rootOf, shop.config.SHOP_ZONE)
    expect(differences).toEqual([])
    return [...moments]
  })
}

/** What the lots of a moment held after it, in the order in which they are to be used. */
const after = ({ before, took, gave }: Moment) =>
  before
    .map(one => ({ ...one, level: one.level - (took.get(one.lot.id) ?? 0) + (gave.get(one.lot.id) ?? 0) }))
    .toSorted(soonest)

const ALL = [
  'grant',
  'grant',
  'spend',
  'spend',
  'giveBack',
  'takeAgain',
  'reverseReversal',
  'sell',
  'sell',
  'return',
  'correct',
  'settleAgain',
  'adjust',
  'sweep',
  'midnight',
] as const

test('invariant 1: whatever happens at once, entries follow each other without a gap, each balance is the sum so far, and what was granted is usable, pending, spent, taken back, expired or paid a debt', async () => {
  await inAnyRush(ALL, ({ books }) => {
    for (const { account, entries, lots, debts, allocations } of books) {
      let sum = 0
      let last = 0
      for (const [i, entry] of entries.entries()) {
        sum += entry.amount
        expect([entry.seq, entry.balanceAfter]).toEqual([i + 1, sum])
        expect(entry.active + entry.pending - entry.debt).toBe(entry.amount)
        expect(entry.at.getTime()).toBeGreaterThanOrEqual(last)
        last = entry.at.getTime()
      }
      const of = (state: string): number => total(lots.filter(lot => lot.state === state).map(lot => lot.remaining))
      const [active, pending, owed] = [of('open'), of('pending'), total(debts.map(debt => debt.open))]
      expect(account).toMatchObject({ balance: active - owed, pending, seq: entries.length })
      expect(active - owed + pending).toBe(sum)
      expect(Math.min(active, owed)).toBe(0)

      // Where all that was ever granted is now: nothing twice, nothing nowhere.
      const where = [
        ['spend', 'giveBack'],
        ['return', 'correction'],
        ['adjustment'],
        ['expiry', 'expiryUndone'],
        ['activation'],
      ].map(reasons => total(allocations.filter(row => reasons.includes(row.reason)).map(row => row.points)))
      expect(total(lots.map(lot => lot.granted))).toBe(active + pending + total(where))
      const [spent = 0, , , expired = 0] = where
      const sumOf = (...reasons: string[]): number =>
        total(entries.filter(entry => reasons.includes(entry.reason)).map(entry => entry.amount))
      const spends = new Set(entries.filter(entry => entry.reason === 'spend').map(entry => entry.id))
      const spendsOwe = total(debts.filter(debt => spends.has(debt.entryId)).map(debt => debt.open))
      expect(sumOf('spend', 'giveBack') + spent + spendsOwe).toBe(0)
      expect(sumOf('expiry', 'expiryUndone') + expired).toBe(0)
    }
  })
}, 300_000)

test('invariant 2: whatever happens at once, each lot is what was granted less what entries took of it, never below zero, closed when empty, and lots less debts are the balance', async () => {
  await inAnyRush(ALL, read => {
    for (const { account, lots, debts, allocations, entries } of read.books) {
      for (const lot of lots) {
        const taken = total(allocations.filter(row => row.lotId === lot.id).map(row => row.points))
        expect([lot.remaining, lot.remaining >= 0, lot.state === 'closed']).toEqual([
          lot.granted - taken,
          true,
          lot.remaining === 0,
        ])
      }
      const ids = new Set(lots.map(lot => lot.id))
      expect(allocations.filter(row => !ids.has(row.lotId))).toEqual([])
      const left = total(lots.map(lot => lot.remaining)) - total(debts.map(debt => debt.open))
      expect(left).toBe((account?.balance ?? 0) + (account?.pending ?? 0))
      for (const { id, amount, key } of entries) {
        if (amount >= 0) continue
        const from = total(allocations.filter(row => row.entryId === id).map(row => row.points))
        const debt = debts.find(one => one.entryId === id)
        expect([key, from + (debt?.open ?? 0) + (debt?.moved ?? 0)]).toEqual([key, -amount])
      }
    }
    // And at no moment in between was it otherwise.
    momentsOf(read)
  })
}, 300_000)

test('invariant 3: at each spend, in the order of the entries, what expires first went first, then the older; nothing pending, nothing past its day', async () => {
  let looked = 0
  const kinds = ['grant', 'grant', 'grant', 'spend', 'spend', 'spend', 'giveBack', 'sell', 'sweep', 'midnight'] as const
  await untilSeen(
    () =>
      inAnyRush(kinds, read => {
        for (const moment of momentsOf(read)) {
          const { entry, took, before, day } = moment
          if (entry.reason !== 'spend' || entry.refEntryId !== null) continue
          looked += 1
          for (const { lot, usable } of before.filter(one => took.has(one.lot.id)))
            expect([usable, lot.expiresOn > day]).toEqual([true, true])
          const [stillThere, touched] = [
            after(moment).filter(one => one.usable && one.level > 0 && one.lot.expiresOn > day),
            before.filter(one => took.has(one.lot.id)).toSorted(soonest),
          ]
          const [first, last] = [stillThere[0], touched.at(-1)]
          if (first !== undefined && last !== undefined) expect(soonest(last, first)).toBeLessThanOrEqual(0)
        }
      }),
    () => looked > 10,
  )
}, 300_000)

test('invariant 5: of one spend never more comes back than was taken, in parts at once and told twice; what takes back a reversal is refused', async () => {
  let [whole, tried] = [0, 0]
  const kinds = [
    'grant',
    'spend',
    'giveBack',
    'giveBack',
    'giveBack',
    'giveBack',
    'takeAgain',
    'reverseReversal',
  ] as const
  await untilSeen(
    () =>
      inAnyRush(kinds, ({ rush, books }) => {
        for (const { entries, allocations } of books)
          for (const spend of entries.filter(entry => entry.reason === 'spend' && entry.refEntryId === null)) {
            let back = 0
            for (const { reason, refEntryId, amount } of entries) {
              if (refEntryId !== spend.id || (reason !== 'giveBack' && reason !== 'spend')) continue
              back += amount
              expect(back).toBeLessThanOrEqual(-spend.amount)
              expect(back).toBeGreaterThanOrEqual(0)
            }
            if (back === -spend.amount) whole += 1
            const own = new Set(entries.filter(one => one === spend || one.refEntryId === spend.id).map(one => one.id))
            const out = total(allocations.filter(row => own.has(row.entryId)).map(row => row.points))
            expect(out).toBeLessThanOrEqual(-spend.amount - back)
          }
        // Whatever refers back refers to a first spend: nothing refers to what itself refers back.
        for (const { entries } of books)
          for (const { refEntryId, reason } of entries) {
            const first = entries.find(one => one.id === refEntryId)
            if (reason === 'giveBack' || reason === 'spend') expect(first?.refEntryId ?? null).toBe(null)
            if (reason === 'giveBack') expect(first?.reason).toBe('spend')
          }
        const reversed = rush.told.filter(one => one.kind === 'reverseReversal')
        tried += reversed.length
        expect(reversed.filter(one => one.done)).toEqual([])
      }),
    () => Math.min(whole, tried) > 0,
  )
}, 300_000)

test('invariant 6: a return takes of its own receipt first, pending before usable, then of others as they expire, and what is missing is owed, whoever spends at the same time', async () => {
  const looked = { own: 0, owed: 0 }
  const kinds = [
    'sell',
    'sell',
    'return',
    'return',
    'correct',
    'settleAgain',
    'spend',
    'grant',
    'adjust',
    'sweep',
  ] as const
  await untilSeen(
    () =>
      inAnyRush(kinds, read => {
        for (const moment of momentsOf(read)) {
          const { entry, took, before } = moment
          if (entry.documentId === null || entry.amount >= 0 || entry.reason === 'spend') continue
          const root = read.rush.rootOf.get(entry.documentId)
          const isOwn = (documentId: string | null): boolean => read.rush.rootOf.get(documentId ?? '') === root
          const ranked = (['ownPending', 'ownUsable', 'others'] as const).map(rank =>
            after(moment).filter(({ lot, usable }) => {
              const own = isOwn(lot.documentId)
              return rank === 'others' ? !own && usable : own && usable === (rank === 'ownUsable')
            }),
          )
          const taken = ranked.map(lots => total(lots.map(one => took.get(one.lot.id) ?? 0)))
          const left = ranked.map(lots => total(lots.map(one => one.level)))
          // Whatever comes later in the order is touched only when nothing is left of what comes before.
          for (const [i, rest] of left.entries())
            if (rest > 0) expect([entry.key, total(taken.slice(i + 1)) + entry.debt]).toEqual([entry.key, 0])
          expect([entry.key, total(taken) + entry.debt]).toEqual([entry.key, -entry.amount])
          for (const { lot, usable } of before)
            if (took.has(lot.id) && !isOwn(lot.documentId)) expect([entry.key, usable]).toEqual([entry.key, true])
          if ((taken[0] ?? 0) + (taken[1] ?? 0) > 0) looked.own += 1
          if (entry.debt > 0) looked.owed += 1
        }
        for (const { entries, debts } of read.books)
          for (const { id, key, debt } of entries)
            if (debt > 0) expect([key, debts.find(one => one.entryId === id)?.points]).toEqual([key, debt])
      }),
    () => Math.min(looked.own, looked.owed) > 0,
  )
}, 300_000)

test('invariant 7: what is given back lies in the lots it was taken from with the day they had; past that day it is gone at once or lives for the days of grace, while others expire it', async () => {
  const looked = { back: 0, lapsed: 0 }
  const kinds = [
    'grant',
    'grant',
    'spend',
    'spend',
    'giveBack',
    'giveBack',
    'takeAgain',
    'sweep',
    'midnight',
    'midnight',
  ] as const
  await untilSeen(
    () =>
      inAnyRush(kinds, read => {
        const moments = momentsOf(read)
        const taken = new Map<string, number>()
        for (const { entry, took, gave, day } of moments) {
          const spend = entry.reason === 'spend' && entry.refEntryId === null ? entry.id : (entry.refEntryId ?? '')
          if (entry.reason === 'spend')
            for (const [lotId, points] of took)
              taken.set(`${spend} ${lotId}`, (taken.get(`${spend} ${lotId}`) ?? 0) + points)
          if (entry.reason !== 'giveBack') continue
          looked.back += 1
          const lots = new Map(read.books.flatMap(books => books.lots).map(lot => [lot.id, lot]))
          for (const [lotId, points] of gave) {
            const still = (taken.get(`${spend} ${lotId}`) ?? 0) - points
            // A debt of the same spend that was paid meanwhile may come back into the lot that paid it.
            if (!moments.some(one => one.entry.refEntryId === spend && one.entry.debt > 0))
              expect(still).toBeGreaterThanOrEqual(0)
            taken.set(`${spend} ${lotId}`, still)
          }
          const lapsing = total(
            [...gave].map(([lotId, points]) => ((lots.get(lotId)?.expiresOn ?? '') <= day ? points : 0)),
          )
          const next = moments.filter(one => one.entry.memberId === entry.memberId)
          const [expiry, grace] = next.slice(next.findIndex(one => one.entry.id === entry.id) + 1)
          if (lapsing === 0) continue
          looked.lapsed += 1
          expect([expiry?.entry.reason, expiry?.entry.amount]).toEqual(['expiry', -lapsing])
          if (read.graceDays === 0) continue
          expect([grace?.entry.reason, grace?.entry.amount, grace?.entry.refEntryId]).toEqual([
            'grace',
            lapsing,
            entry.id,
          ])
          const lived = [...lots.values()].find(lot => lot.entryId === grace?.entry.id)
          expect(lived?.expiresOn).toBe(addDays(day, read.graceDays))
        }
        // A lot never gets another day than the one it was granted with.
        for (const { lots, entries } of read.books)
          for (const lot of lots) {
            const asked = read.rush.told.find(one => one.key === entries.find(entry => entry.id === lot.entryId)?.key)
            if (asked?.expiresOn) expect(lot.expiresOn).toBe(asked.expiresOn)
            if (lot.state === 'open') expect(lot.due).toBe(lot.expiresOn)
          }
      }),
    () => Math.min(looked.back, looked.lapsed) > 0,
  )
}, 300_000)

test('invariant 13: what expires is told by its day and not by where it came from, whatever made it, moved it or gave it back at the same moment', async () => {
  let gone = 0
  const kinds = [
    'grant',
    'open',
    'sell',
    'adjust',
    'spend',
    'giveBack',
    'takeAgain',
    'move',
    'correct',
    'sweep',
    'midnight',
  ] as const
  await untilSeen(
    () =>
      inAnyRush(kinds, async ({ rush }) => {
        const held = (await booksOf(shop, rush.members)).flatMap(books => books.lots)
        shop.clock.advance(20 * 86_400_000)
        const day = shopDay(shop.clock.now(), shop.config.SHOP_ZONE)
        const spend = (memberId: string, n: number) =>
          inTransaction(shop.db, tx =>
            shop.modules.points.spend(tx, { key: `late:${memberId}:${n}`, memberId, points: n }),
          ).catch((error: unknown) => expect(error).toMatchObject({ code: 'points.notEnough' }))
        const sweep = () => shop.modules.points.sweep(new AbortController().signal)
        await Promise.all([sweep(), ...rush.members.flatMap(one => [spend(one, 5), spend(one, 9)]), sweep()])
        for (const { lots, allocations } of await booksOf(shop, rush.members))
          for (const lot of lots) {
            const by = (...reasons: string[]): number =>
              total(
                allocations.filter(row => row.lotId === lot.id && reasons.includes(row.reason)).map(row => row.points),
              )
            const due = lot.expiresOn <= day
            if (due) expect([lot.id, lot.remaining, lot.state]).toEqual([lot.id, 0, 'closed'])
            else expect([lot.id, by('expiry', 'expiryUndone')]).toEqual([lot.id, 0])
            // Of what was there the evening before, all expired: no late spend had any of it.
            const was = held.find(one => one.id === lot.id)
            if (due && was !== undefined && was.state === 'open' && was.remaining > 0) {
              gone += 1
              expect(by('expiry')).toBeGreaterThanOrEqual(was.remaining)
            }
          }
      }),
    () => gone > 0,
  )
}, 300_000)
