import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { addDays, shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import type { StaffUser } from '../../support/world.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { addMembers } from './people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'

/** 积分负债 by month of earning: every point is granted once, and stands in one column, whatever has been done with it. */
let shop: ShopWithPeople
let owner: StaffUser
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  owner = await shop.as('owner')
})
afterAll(() => shop.close())

const START = Date.parse('2026-11-22T04:00:00.000Z')
const DAY = 86_400_000
let passed = 0
let numbers = 0
const points = () => shop.modules.points
const key = (): string => `liability:${(numbers += 1)}`
const today = (): string => shopDay(shop.clock.now(), shop.kernel.config.SHOP_ZONE)
const sweep = () => points().sweep(new AbortController().signal)
/** So many days later, with the nights' sweeps. */
async function days(more: number): Promise<void> {
  passed += more
  shop.clock.set(new Date(START + passed * DAY).toISOString())
  owner = await shop.as('owner')
  await sweep()
}

/** An empty ledger whose points live for a month, and for ten days more where they come back too late. */
beforeEach(async () => {
  passed = 0
  await empty()
  await owner
    .call(pointsApi)
    .changeRules({ body: { expiry: { kind: 'months', months: 1, endOf: 'day' }, graceDays: 10 } })
})
async function empty(): Promise<void> {
  shop.clock.set(new Date(START).toISOString())
  owner = await shop.as('owner')
  passed = 0
  const tables = ['entry', 'lot', 'allocation', 'debt', 'account', 'document', 'write_off'] as const
  for (const table of tables) await shop.db.deleteFrom(`points_${table}`).execute()
  for (const table of ['sales_document', 'sales_line'] as const) await shop.db.deleteFrom(table).execute()
}

async function buys(memberId: string, net: number, original?: string): Promise<string> {
  const id = `L${String((numbers += 1)).padStart(25, '0')}`
  const more = original === undefined ? {} : { type: 'return' as const, original }
  const lines = [{ product: 'rice', net: String(net) }]
  await writeReceipt(shop, { id, memberId, businessDate: today(), lines, ...more })
  await settle(shop, [id])
  return id
}
const grant = (memberId: string, amount: number, lives: number) =>
  inTransaction(shop.db, tx =>
    points().grant(tx, [{ key: key(), memberId, points: amount, expiresOn: addDays(today(), lives) }]),
  )
const spend = (memberId: string, amount: number, spendKey = key()) =>
  inTransaction(shop.db, tx => points().spend(tx, { key: spendKey, memberId, points: amount }))
const giveBack = (spendKey: string, amount: number) =>
  inTransaction(shop.db, tx => points().giveBack(tx, { key: key(), spendKey, points: amount }))
const adjust = (memberId: string, amount: number) =>
  owner.call(pointsApi).adjust({ params: { memberId }, body: { key: key(), amount, reason: '更正' } })
const usable = async (memberId: string): Promise<number> =>
  (await points().balances(shop.db, [memberId])).get(memberId) ?? 0

const book = () => owner.call(pointsApi).liability({})
/** The rows as text: month, granted = used + taken back + expired + outstanding. */
async function rows(): Promise<string[]> {
  return (await book()).cohorts.map(
    row => `${row.month} ${row.granted} = ${row.used} + ${row.takenBack} + ${row.expired} + ${row.remaining}`,
  )
}

test('a return and a correction take back, they do not use; the share that expires is of what was not taken back', async () => {
  const [ann = ''] = await addMembers(shop, 1)
  const sale = await buys(ann, 100)
  await buys(ann, -30, sale)
  await writeReceipt(shop, {
    id: sale,
    memberId: ann,
    businessDate: today(),
    lines: [{ product: 'rice', net: '90' }],
  })
  await settle(shop, [sale])
  await spend(ann, 20)
  await adjust(ann, -5)
  expect(await rows()).toEqual(['2026-11 100 = 20 + 45 + 0 + 35'])
  await days(40)
  expect(await rows()).toEqual(['2026-11 100 = 20 + 45 + 35 + 0'])
  expect(await book()).toMatchObject({ breakage: Math.round((35 / 55) * 10_000), outstanding: 0 })
  const csv = await fetch(`${shop.url}/api/admin/points/liability/file?form=csv`, {
    headers: { cookie: owner.session.cookie, 'accept-language': 'zh' },
  })
  expect((await csv.text()).split('\r\n').filter(Boolean).slice(-2)).toEqual([
    '发放月份,发放,已使用,退货扣回,已过期,未使用',
    '2026-11,100,20,45,35,0',
  ])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('two members become one and two again: their points were granted once', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  await buys(ann, 100)
  await buys(bob, 50)
  await spend(bob, 10)
  const before = await rows()
  expect(before).toEqual(['2026-11 150 = 10 + 0 + 0 + 140'])
  const evidence = { evidence: 'idCard', note: '身份证与两张卡一致' } as const
  const { mergeId } = await owner
    .call(membersApi)
    .merge({ params: { memberId: ann }, body: { ...evidence, otherId: bob } })
  expect(await rows()).toEqual(before)
  // A store's book says the same of the one that is left, less what the other had used before.
  const store = (await shop.as('storeManager', { stores: ['S01'] })).call(pointsApi)
  expect((await store.liability({})).cohorts).toMatchObject([{ granted: 140, used: 0, remaining: 140 }])
  await spend(ann, 105)
  await owner.call(membersApi).undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })
  expect(await rows()).toEqual(['2026-11 150 = 115 + 0 + 0 + 35'])
  expect(await ledgerFaults(shop)).toEqual([])
})

test('a household: receipts of its members, a return that its head’s points pay, and another head', async () => {
  const people = []
  for (const name of ['奶奶', '安']) people.push(await newMember(shop, { name, storeCode: 'S01' }))
  const [granny, ann] = people
  if (granny === undefined || ann === undefined) throw new Error('two people')
  const { code } = await granny.call(membersApi).inviteToHousehold()
  await ann.call(membersApi).joinHousehold({ body: { code: code ?? '' } })
  const sale = await buys(ann.memberId, 100)
  await shop.drain()
  await spend(granny.memberId, 20)
  await buys(ann.memberId, -30, sale)
  await shop.drain()
  expect([await usable(granny.memberId), await usable(ann.memberId)]).toEqual([50, 0])
  expect(await rows()).toEqual(['2026-11 100 = 20 + 30 + 0 + 50'])
  await owner.call(membersApi).changeHouseholdHead({
    params: { memberId: granny.memberId },
    body: { evidence: 'idCard', note: '两位都到场，身份证一致', newHeadId: ann.memberId },
  })
  expect([await usable(granny.memberId), await usable(ann.memberId)]).toEqual([0, 50])
  expect(await rows()).toEqual(['2026-11 100 = 20 + 30 + 0 + 50'])
})

test('grace brings lapsed points back to the month they were earned in, however often, and grants nothing', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  await grant(ann, 40, 20)
  await days(15)
  await grant(ann, 60, 20)
  expect(today()).toBe('2026-12-07')
  await spend(ann, 100, 'grace:one')
  await days(25)
  expect(await rows()).toEqual(['2026-11 40 = 40 + 0 + 0 + 0', '2026-12 60 = 60 + 0 + 0 + 0'])
  await giveBack('grace:one', 90)
  // The last taken come back first: sixty of December and thirty of November live on until January 11.
  expect(today()).toBe('2027-01-01')
  expect(await rows()).toEqual(['2026-11 40 = 10 + 0 + 0 + 30', '2026-12 60 = 0 + 0 + 0 + 60'])
  await spend(ann, 50, 'grace:two')
  await days(10)
  expect(await usable(ann)).toBe(0)
  const lapsed = await rows()
  expect(lapsed).toEqual(['2026-11 40 = 10 + 0 + 30 + 0', '2026-12 60 = 50 + 0 + 10 + 0'])
  await giveBack('grace:two', 50)
  expect(await rows()).toEqual(['2026-11 40 = 10 + 0 + 0 + 30', '2026-12 60 = 0 + 0 + 40 + 20'])
  expect((await book()).cohorts.reduce((sum, row) => sum + row.remaining, 0)).toBe(50)
  // Moved to another account it is still granted once; it counts from the month of the grace on there.
  await inTransaction(shop.db, tx => points().moveAll(tx, { key: 'merge:grace:0', from: ann, to: bob }))
  const { cohorts } = await book()
  expect(cohorts.reduce((sum, row) => sum + row.granted, 0)).toBe(100)
  expect(cohorts.map(row => row.remaining)).toEqual([0, 0, 50])
  expect(await ledgerFaults(shop)).toEqual([])
})

type Act =
  | { readonly do: 'buy' | 'return' | 'grant' | 'spend' | 'adjust'; readonly who: number; readonly much: number }
  | { readonly do: 'giveBack' | 'days'; readonly much: number }
  | { readonly do: 'merge' | 'unmerge'; readonly who: number; readonly to: number }
const who = fc.nat(2)
const much = fc.integer({ min: 1, max: 60 })
const acts: fc.Arbitrary<Act> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constantFrom('buy' as const, 'grant' as const), who, much }) },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constantFrom('return' as const, 'spend' as const, 'adjust' as const), who, much }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('giveBack' as const, 'days' as const), much }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('merge' as const, 'unmerge' as const), who, to: who }) },
)

test('whatever happens in whatever order: rows that sum, and the sums of what happened', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(acts, { minLength: 8, maxLength: 24 }), async story => {
      await empty()
      const people = await addMembers(shop, 3)
      const granted = new Map<string, number>()
      const did = { used: 0, takenBack: 0 }
      const sales: { id: string; memberId: string; left: number }[] = []
      const spends: { key: string; left: number }[] = []
      const moves: { key: string; from: string; to: string }[] = []
      const got = (amount: number): unknown =>
        granted.set(today().slice(0, 7), (granted.get(today().slice(0, 7)) ?? 0) + amount)
      for (const act of story) {
        const memberId = 'who' in act ? (people[act.who] ?? '') : ''
        if (act.do === 'buy') {
          sales.push({ id: await buys(memberId, act.much), memberId, left: act.much })
          got(act.much)
        } else if (act.do === 'grant') {
          await grant(memberId, act.much, act.much)
          got(act.much)
        } else if (act.do === 'return') {
          const sale = sales.find(one => one.memberId === memberId && one.left > 0)
          if (sale === undefined) continue
          const back = Math.min(sale.left, act.much)
          await buys(memberId, -back, sale.id)
          sale.left -= back
          did.takenBack += back
        } else if (act.do === 'spend' || act.do === 'adjust') {
          const has = Math.min(await usable(memberId), act.much)
          if (has <= 0) continue
          if (act.do === 'adjust') {
            await adjust(memberId, -has)
            did.takenBack += has
            continue
          }
          spends.push({ key: key(), left: has })
          await spend(memberId, has, spends.at(-1)?.key)
          did.used += has
        } else if (act.do === 'giveBack') {
          const one = spends.find(({ left }) => left > 0)
          if (one === undefined) continue
          const back = Math.min(one.left, act.much)
          await giveBack(one.key, back)
          one.left -= back
          did.used -= back
        } else if (act.do === 'days') await days(Math.ceil(act.much / 3))
        else if (act.do === 'merge') {
          const move = { key: `merge:${key()}:0`, from: memberId, to: people[act.to] ?? '' }
          if (move.from === move.to) continue
          await inTransaction(shop.db, tx => points().moveAll(tx, move))
          moves.push(move)
        } else {
          const move = moves.pop()
          if (move === undefined) continue
          const { from, to } = move
          await inTransaction(shop.db, tx =>
            points().moveBack(tx, { key: `un${move.key}`, moveKey: move.key, from, to }),
          )
        }
      }
      const { cohorts, outstanding, debt } = await book()
      const sum = (of: 'granted' | 'used' | 'takenBack' | 'expired' | 'remaining'): number =>
        cohorts.reduce((all, row) => all + row[of], 0)
      for (const row of cohorts) {
        expect(row.used + row.takenBack + row.expired + row.remaining).toBe(row.granted)
        expect(Math.min(row.granted, row.used, row.takenBack, row.expired, row.remaining)).toBeGreaterThanOrEqual(0)
      }
      const all = [...granted.values()].reduce((a, b) => a + b, 0)
      // What is owed has been taken from nobody yet.
      expect({ used: sum('used'), takenBack: sum('takenBack'), remaining: sum('remaining') }).toEqual({
        used: did.used,
        takenBack: did.takenBack - debt,
        remaining: outstanding,
      })
      expect(sum('granted')).toBe(all)
      expect(sum('expired')).toBe(all - did.used - did.takenBack + debt - outstanding)
      // Month by month too, but where grace has moved to another account.
      const graceMoved = await shop.db
        .selectFrom('points_entry')
        .select('reason')
        .where('reason', 'in', ['grace', 'merge'])
        .distinct()
        .execute()
      if (graceMoved.length < 2)
        expect(Object.fromEntries(cohorts.map(row => [row.month, row.granted]))).toEqual(Object.fromEntries(granted))
      expect(await ledgerFaults(shop)).toEqual([])
    }),
    { numRuns: 15 },
  )
}, 180_000)
