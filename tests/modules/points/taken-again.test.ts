import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addDays, shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { raceAt } from '../../support/race.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from './people.ts'
import { ledgerFaults } from './receipts.ts'

/** What was given back of a spend and turns out to have been nothing: it is taken from where it went, and from nowhere else. */
let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

const START = Date.parse('2026-11-22T04:00:00.000Z')
const DAY = 86_400_000
let passed = 0
const days = (more: number): void => {
  passed += more
  shop.clock.set(new Date(START + passed * DAY).toISOString())
}
beforeEach(async () => {
  passed = 0
  days(0)
  await shop.db.deleteFrom('points_rules').execute()
})

let numbers = 0
const key = (): string => `again:${(numbers += 1)}`
const today = (): string => shopDay(shop.clock.now(), shop.kernel.config.SHOP_ZONE)
const points = () => shop.modules.points
const grant = (memberId: string, amount: number, lives: number | null) =>
  inTransaction(shop.db, tx =>
    points().grant(tx, [
      { key: key(), memberId, points: amount, expiresOn: lives === null ? '9999-12-31' : addDays(today(), lives) },
    ]),
  )
const spend = (memberId: string, amount: number, spendKey: string) =>
  inTransaction(shop.db, tx => points().spend(tx, { key: spendKey, memberId, points: amount }))
const giveBack = (spendKey: string, amount: number) =>
  inTransaction(shop.db, tx => points().giveBack(tx, { key: key(), spendKey, points: amount }))
const takeAgain = (spendKey: string, amount: number, k = key()) =>
  inTransaction(shop.db, tx => points().takeAgain(tx, { key: k, spendKey, points: amount }))
const usable = async (memberId: string): Promise<number> =>
  (await points().balances(shop.db, [memberId])).get(memberId) ?? 0
const withGrace = async (graceDays: number): Promise<void> => {
  if (graceDays > 0) await (await shop.as('owner')).call(pointsApi).changeRules({ body: { graceDays } })
}
const sweep = () => points().sweep(new AbortController().signal)

/** What a member has, lot by lot, as anybody would count it today. */
async function holds(memberId: string): Promise<string[]> {
  const rows = await shop.db
    .selectFrom('points_lot')
    .select(['expiresOn', 'remaining'])
    .where('memberId', '=', memberId)
    .where('remaining', '>', 0)
    .where('expiresOn', '>', today())
    .execute()
  const byDay = Map.groupBy(rows, row => row.expiresOn)
  return [...byDay].map(([day, lots]) => `${day} ${lots.reduce((sum, lot) => sum + lot.remaining, 0)}`).toSorted()
}
const lotsOf = async (memberId: string): Promise<Map<string, number>> =>
  new Map(
    (await shop.db.selectFrom('points_lot').select(['id', 'remaining']).where('memberId', '=', memberId).execute()).map(
      row => [row.id, row.remaining],
    ),
  )
const reasonsOf = async (memberId: string): Promise<string[]> =>
  (
    await shop.db
      .selectFrom('points_entry')
      .select(['reason', 'amount'])
      .where('memberId', '=', memberId)
      .orderBy('seq')
      .execute()
  ).map(entry => `${entry.reason} ${entry.amount}`)

test('given back into a lot that had expired and taken again: the expiry is undone, and no other points pay for it', async () => {
  const [member = ''] = await addMembers(shop, 1)
  await grant(member, 30, 3)
  await grant(member, 50, 365)
  const k = key()
  await spend(member, 40, k)
  days(10)
  await giveBack(k, 40)
  expect(await usable(member)).toBe(50)
  await takeAgain(k, 40)
  expect(await usable(member)).toBe(40)
  expect(await reasonsOf(member)).toEqual([
    'activity 30',
    'activity 50',
    'spend -40',
    'giveBack 40',
    'expiry -30',
    'expiryUndone 30',
    'spend -40',
  ])
  // And it can come back once more, with the same end.
  await giveBack(k, 40)
  expect(await usable(member)).toBe(50)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('given back with days of grace and taken again: it is taken from the lot of grace, or nowhere when that has lapsed', async () => {
  await withGrace(5)
  for (const [later, left] of [
    [0, 40],
    [6, 40],
  ] as const) {
    const [member = ''] = await addMembers(shop, 1)
    await grant(member, 30, 3)
    await grant(member, 50, 365)
    const k = key()
    await spend(member, 40, k)
    days(10)
    await giveBack(k, 40)
    expect(await usable(member)).toBe(80)
    days(later)
    await takeAgain(k, 40)
    expect(await usable(member)).toBe(left)
  }
  expect(await ledgerFaults(shop)).toEqual([])
})

test('each lot gives exactly what went back into it, though an earlier one holds enough for all', async () => {
  const [member = ''] = await addMembers(shop, 1)
  await grant(member, 50, 30)
  const k = key()
  await spend(member, 50, k)
  await grant(member, 60, 10)
  await giveBack(k, 20)
  expect(await holds(member)).toHaveLength(2)
  await takeAgain(k, 20)
  expect([...(await lotsOf(member)).values()].toSorted()).toEqual([0, 60])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a lot that got points back pays the same debt a second time', async () => {
  const [member = ''] = await addMembers(shop, 1)
  await grant(member, 100, 30)
  const [k, more] = [key(), key()]
  await spend(member, 60, k)
  await spend(member, 40, more)
  await giveBack(more, 40)
  await spend(member, 40, key())
  // It was no return: 40 are owed, for the member has used them.
  await takeAgain(more, 40)
  expect(await usable(member)).toBe(-40)
  await giveBack(k, 10)
  await giveBack(k, 10)
  expect(await usable(member)).toBe(-20)
  await giveBack(k, 40)
  expect(await usable(member)).toBe(20)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a rival in every gap between two statements of taking again: it is taken once', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const [member = ''] = await addMembers(shop, 1)
    await grant(member, 30, 3)
    await grant(member, 50, 365)
    const [k, again] = [key(), key()]
    await spend(member, 40, k)
    days(5)
    await giveBack(k, 40)
    const race = await raceAt(
      shop.db,
      gap,
      tx => points().takeAgain(tx, { key: again, spendKey: k, points: 40 }),
      () => takeAgain(k, 40, again),
    )
    statements = Math.max(statements, race.statements)
    expect(race.other.status === 'fulfilled' || race.result.status === 'fulfilled').toBe(true)
    expect(await usable(member)).toBe(40)
  }
  expect(statements).toBeGreaterThanOrEqual(6)
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

const lives = fc.constantFrom(2, 5, 9, 30, null)
const before = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('grant' as const), amount: fc.integer({ min: 1, max: 90 }), lives }),
    fc.record({ do: fc.constant('days' as const), amount: fc.integer({ min: 1, max: 4 }), lives: fc.constant(null) }),
    fc.record({ do: fc.constant('spend' as const), amount: fc.integer({ min: 1, max: 60 }), lives: fc.constant(null) }),
  ),
  { minLength: 2, maxLength: 6 },
)
const between = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('grant' as const), amount: fc.integer({ min: 1, max: 90 }), lives }),
    fc.record({ do: fc.constant('days' as const), amount: fc.integer({ min: 1, max: 6 }), lives: fc.constant(null) }),
  ),
  { maxLength: 3 },
)

test('law: given back and taken again, whatever expired before, between or after, is as if it had never been given back', async () => {
  await fc.assert(
    fc.asyncProperty(
      before,
      fc.integer({ min: 1, max: 100 }),
      between,
      fc.constantFrom(0, 0, 4),
      fc.integer({ min: 0, max: 12 }),
      async (first, share, then, grace, after) => {
        await shop.db.deleteFrom('points_rules').execute()
        await withGrace(grace)
        const [member = '', twin = ''] = await addMembers(shop, 2)
        const [mine, theirs] = [key(), key()]
        await grant(member, 40, 6)
        await grant(twin, 40, 6)
        const both = async (work: (memberId: string) => Promise<unknown>) => {
          await work(member)
          await work(twin)
        }
        for (const { do: what, amount, lives: life } of first) {
          if (what === 'grant') await both(memberId => grant(memberId, amount, life))
          if (what === 'days') days(amount)
          if (what === 'spend' && (await usable(member)) >= amount)
            await both(memberId => spend(memberId, amount, key()))
        }
        const all = await usable(member)
        const spent = Math.ceil((all * share) / 100)
        if (spent === 0) return
        await spend(member, spent, mine)
        await spend(twin, spent, theirs)
        const back = Math.max(1, Math.floor(spent / 2))
        days(after)
        await giveBack(mine, back)
        for (const { do: what, amount, lives: life } of then) {
          if (what === 'grant') await both(memberId => grant(memberId, amount, life))
          if (what === 'days') days(amount)
          if (what === 'days' && amount > 4) await sweep()
        }
        // In two pieces, for each must take its own part only.
        const piece = Math.floor(back / 2)
        if (piece > 0) await takeAgain(mine, piece)
        await takeAgain(mine, back - piece)
        expect(await holds(member)).toEqual(await holds(twin))
        expect(await usable(member)).toBe(await usable(twin))
        // The spend can still come back whole.
        await giveBack(mine, spent)
        await giveBack(theirs, spent)
        if (grace === 0) expect(await holds(member)).toEqual(await holds(twin))
      },
    ),
    { numRuns: 25 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

const anything = fc.array(
  fc.record({
    do: fc.constantFrom('grant', 'spend', 'giveBack', 'giveBack', 'takeAgain', 'takeAgain', 'days', 'sweep'),
    amount: fc.integer({ min: 1, max: 80 }),
    which: fc.nat(4),
    lives,
  }),
  { minLength: 6, maxLength: 18 },
)

test('law: any order of earning, spending, giving back, taking again and expiring leaves the books exact, and only what was used meanwhile is taken elsewhere', async () => {
  await fc.assert(
    fc.asyncProperty(anything, fc.constantFrom(0, 3), async (steps, grace) => {
      await shop.db.deleteFrom('points_rules').execute()
      await withGrace(grace)
      const [member = ''] = await addMembers(shop, 1)
      await grant(member, 60, 5)
      const spends: { key: string; points: number; back: number; used: boolean; lots: Set<string> }[] = []
      for (const { do: what, amount, which, lives: life } of steps) {
        const one = spends[which]
        if (what === 'grant') await grant(member, amount, life)
        if (what === 'days') days((amount % 4) + 1)
        if (what === 'sweep') await sweep()
        if (what === 'spend' && (await usable(member)) >= amount) {
          const k = key()
          await spend(member, amount, k)
          for (const other of spends) other.used = true
          spends.push({ key: k, points: amount, back: 0, used: false, lots: new Set() })
        }
        if (what === 'giveBack' && one !== undefined && one.back < one.points) {
          const part = Math.min(amount, one.points - one.back)
          const was = await lotsOf(member)
          if (one.back === 0) one.used = false
          if (one.back > 0 || (await usable(member)) < 0) one.used = true
          await giveBack(one.key, part)
          for (const [lot, remaining] of await lotsOf(member)) if (was.get(lot) !== remaining) one.lots.add(lot)
          const taken = await shop.db
            .selectFrom('points_allocation as a')
            .innerJoin('points_entry as e', 'e.id', 'a.entryId')
            .select('a.lotId')
            .where('e.key', '=', one.key)
            .execute()
          for (const { lotId } of taken) one.lots.add(lotId)
          one.back += part
        }
        if (what === 'takeAgain' && one !== undefined && one.back > 0) {
          const part = Math.min(amount, one.back)
          // What is past its day is gone first, whoever comes: that is no part of this.
          await sweep()
          const was = await lotsOf(member)
          await takeAgain(one.key, part)
          one.back -= part
          const changed = [...(await lotsOf(member))].filter(([lot, left]) => was.get(lot) !== left).map(([lot]) => lot)
          if (!one.used) expect(changed.filter(lot => !one.lots.has(lot))).toEqual([])
          if (one.back === 0) one.lots.clear()
        }
      }
      const account = await shop.db
        .selectFrom('points_account')
        .selectAll()
        .where('memberId', '=', member)
        .executeTakeFirstOrThrow()
      const out = spends.reduce((sum, one) => sum + one.points - one.back, 0)
      const { expired, given } = await shop.db
        .selectFrom('points_entry')
        .select(({ fn, eb }) => [
          fn.sum<string>(eb.case().when('contra', '=', 'expired').then(eb.ref('amount')).else(0).end()).as('expired'),
          fn.sum<string>(eb.case().when('contra', '=', 'granted').then(eb.ref('amount')).else(0).end()).as('given'),
        ])
        .where('memberId', '=', member)
        .executeTakeFirstOrThrow()
      expect(account.balance).toBe(Number(given) + Number(expired) - out)
      expect(Number(expired)).toBeLessThanOrEqual(0)
    }),
    { numRuns: 25 },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)
