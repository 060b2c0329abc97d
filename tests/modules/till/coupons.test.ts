import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { eventFaults } from '../coupons/coupons.ts'
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

let numbers = 0
const number = (): string => String((numbers += 1)).padStart(5, '0')
type Lines = { lineNo: number; quantity: string }[]

async function sell(lines: ReturnType<typeof line>[], codes: readonly string[]) {
  const receiptNo = `C${number()}`
  const receipt = { businessDate: today, receiptNo }
  const sold = await till.call(tillApi).commit({
    body: { key: `sale-${receiptNo}`, ...receipt, businessAt: now, couponCodes: [...codes], lines },
  })
  const original = { original: receipt }
  const part = (wanted?: Lines) => (wanted === undefined ? {} : { lines: wanted })
  return {
    ...sold,
    wouldBe: (wanted?: Lines) => till.call(tillApi).quoteReturn({ body: { ...original, ...part(wanted) } }),
    back: (wanted?: Lines) =>
      till.call(tillApi).returnSale({
        body: { key: `back-${number()}`, businessDate: today, receiptNo: `B${number()}`, businessAt: now, ...original, ...part(wanted) }, // prettier-ignore
      }),
  }
}
const state = async (code: string): Promise<string | undefined> =>
  (await shop.modules.coupons.byCode(shop.db, code))?.state

test('several coupons of one sale: the best of them together, the same in any order, each with its shares, all back with the goods', async () => {
  const { memberId } = await newMember(shop)
  const give = async (columns: object) => (await giveCoupon(shop, memberId, { columns })).code
  const off = await give({ stackGroup: 'a', amountOff: 500, threshold: 3_000 })
  const tenth = await give({ stackGroup: 'b', kind: 'percentOff', amountOff: 0, payPercent: 90, threshold: 0 })
  const small = await give({ stackGroup: 'a', amountOff: 100, threshold: 100 })
  const lines = [line(1, '30'), line(2, '20.50')]
  const ask = (couponCodes: string[]) => till.call(tillApi).quote({ body: { couponCodes, lines } })
  const quote = await ask([small, tenth, off])
  // 50.50 − 5.00 = 45.50, a tenth of that is 4.55.
  expect([quote.discount, quote.payable]).toEqual([955, 4_095])
  expect(quote.coupons.map(each => [each.code, each.discount])).toEqual([
    [off, 500],
    [tenth, 455],
  ])
  expect(quote.refusals.map(each => [each.code, each.refusal?.code])).toEqual([[small, 'cannotStack']])
  expect(quote.best).toEqual({ codes: [off, tenth], discount: 955 })
  const { shares, discount } = await ask([off, tenth, small])
  expect([shares, discount]).toEqual([quote.shares, 955])

  const sale = await sell(lines, [tenth, off])
  expect([sale.discount, sale.payable, sale.coupons.map(each => each.discount)]).toEqual([955, 4_095, [500, 455]])
  expect(sale.shares).toEqual(quote.shares)
  expect([await state(off), await state(tenth), await state(small)]).toEqual(['redeemed', 'redeemed', 'issued'])
  const back = await sale.back()
  expect([back.refund, back.full, back.coupons.map(each => each.outcome)]).toEqual([
    4_095,
    true,
    ['restored', 'restored'],
  ])
  expect([await state(off), await state(tenth)]).toEqual(['issued', 'issued'])
})

test('coupons that exclude each other fail the whole sale: neither is used', async () => {
  const { memberId } = await newMember(shop)
  const [one, two] = [await giveCoupon(shop, memberId), await giveCoupon(shop, memberId)]
  await expect(sell([line(1, '50')], [one.code, two.code])).rejects.toMatchObject({ code: 'coupons.refused' })
  expect([await state(one.code), await state(two.code)]).toEqual(['issued', 'issued'])
})

test('a return says beforehand what it gives back, by what the coupon says of partial returns, and then does it', async () => {
  const { memberId } = await newMember(shop)
  const half = { amountOff: 2_000, threshold: 5_000 }
  const six = () => [line(1, '60', { quantity: '6', unitPrice: '10' })]
  const five = [{ lineNo: 1, quantity: '5' }]
  for (const [returnPolicy, refund, outcome, after] of [
    ['keep', 3_333, 'kept', 'redeemed'],
    ['reprice', 3_000, 'restored', 'issued'],
    ['restore', 3_000, 'restored', 'issued'],
  ] as const) {
    const { code } = await giveCoupon(shop, memberId, { ...half, columns: { returnPolicy, budget: 10_000 } })
    const sale = await sell(six(), [code])
    const said = await sale.wouldBe(five)
    expect([said.refund, said.coupon?.outcome, said.points?.taken], returnPolicy).toEqual([refund, outcome, Math.trunc(refund / 100) + (refund % 100 === 0 ? 0 : 1)]) // prettier-ignore
    expect(said.withheld).toBe(said.paid - refund)
    // Asking changed nothing.
    expect([await state(code), (await sale.wouldBe(five)).refund]).toEqual(['redeemed', refund])
    const done = await sale.back(five)
    expect([done.refund, done.coupon, done.points]).toEqual([refund, said.coupon, said.points])
    expect(await state(code)).toBe(after)
    expect((await sale.back()).refund).toBe(4_000 - refund)
  }
  await shop.drain()
  expect([await ledgerFaults(shop), await eventFaults(shop)]).toEqual([[], []])
})

test('returns in any parts give back what was paid, and every book agrees afterwards', async () => {
  const { memberId } = await newMember(shop)
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 100, max: 5_000 }), { minLength: 2, maxLength: 4 }),
      fc.array(fc.record({ policy: fc.constantFrom('keep', 'reprice', 'restore'), percent: fc.boolean() }), { minLength: 1, maxLength: 2 }), // prettier-ignore
      fc.array(fc.nat(3), { maxLength: 4 }),
      async (prices, coupons, order) => {
        const codes: string[] = []
        for (const [i, { policy, percent }] of coupons.entries())
          codes.push(
            (
              await giveCoupon(shop, memberId, {
                threshold: 1_000,
                columns: {
                  ...(percent ? { kind: 'percentOff', amountOff: 0, payPercent: 70 } : { amountOff: 700 }),
                  stackGroup: `g${i}`,
                  returnPolicy: policy,
                  budget: 100_000,
                  bearHq: 50,
                  bearStore: 30,
                  bearSupplier: 20,
                },
              })
            ).code,
          )
        const lines = prices.map((fen, i) => line(i + 1, (fen / 100).toFixed(2)))
        const { coupons: fitting } = await till.call(tillApi).quote({ body: { couponCodes: codes, lines } })
        const sale = await sell(
          lines,
          fitting.map(each => each.code),
        )
        let sum = 0
        const gone = new Set<number>()
        for (const at of order) {
          const lineNo = (at % prices.length) + 1
          if (gone.has(lineNo)) continue
          gone.add(lineNo)
          const wanted = [{ lineNo, quantity: '1' }]
          const said = await sale.wouldBe(wanted)
          const done = await sale.back(wanted)
          expect([done.refund, done.coupons]).toEqual([said.refund, said.coupons])
          expect(done.refund).toBeGreaterThanOrEqual(0)
          sum += done.refund
        }
        if (gone.size < prices.length) sum += (await sale.back()).refund
        expect(sum).toBe(sale.payable)
        for (const { code } of sale.coupons) expect(await state(code)).toBe('issued')
      },
    ),
    { numRuns: 12 },
  )
  await shop.drain()
  expect([await ledgerFaults(shop), await eventFaults(shop)]).toEqual([[], []])
}, 120_000)
