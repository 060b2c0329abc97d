import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { START, world, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { couponNow, goodsFor, newTemplate } from './coupons.ts'

let shop: World
let templateId: string
let people: string[]
beforeAll(async () => {
  shop = await world()
  templateId = await newTemplate(shop, { stock: 100, amountOff: 500, perMemberLimit: 9 })
  people = await addMembers(shop, 6)
})
afterAll(() => shop.close())

let receipts = 0
/** Somebody uses one coupon of the template with goods for 50 yuan. */
async function uses(person: number, storeCode = 'S01'): Promise<string> {
  const memberId = people[person] ?? ''
  const docKey = `${storeCode}|01|2026-11-22|${String((receipts += 1)).padStart(4, '0')}`
  await inTransaction(shop.db, tx => shop.modules.coupons.issue(tx, templateId, [{ memberId, key: `for:${docKey}` }]))
  const held = (await shop.modules.coupons.ofMember(shop.db, memberId)).find(each => each.state === 'issued')
  if (held === undefined) throw new Error('no coupon')
  const use = { coupons: [held], docKey, storeCode, channel: 'till' as const, memberId, goods: goodsFor(5000) }
  await inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, use))
  expect((await couponNow(shop, held)).state).toBe('redeemed')
  return docKey
}

test('the day in two numbers, beside the day before and last week, by store; what came back with the goods does not count', async () => {
  shop.clock.set('2026-11-15T12:00:00Z')
  await uses(0)
  // 23:50 and 00:10 in Shanghai are two days, whatever the day is in Greenwich.
  shop.clock.set('2026-11-21T15:50:00Z')
  await uses(1)
  await uses(2)
  shop.clock.set('2026-11-21T16:10:00Z')
  await uses(3)
  await uses(4, 'S02')
  shop.clock.set(START)
  const back = await uses(5)
  const owner = (await shop.as('owner')).call(couponsApi)
  const day = (query: { day: string; storeCode?: string }) => owner.couponDay({ query })
  expect(await day({ day: '2026-11-22' })).toMatchObject({
    uses: { value: 3, yesterday: 2, lastWeek: 1 },
    fen: { value: 1500, yesterday: 1000, lastWeek: 500 },
  })
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, back))
  expect(await day({ day: '2026-11-22' })).toMatchObject({ uses: { value: 2 }, fen: { value: 1000 } })
  expect(await day({ day: '2026-11-22', storeCode: 'S02' })).toMatchObject({
    uses: { value: 1, yesterday: 0, lastWeek: 0 },
  })
  expect((await day({ day: '2026-11-22' })).definition.uses.zh).toContain('退货还回')
})

test('behind the numbers stands the list of them: by day, store and whether they count, in pages, the receipt named', async () => {
  const owner = (await shop.as('owner')).call(couponsApi)
  const list = async (query: NonNullable<NonNullable<Parameters<typeof owner.couponUses>[0]>['query']>) =>
    (await owner.couponUses({ query })).items
  const today = { from: '2026-11-22', to: '2026-11-22' }
  expect(await list({ ...today, state: 'used' })).toHaveLength(2)
  expect(await list({ ...today, state: 'returned' })).toMatchObject([
    { receiptNo: '0006', storeCode: 'S01', discount: 500, takenBack: 500 },
  ])
  const all = await list({})
  expect(all.map(row => row.receiptNo)).toEqual(
    (await list({ sort: 'redeemedAt' })).map(row => row.receiptNo).toReversed(),
  )
  expect(all).toHaveLength(6)
  const paged: string[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await owner.couponUses({ query: { limit: 1, ...(cursor === undefined ? {} : { cursor }) } })
    paged.push(...page.items.map(row => row.receiptNo))
    cursor = page.next ?? undefined
    more = cursor !== undefined
  }
  expect(paged).toEqual(all.map(row => row.receiptNo))
})

test('a store sees its own; who may not read members reads no names', async () => {
  const manager = (await shop.as('storeManager', { stores: ['S02'] })).call(couponsApi)
  expect((await manager.couponUses({ query: {} })).items.map(row => row.storeCode)).toEqual(['S02'])
  expect(await manager.couponDay({ query: { day: '2026-11-22' } })).toMatchObject({ uses: { value: 1, yesterday: 0 } })
  expect(await manager.couponDay({ query: { day: '2026-11-22', storeCode: 'S01' } })).toMatchObject({
    uses: { value: 0 },
  })
  const finance = (await shop.as('finance')).call(couponsApi)
  expect((await finance.couponUses({ query: {} })).items.map(row => row.member)).toEqual(Array(6).fill(null))
  expect((await manager.couponUses({ query: {} })).items.map(row => row.member)).toEqual([''])
})

test('a template’s uses by store: what counts, what it took off, what came back, within the caller’s stores and days', async () => {
  const api = async (stores?: string[]) =>
    (await (stores === undefined ? shop.as('owner') : shop.as('storeManager', { stores }))).call(couponsApi)
  const told = async (query: { from: string; to: string }, stores?: string[]) =>
    (await (await api(stores)).templateUses({ params: { templateId }, query })).items.map(
      ({ storeCode, uses: count, fen, returned }) => [storeCode, count, fen, returned],
    )
  expect(await told({ from: '2026-11-22', to: '2026-11-22' })).toEqual([
    ['S01', 1, 500, 1],
    ['S02', 1, 500, 0],
  ])
  expect(await told({ from: '2026-11-01', to: '2026-11-30' })).toEqual([
    ['S01', 4, 2000, 1],
    ['S02', 1, 500, 0],
  ])
  expect(await told({ from: '2026-11-01', to: '2026-11-30' }, ['S02'])).toEqual([['S02', 1, 500, 0]])
  expect(await told({ from: '2026-11-23', to: '2026-11-30' })).toEqual([])
  // A year is told of its last part.
  expect(await told({ from: '2025-11-20', to: '2026-11-22' })).toEqual([
    ['S01', 4, 2000, 1],
    ['S02', 1, 500, 0],
  ])
})
