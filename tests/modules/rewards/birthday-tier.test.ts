import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { documentsSettled } from '../../../server/modules/sales/events.ts'
import { tiersApi, type TierRules } from '../../../server/modules/tiers/contract.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { pointsOf, switchOn } from './activities.ts'

// What a tier promises for the birthday: its own coupon, on top of everybody's.
let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const night = () => shop.modules.rewards.giveBirthdays(new AbortController().signal)
const at = (day: string): void => shop.clock.set(`${day}T04:00:00Z`)

/** Gold from ¥1,000 a year on; its birthday coupon is this one. */
async function adoptGold(birthdayCoupon: string): Promise<void> {
  const benefits = { pointsPercent: 100, arrivalCoupons: [], birthdayCoupon: null, exclusiveRewards: false }
  const rules: TierRules = {
    window: { kind: 'rolling', months: 12 },
    by: 'spend',
    upgrade: 'atOnce',
    downgrade: 'oneStep',
    graceDays: 0,
    tiers: [
      { code: 'basic', name: { zh: '普卡', en: 'Basic' }, threshold: 0, benefits, paid: null },
      {
        code: 'gold',
        name: { zh: '金卡', en: 'Gold' },
        threshold: 100_000,
        benefits: { ...benefits, birthdayCoupon },
        paid: null,
      },
    ],
  }
  const desk = (await shop.as('owner')).call(tiersApi)
  const { dryRunId } = await desk.startDryRun({ body: rules })
  await shop.drain()
  await desk.adopt({ params: { dryRunId }, body: {} })
  await shop.drain()
}
async function bornOn(month: number, day: number) {
  const member = await newMember(shop)
  await member.call(rewardsApi).changeMyBirthday({ body: { calendar: 'solar', month, day } })
  return member
}
const promised = async (who: Awaited<ReturnType<typeof bornOn>>) =>
  (await who.call(rewardsApi).myBirthday({})).gift?.coupons
const has = async (memberId: string): Promise<string[]> =>
  (await shop.modules.coupons.ofMember(shop.db, memberId)).map(coupon => coupon.name).toSorted()

test('gold gets the coupon of its tier for the birthday and is told so before; basic does not; once a year', async () => {
  const forAll = await newTemplate(shop, { name: '生日满39减5', perMemberLimit: 9 })
  const forGold = await newTemplate(shop, { name: '金卡生日满39减20', perMemberLimit: 9, amountOff: 2000 })
  await adoptGold(forGold)
  await switchOn(shop, { birthday: { points: 10, couponTemplateIds: [forAll] } })
  const [gold, basic] = [await bornOn(12, 1), await bornOn(12, 1)]
  const id = shop.kernel.newId()
  await writeReceipt(shop, { id, memberId: gold.memberId, lines: [{ product: 'rice', net: '1200' }] })
  await shop.db.updateTable('sales_document').set({ net: '1200' }).where('id', '=', id).execute()
  await settle(shop, [id])
  await inTransaction(shop.db, tx => publish(tx, documentsSettled, { documentIds: [id] }))
  await shop.drain()
  const before = await pointsOf(shop, gold.memberId)

  expect(await promised(gold)).toEqual(['生日满39减5', '金卡生日满39减20'])
  expect(await promised(basic)).toEqual(['生日满39减5'])
  at('2026-12-01')
  expect((await Promise.all([night(), night()])).reduce((a, b) => a + b)).toBe(2)
  expect(await night()).toBe(0)
  expect(await has(gold.memberId)).toEqual(['生日满39减5', '金卡生日满39减20'].toSorted())
  expect(await has(basic.memberId)).toEqual(['生日满39减5'])
  expect([await pointsOf(shop, gold.memberId), await pointsOf(shop, basic.memberId)]).toEqual([before + 10, 10])
  expect((await gold.call(rewardsApi).myBirthday({})).lastGift).toMatchObject({ coupons: 2, points: 10 })

  // Where headquarters gives everybody the very coupon of the tier, it is one; where it leaves the tier's out, so does the promise.
  await switchOn(shop, { birthday: { couponTemplateIds: [forAll, forGold] } })
  expect(await promised(gold)).toEqual(['生日满39减5', '金卡生日满39减20'])
  await switchOn(shop, { birthday: { couponTemplateIds: [forAll], withTierCoupon: false } })
  expect(await promised(gold)).toEqual(['生日满39减5'])
  const late = await bornOn(12, 1)
  expect(await has(late.memberId)).toEqual(['生日满39减5'])
  await shop.drain()
  expect(await ledgerFaults(shop)).toEqual([])
})
