import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersRepository } from '../../../server/modules/members/repository/members.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tiersApi, type TierRules } from '../../../server/modules/tiers/contract.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { stockShelf, writeReceipt } from '../points/receipts.ts'

let shop: World
let ann: string
let bob: string
let cid: string
const tier = (code: string, threshold: number): TierRules['tiers'][number] => ({
  code,
  name: { zh: `${code}卡`, en: code },
  threshold,
  benefits: { pointsPercent: 100, arrivalCoupons: [], birthdayCoupon: null, exclusiveRewards: false },
  paid: null,
})
const ladder = (...tiers: TierRules['tiers']): TierRules => ({
  window: { kind: 'calendar', months: 12 },
  by: 'spend',
  upgrade: 'atOnce',
  downgrade: 'oneStep',
  graceDays: 0,
  tiers,
})

let receipts = 0
async function buys(memberId: string | null, net: string, storeCode: string, businessDate: string): Promise<void> {
  const id = `V${String((receipts += 1)).padStart(25, '0')}`
  await writeReceipt(shop, { id, memberId, storeCode, businessDate, lines: [{ product: 'rice', net }] })
  await shop.db.updateTable('sales_document').set({ net }).where('id', '=', id).execute()
}
async function rules(version: number, of: TierRules): Promise<void> {
  await shop.db
    .insertInto('tier_rules')
    .values({ version, validFrom: '2026-01-01', rulesJson: JSON.stringify(of), createdAt: shop.clock.now() })
    .execute()
}
const stands = (memberId: string, code: string) =>
  shop.db
    .insertInto('tier_member')
    .values({
      memberId,
      tier: code,
      since: '2026-01-01',
      reviewOn: '2027-01-01',
      value: 0,
      rulesVersion: 1,
      computedAt: shop.clock.now(),
    })
    .execute()

beforeAll(async () => {
  shop = await world()
  await stockShelf(shop)
  ;[ann = '', bob = '', cid = ''] = await addMembers(shop, 3)
  await inTransaction(shop.db, tx => membersRepository(tx).moveHome(bob, 'S02', shop.clock.now()))
})
afterAll(() => shop.close())
const visitors = async (stores?: string[]) =>
  (await shop.as('storeManager', stores === undefined ? {} : { stores })).call(tiersApi)

test('a shop without tiers, or with one, has nobody who stands higher', async () => {
  expect(await (await visitors()).tierVisitors({ query: {} })).toEqual({ day: null, tiers: [], count: 0, people: [] })
  await buys(ann, '30', 'S01', '2026-11-20')
  await rules(1, ladder(tier('base', 0)))
  await stands(ann, 'base')
  expect(await (await visitors()).tierVisitors({ query: {} })).toMatchObject({ day: '2026-11-20', tiers: [], count: 0 })
})

test('the upper half of the tiers who bought on the last day that has a receipt: highest first, then who spent most; by store', async () => {
  await rules(2, ladder(tier('base', 0), tier('silver', 10_000), tier('gold', 50_000), tier('black', 90_000)))
  await shop.db.updateTable('tier_member').set({ tier: 'gold' }).where('memberId', '=', ann).execute()
  await stands(bob, 'black')
  await stands(cid, 'silver')
  for (const day of ['2026-11-20', '2026-11-21']) {
    await buys(ann, '120', 'S01', day)
    await buys(ann, '30.5', 'S01', day)
    await buys(bob, '20', 'S01', day)
    await buys(cid, '900', 'S01', day)
    await buys(null, '70', 'S02', day)
  }
  const all = await (await visitors()).tierVisitors({ query: {} })
  expect(all).toMatchObject({ day: '2026-11-21', count: 2, tiers: [{ en: 'gold' }, { en: 'black' }] })
  expect(all.people).toMatchObject([
    { memberId: bob, tier: { zh: 'black卡' }, receipts: 1, net: 20, storeCode: 'S01', inReach: true },
    { memberId: ann, tier: { zh: 'gold卡' }, receipts: 2, net: 150.5 },
  ])
  // The store that sold sees who came, and no way into the page of another store's member.
  const own = await (await visitors(['S01'])).tierVisitors({ query: {} })
  expect(own.people.map(one => [one.memberId, one.inReach])).toEqual([
    [bob, false],
    [ann, true],
  ])
  expect(await (await visitors(['S02'])).tierVisitors({ query: {} })).toMatchObject({ count: 0, people: [] })
  expect(await (await visitors(['S02'])).tierVisitors({ query: { storeCode: 'S01' } })).toMatchObject({ day: null })
  // A day before is asked for by its name.
  expect(await (await visitors()).tierVisitors({ query: { day: '2026-11-20' } })).toMatchObject({
    day: '2026-11-20',
    count: 2,
  })
})
