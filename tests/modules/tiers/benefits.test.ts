import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { documentsSettled } from '../../../server/modules/sales/events.ts'
import { tiersApi, type TierRules } from '../../../server/modules/tiers/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { codeOf, newProduct, openStores, shopperWith, tap } from '../rewards/mall.ts'

let on: Stage
beforeAll(async () => {
  on = await stage()
  await stockShelf(on.shop)
  await openStores(on.shop)
})
afterAll(() => on.close())
beforeEach(async () => {
  for (const table of ['tier_member', 'tier_rules'] as const) await on.shop.db.deleteFrom(table).execute()
})

const benefits = { pointsPercent: 100, arrivalCoupons: [] as string[], birthdayCoupon: null, exclusiveRewards: false }
const rules = (by: TierRules['by'], threshold: number, more: Partial<typeof benefits> = {}): TierRules => ({
  window: { kind: 'calendar', months: 12 },
  by,
  upgrade: 'atOnce',
  downgrade: 'oneStep',
  graceDays: 0,
  tiers: [
    { code: 'basic', name: { zh: '普卡', en: 'Basic' }, threshold: 0, benefits, paid: null },
    { code: 'gold', name: { zh: '金卡', en: 'Gold' }, threshold, benefits: { ...benefits, ...more }, paid: null },
  ],
})
async function adopt(given: TierRules): Promise<void> {
  const desk = (await on.shop.as('owner')).call(tiersApi)
  const { dryRunId } = await desk.startDryRun({ body: given })
  await on.shop.drain()
  await desk.adopt({ params: { dryRunId }, body: {} })
  await on.shop.drain()
}
async function told(documentIds: string[]): Promise<void> {
  await settle(on.shop, documentIds)
  await inTransaction(on.shop.db, tx => publish(tx, documentsSettled, { documentIds }))
  await on.shop.drain()
}
async function buys(memberId: string, net: string, day: string, original?: string): Promise<string> {
  const id = on.shop.kernel.newId()
  const more = original === undefined ? {} : { type: 'return' as const, original }
  await writeReceipt(on.shop, { id, memberId, businessDate: day, lines: [{ product: 'rice', net }], ...more })
  await on.shop.db.updateTable('sales_document').set({ net }).where('id', '=', id).execute()
  await told([id])
  return id
}
const tierOf = async (memberId: string): Promise<string> => {
  const desk = (await on.shop.as('owner')).call(tiersApi)
  return (await desk.memberTier({ params: { memberId } })).tier?.code ?? 'none'
}

test('by visits: a day counts once however much is bought, and not at all when everything came back', async () => {
  await adopt(rules('visits', 3))
  const { memberId } = await shopperWith(on, '常客', 0)
  await buys(memberId, '900', '2026-11-18')
  await buys(memberId, '5', '2026-11-18')
  const second = await buys(memberId, '1', '2026-11-19')
  expect(await tierOf(memberId)).toBe('basic')
  await buys(memberId, '1', '2026-11-20')
  expect(await tierOf(memberId)).toBe('gold')
  const [sale] = await on.shop.db.selectFrom('sales_document').select('docKey').where('id', '=', second).execute()
  await buys(memberId, '-1', '2026-11-21', sale?.docKey)
  expect(await tierOf(memberId)).toBe('basic')
})

test('by points: what the receipts have earned counts, not what was given by hand', async () => {
  await adopt(rules('points', 100))
  const { memberId } = await shopperWith(on, '积分客', 5000)
  await buys(memberId, '99', '2026-11-20')
  expect(await tierOf(memberId)).toBe('basic')
  await buys(memberId, '1', '2026-11-20')
  expect(await tierOf(memberId)).toBe('gold')
})

test('who arrives gets the coupons of the tier once, and its products are for nobody below', async () => {
  const owner = await on.shop.as('owner')
  const coupons = owner.call(couponsApi)
  const { templateId } = await coupons.createTemplate({
    body: { name: '金卡礼', amountOff: 1000, threshold: 2000, validDays: 30, stock: 10 },
  })
  await coupons.activateTemplate({ params: { templateId } })
  await adopt(rules('spend', 100_000, { arrivalCoupons: [templateId], exclusiveRewards: true }))
  const gold = await shopperWith(on, '金卡', 1000)
  const basic = await shopperWith(on, '普卡', 1000)
  // Who stood there already when the rules began has not arrived: the welcome is for the days after.
  on.shop.clock.advance(86_400_000)
  const today = shopDay(on.shop.clock.now(), on.shop.config.SHOP_ZONE)
  const sale = await buys(gold.memberId, '1200', today)
  await buys(basic.memberId, '10', today)
  // Told twice, and once more by a receipt of the same day: the welcome is one.
  await told([sale])
  await buys(gold.memberId, '10', today)
  const held = async (memberId: string) =>
    (
      await on.shop.db
        .selectFrom('coupon')
        .select('id')
        .where('memberId', '=', memberId)
        .where('templateId', '=', templateId)
        .execute()
    ).length
  expect([await held(gold.memberId), await held(basic.memberId)]).toEqual([1, 0])

  // A tier that promises no exclusive rewards cannot be the door of one.
  expect(await codeOf(newProduct(owner, { minTier: 'basic' }))).toBe('rewards.tierWithoutRewards')
  const productId = await newProduct(owner, { minTier: 'gold' })
  const exchange = ({ headers }: typeof gold) =>
    on.shop
      .call(rewardsApi, headers)
      .exchange({ params: { productId }, body: { key: tap(), way: 'pickUp', storeCode: 'S01' } })
  expect(await codeOf(exchange(basic))).toBe('rewards.tierOnly')
  expect(await codeOf(exchange(gold))).toBe('done')
})
