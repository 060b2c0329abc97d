import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { couponNow } from '../coupons/coupons.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
let numbers = 0
const number = (): string => String((numbers += 1)).padStart(5, '0')
type Lines = { lineNo: number; quantity: string }[]

async function sell(lines: ReturnType<typeof line>[], coupon?: { code: string }, memberCode: string | null = null) {
  const receiptNo = number()
  const sold = await till.call(tillApi).commit({
    body: {
      key: `sale-${receiptNo}`,
      businessDate: today,
      receiptNo,
      businessAt: now,
      memberCode,
      couponCode: coupon?.code ?? null,
      lines,
    },
  })
  const back = (wanted?: Lines, key = `return-${number()}`) =>
    till.call(tillApi).returnSale({
      body: {
        key,
        businessDate: today,
        receiptNo: `R${number()}`,
        businessAt: now,
        original: { businessDate: today, receiptNo },
        ...(wanted === undefined ? {} : { lines: wanted }),
      },
    })
  return { ...sold, receiptNo, back }
}

test('a partial return keeps the coupon used and gives back what was paid, not the list price; the last one restores it', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const sale = await sell([line(1, '30'), line(2, '20')], coupon, member.cardNo)
  expect(sale.points).toEqual({ earned: 45, balance: 45 })
  const first = await sale.back([{ lineNo: 2, quantity: '1' }])
  expect(first).toMatchObject({
    refund: 1800,
    full: false,
    coupon: { outcome: 'kept' },
    points: { taken: 18, balance: 27 },
  })
  expect(await failure(sale.back([{ lineNo: 2, quantity: '1' }]))).toBe('till.tooMuch')
  expect(await failure(sale.back([{ lineNo: 7, quantity: '1' }]))).toBe('till.noLine')
  const last = await sale.back()
  expect(last).toMatchObject({
    refund: 2700,
    full: true,
    coupon: { outcome: 'restored' },
    points: { taken: 27, balance: 0 },
  })
  expect(await failure(sale.back())).toBe('till.nothingLeft')
  await shop.drain()
  expect((await member.call(pointsApi).myBalance({})).balance).toBe(0)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('goods that came back to a till that does not talk to us: the night’s file gives the coupon back, once all is back', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const sale = await sell([line(1, '30'), line(2, '20')], coupon, member.cardNo)
  await shop.drain()
  const told = (receiptNo: string, net: string) =>
    inTransaction(shop.db, tx =>
      shop.modules.sales.record(tx, {
        storeCode: 'S01',
        tillCode: '07',
        businessDate: today,
        receiptNo,
        type: 'return',
        businessAt: new Date(now),
        originalDocKey: sale.docKey,
        lines: [{ productCode: 'rice', name: '米', quantity: '-1', unitPrice: '1', net }],
      }),
    )
  const state = async () => (await shop.modules.coupons.byCode(shop.db, coupon.code))?.state
  await told('N1', '-18')
  await shop.drain()
  expect(await state()).toBe('redeemed')
  await told('N2', '-27')
  await shop.drain()
  expect(await state()).toBe('issued')
  expect((await member.call(pointsApi).myBalance({})).balance).toBe(0)
})

test('returned too late, the coupon lapses', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId, { validTo: new Date('2026-11-22T06:00:00Z') })
  const sale = await sell([line(1, '50')], coupon, member.cardNo)
  shop.clock.set('2026-11-22T06:00:00Z')
  expect(await sale.back()).toMatchObject({ full: true, coupon: { outcome: 'lapsed' } })
  shop.clock.set('2026-11-22T04:00:00.000Z')
})

test('ten full returns at once give back once; one said twice answers the same', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const sale = await sell([line(1, '50')], coupon, member.cardNo)
  const done = await Promise.allSettled(Array.from({ length: 10 }, () => sale.back([{ lineNo: 1, quantity: '1' }])))
  expect(done.filter(each => each.status === 'fulfilled')).toHaveLength(1)
  expect(
    (await shop.db.selectFrom('sales_document').select('id').where('originalDocKey', '=', sale.docKey).execute())
      .length,
  ).toBe(1)
  expect((await shop.modules.coupons.byCode(shop.db, coupon.code))?.state).toBe('issued')
  const other = await sell([line(1, '50')], coupon, member.cardNo)
  const receiptNo = `R${number()}`
  const body = {
    key: 'the-same-return',
    businessDate: today,
    receiptNo,
    businessAt: now,
    original: { businessDate: today, receiptNo: other.receiptNo },
  }
  const answer = await till.call(tillApi).returnSale({ body })
  expect(await till.call(tillApi).returnSale({ body })).toEqual(answer)
})

// Any way of bringing a sale back in parts gives back exactly what was paid, and no line more than it was.
test('k returns of one piece give back exactly what one return of k pieces does', async () => {
  const goods = fc.array(
    fc.record({ fen: fc.integer({ min: 1, max: 20_000 }), pieces: fc.integer({ min: 1, max: 5 }) }),
    { minLength: 1, maxLength: 3 },
  )
  await fc.assert(
    fc.asyncProperty(goods, fc.array(fc.nat(2), { minLength: 1, maxLength: 15 }), async (lines, order) => {
      const member = await newMember(shop)
      const coupon = await giveCoupon(shop, member.memberId, { threshold: 100, amountOff: 100 })
      const worth = lines.reduce((sum, each) => sum + each.fen, 0)
      const sale = await sell(
        lines.map(({ fen, pieces }, i) => line(i + 1, (fen / 100).toFixed(2), { quantity: String(pieces) })),
        worth >= 100 ? coupon : undefined,
        member.cardNo,
      )
      let refunded = 0
      for (const i of order) {
        const answer = await sale.back([{ lineNo: i + 1, quantity: '1' }]).catch(() => null)
        refunded += answer?.refund ?? 0
      }
      const rest = await sale.back().catch(() => null)
      expect(refunded + (rest?.refund ?? 0)).toBe(sale.payable)
      if (worth >= 100) {
        const held = await shop.modules.coupons.byCode(shop.db, coupon.code)
        if (held === undefined) throw new Error('the coupon is gone')
        expect((await couponNow(shop, held)).state).toBe('issued')
      }
    }),
    { numRuns: 8 },
  )
}, 90_000)
