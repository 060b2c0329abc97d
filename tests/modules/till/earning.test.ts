import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { EarningRules } from '../../../server/modules/points/contract/rules.ts'
import { DEFAULT_FRAUD_RULES } from '../../../server/modules/till/contract/fraud.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { PRODUCTS, stockShelf } from '../points/receipts.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
  const owner = (await shop.as('owner')).call(tillDeskApi)
  const rules = structuredClone(DEFAULT_FRAUD_RULES)
  rules.limits.card.receipts = 6
  await owner.changeFraudRules({ body: { version: 0, rules } })
})
afterAll(() => shop.close())

const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null, freq: 1 })
const some = <T>(values: readonly T[]) => fc.subarray([...values], { maxLength: Math.min(2, values.length) })

/** Rules of every kind that the editor knows: rates, multipliers by line and by day, exclusions, tenders, caps. */
const anyRules = fc.record({
  rate: fc.record({ points: fc.integer({ min: 1, max: 7 }), fen: fc.constantFrom(30, 100, 1000) }),
  exclusions: some([
    { kind: 'productKind' as const, value: 'tobacco' },
    { kind: 'category' as const, value: 'fresh' },
    { kind: 'channel' as const, value: 'corporate' },
  ]),
  multipliers: fc.array(
    fc.record({
      name: fc.constant('倍数'),
      percent: fc.constantFrom(0, 50, 150, 300),
      when: fc.record(
        {
          // 2026-11-22 is a Sunday.
          weekdays: some([7, 1]),
          monthDays: some([22, 8]),
          stores: some(['S01', 'S02']),
          categories: some(['fresh']),
          products: some(['rice', 'chicken']),
          birthday: fc.constantFrom('day' as const, 'month' as const, null),
        },
        { requiredKeys: [] },
      ),
    }),
    { maxLength: 3 },
  ),
  together: fc.constantFrom('highest' as const, 'multiply' as const),
  tenders: some([
    { method: '积分抵扣', policy: 'share' as const },
    { method: '购物卡', policy: 'share' as const },
    { method: '购物卡', policy: 'receipt' as const },
  ]),
  caps: fc.record({ receipt: maybe(fc.constantFrom(20, 90)), day: maybe(fc.constantFrom(50, 150)) }),
})
const anyBasket = fc.record({
  lines: fc.array(
    fc.record({
      product: fc.constantFrom(...Object.keys(PRODUCTS), 'never-seen'),
      fen: fc.integer({ min: 1, max: 9_000 }),
    }),
    { minLength: 1, maxLength: 5 },
  ),
  withCoupon: fc.boolean(),
  points: fc.constantFrom(0, 0, 100, 700),
  card: fc.boolean(),
})

let numbers = 0

test('what the quote says a sale earns is what it earns, by whatever rules, when nothing else happens in between', async () => {
  const owner = (await shop.as('owner')).call(pointsApi)
  await fc.assert(
    fc.asyncProperty(anyRules, fc.array(anyBasket, { minLength: 1, maxLength: 3 }), async (rules, baskets) => {
      await owner.changeRules({ body: EarningRules.parse(rules) })
      const member = await newMember(shop)
      const { memberId, cardNo: memberCode } = member
      await inTransaction(shop.db, tx =>
        shop.modules.points.grant(tx, [{ key: `test:${memberId}`, memberId, points: 5_000 }]),
      )
      const coupon = await giveCoupon(shop, memberId, { threshold: 1_000, amountOff: 333 })
      for (const basket of baskets) {
        const receipt = { businessDate: today, receiptNo: `E${(numbers += 1)}` }
        const asked = {
          memberCode,
          couponCodes: basket.withCoupon ? [coupon.code] : [],
          points: basket.points,
          lines: basket.lines.map(({ product, fen }, i) =>
            line(i + 1, (fen / 100).toFixed(2), { productCode: product }),
          ),
        }
        const first = await till.call(tillApi).quote({ body: { ...asked, receipt } })
        const couponCodes = first.coupons.map(one => one.code)
        const wished = { ...asked, couponCodes, points: first.pointsPay.points }
        const fen = first.payable
        const card = basket.card ? Math.floor(fen / 3) : 0
        const yuan = (part: number): string => (part / 100).toFixed(2)
        const payments = [
          { method: '购物卡', amount: yuan(card) },
          { method: '现金', amount: yuan(fen - card) },
        ].filter(one => one.amount !== '0.00')
        const quoted = await till.call(tillApi).quote({ body: { ...wished, receipt, payments } })
        const sold = await till.call(tillApi).commit({
          body: { key: `earning-${receipt.receiptNo}`, ...receipt, ...wished, businessAt: now, payments },
        })
        expect(quoted.payable).toBe(sold.payable)
        expect(sold.points?.earned).toBe(quoted.points)
      }
    }),
    { numRuns: 20 },
  )
}, 240_000)

test('a card that is over its limit is told so by the quote already, and the quote counts nothing', async () => {
  await (await shop.as('owner')).call(pointsApi).changeRules({ body: EarningRules.parse({}) })
  const { cardNo: memberCode } = await newMember(shop)
  const quote = () => till.call(tillApi).quote({ body: { memberCode, lines: [line(1, '10')] } })
  for (let i = 0; i < 6; i++) {
    await quote()
    expect(await quote()).toMatchObject({ points: 10 })
    const receiptNo = `L${(numbers += 1)}`
    const body = { key: `limit-${receiptNo}`, businessDate: today, receiptNo, businessAt: now, memberCode }
    expect((await till.call(tillApi).commit({ body: { ...body, lines: [line(1, '10')] } })).points?.earned).toBe(10)
  }
  expect(await quote()).toMatchObject({ points: 0, notices: [{ zh: '今日积分次数已满' }] })
})
