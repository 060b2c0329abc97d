import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import {
  fenOfPoints,
  mostPoints,
  pointsBackAfter,
  pointsRefusal,
} from '../../../server/modules/till/service/points-pay.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
let other: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
  other = await newTill(shop, 'S02', '01')
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
let numbers = 0
const number = (): string => String((numbers += 1)).padStart(5, '0')
const grant = (memberId: string, points: number) =>
  inTransaction(shop.db, tx => shop.modules.points.grant(tx, [{ key: `test:${memberId}`, memberId, points }]))
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const sell = (
  lines: ReturnType<typeof line>[],
  more: { memberCode: string; points?: number; couponCode?: string; key?: string },
) => {
  const receiptNo = number()
  const body = { key: `sale-${receiptNo}`, businessDate: today, receiptNo, businessAt: now, lines, ...more }
  return till
    .call(tillApi)
    .commit({ body })
    .then(sold => ({ ...sold, receiptNo, body }))
}

const terms = fc.record({
  perYuan: fc.integer({ min: 1, max: 1000 }),
  step: fc.integer({ min: 1, max: 500 }),
  maxPercent: fc.integer({ min: 0, max: 100 }),
})

test('points never pay more than they are worth, than the share allows, or than there are; and no step more would', () => {
  fc.assert(
    fc.property(
      terms,
      fc.integer({ min: -50, max: 200_000 }),
      fc.integer({ min: -100, max: 1_000_000 }),
      (rule, held, due) => {
        const most = mostPoints(held, due, rule)
        expect(most.fen).toBe(fenOfPoints(most.points, rule))
        expect(most.points).toBeLessThanOrEqual(Math.max(0, held))
        expect(most.fen * 100).toBeLessThanOrEqual(Math.max(0, due) * rule.maxPercent)
        if (most.points > 0) expect(pointsRefusal(most.points, held, due, rule)).toBeNull()
        const more = most.points + rule.step
        if (fenOfPoints(more, rule) > 0) expect(pointsRefusal(more, held, due, rule)).not.toBeNull()
      },
    ),
  )
})

test('returns in any order give back exactly the points that paid, and never more on the way', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100_000 }), fc.array(fc.nat(50_000), { minLength: 1 }), (points, parts) => {
      const paid = parts.reduce((sum, part) => sum + part, 0)
      let [refunded, before] = [0, 0]
      for (const part of parts) {
        refunded += part
        const after = pointsBackAfter(points, refunded, paid)
        expect(after).toBeGreaterThanOrEqual(before)
        expect(after).toBeLessThanOrEqual(points)
        before = after
      }
      expect(before).toBe(points)
    }),
  )
})

test('用积分: the quote says how many may pay, the sale takes them with its coupon, partial returns give back points and money', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  await grant(member.memberId, 3050)
  const asked = { memberCode: member.cardNo, couponCodes: [coupon.code], lines: [line(1, '30'), line(2, '20')] }
  const quote = (points: number) => till.call(tillApi).quote({ body: { ...asked, points } })
  expect(await quote(0)).toMatchObject({ payable: 4500, pointsPay: { points: 0, most: { points: 2200, fen: 2200 } } })
  expect(await quote(500)).toMatchObject({ payable: 4000, pointsPay: { points: 500, fen: 500, refusal: null } })
  expect((await quote(550)).pointsPay.refusal?.zh).toBe('积分须为100的整数倍')
  expect((await quote(2300)).pointsPay.refusal?.zh).toBe('积分最多抵50%')
  expect((await quote(4000)).pointsPay.refusal?.zh).toBe('积分不够')
  expect(await balance(member.memberId)).toBe(3050)

  const sale = await sell(asked.lines, { memberCode: member.cardNo, couponCode: coupon.code, points: 500 })
  expect(sale).toMatchObject({ payable: 4000, pointsPaid: { points: 500, fen: 500 }, points: { earned: 45 } })
  expect(await till.call(tillApi).commit({ body: sale.body })).toMatchObject({ payable: 4000 })
  expect(await balance(member.memberId)).toBe(3050 - 500 + 45)
  const document = await shop.db
    .selectFrom('sales_document')
    .select('paymentsJson')
    .where('id', '=', sale.documentId)
    .executeTakeFirstOrThrow()
  expect(JSON.parse(document.paymentsJson)).toContainEqual({ method: '积分抵扣', amount: '5.0000' })

  const back = (lines?: { lineNo: number; quantity: string }[]) =>
    till.call(tillApi).returnSale({
      body: {
        key: `return-${number()}`,
        businessDate: today,
        receiptNo: `R${number()}`,
        businessAt: now,
        original: { businessDate: today, receiptNo: sale.receiptNo },
        ...(lines === undefined ? {} : { lines }),
      },
    })
  const first = await back([{ lineNo: 2, quantity: '1' }])
  // ¥18.00 of ¥45.00 came back: two fifths of the points, the rest in money.
  expect(first).toMatchObject({ refund: 1600, pointsBack: { points: 200, fen: 200 } })
  const last = await back()
  expect(last).toMatchObject({ refund: 2400, pointsBack: { points: 300, fen: 300 } })
  expect(await balance(member.memberId)).toBe(3050)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('bought here, returned in another store: points and coupon go back as if it were the same', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  await grant(member.memberId, 1000)
  const sale = await sell([line(1, '50')], { memberCode: member.cardNo, couponCode: coupon.code, points: 1000 })
  const back = await other.call(tillApi).returnSale({
    body: {
      key: `return-${number()}`,
      businessDate: today,
      receiptNo: `R${number()}`,
      businessAt: now,
      original: { storeCode: 'S01', tillCode: '01', businessDate: today, receiptNo: sale.receiptNo },
    },
  })
  expect(back).toMatchObject({ refund: 3500, pointsBack: { points: 1000 }, coupon: { outcome: 'restored' } })
  expect(await balance(member.memberId)).toBe(1000)
})

test('ten tills spend the same points at once: they are used once, the others are refused and sell nothing', async () => {
  const member = await newMember(shop)
  await grant(member.memberId, 1000)
  const sold = await Promise.allSettled(
    Array.from({ length: 10 }, () => sell([line(1, '30')], { memberCode: member.cardNo, points: 1000 })),
  )
  const done = sold.filter(each => each.status === 'fulfilled')
  expect(done).toHaveLength(1)
  expect(await balance(member.memberId)).toBe(30)
  const sales = await shop.db.selectFrom('till_sale').select('docKey').where('memberId', '=', member.memberId).execute()
  expect(sales).toHaveLength(1)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('who only earns pays with no points, and the sentence about the coupon that is nearly good can be said aloud', async () => {
  const member = await newMember(shop)
  await giveCoupon(shop, member.memberId)
  await grant(member.memberId, 1000)
  expect(await failure(sell([line(1, '30')], { memberCode: member.phone, points: 100 }))).toBe('till.pointsRefused')
  expect(await failure(sell([line(1, '1')], { memberCode: member.cardNo, points: 100 }))).toBe('till.pointsRefused')
  const quoted = await till.call(tillApi).quote({ body: { memberCode: member.cardNo, lines: [line(1, '32.80')] } })
  expect(quoted.hint?.zh).toBe('再买 ¥6.20 可减 5 元')
  const owner = await shop.as('owner')
  expect((await owner.call(tillCodesApi).terms({})).points).toEqual({ perYuan: 100, step: 100, maxPercent: 50 })
})
