import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatDecimal4 } from '../../../server/kernel/money.ts'
import { CouponRules, CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Candidate, Goods } from '../../../server/modules/coupons/index.ts'
import { apply, combine } from '../../../server/modules/coupons/service/combine.ts'
import { goodsRefusal, readTerms } from '../../../server/modules/coupons/service/goods.ts'
import type { TillLineRecord } from '../../../server/modules/till/repository/sales.ts'
import { reckon, type SaleCoupon } from '../../../server/modules/till/service/reckoning.ts'
import { anyCoupons, anyGoods } from '../coupons/baskets.ts'

const reckoner = {
  apply,
  suffices: ({ terms, only }: Candidate, goods: Goods) => goodsRefusal(readTerms(terms, goods, only), goods) === null,
}

/** A sale of these goods with the best of these coupons: its lines and coupons as the till keeps them. */
function sold(goods: Goods, coupons: readonly Candidate[]): { lines: TillLineRecord[]; coupons: SaleCoupon[] } {
  const chosen = combine(
    coupons.filter(({ terms }) => goodsRefusal(readTerms(terms, goods), goods) === null),
    goods,
  )
  const applied = apply(chosen, goods)
  const off = goods.map((_, at) =>
    applied.reduce((sum, { shares }) => sum + (shares.find(share => share.at === at)?.fen ?? 0), 0),
  )
  return {
    lines: goods.map((line, at) => ({
      docKey: 'D',
      lineNo: line.lineNo,
      productCode: line.productCode,
      name: line.productCode,
      unit: null,
      quantity: formatDecimal4(BigInt(line.quantity)),
      unitPrice: '0',
      discount: '0',
      net: formatDecimal4(BigInt(line.amount - (off[at] ?? 0) * 100)),
      couponDiscount: off[at] ?? 0,
      isGift: 0,
      returnedQuantity: '0.0000',
    })),
    coupons: applied.map(({ coupon, discount, lines }) => ({
      couponId: coupon.id,
      templateId: coupon.templateId,
      terms: coupon.terms,
      validTo: coupon.validTo,
      discount,
      shares: new Map(lines.map(({ lineNo, share }) => [lineNo, share])),
    })),
  }
}

/** Brings back so much of each line; then what was refunded in all, and the coupons as they are worth then. */
function after(
  sale: { lines: readonly TillLineRecord[]; coupons: readonly SaleCoupon[] },
  returned: ReadonlyMap<number, number>,
  refunded: number,
) {
  const lines = sale.lines.map(line => ({
    ...line,
    returnedQuantity: formatDecimal4(BigInt(returned.get(line.lineNo) ?? 0)),
  }))
  const found = reckon(reckoner, lines, sale.coupons, refunded)
  const coupons = sale.coupons
    .map(coupon => ({ ...coupon, discount: found.discounts.get(coupon.couponId) ?? 0 }))
    .filter(coupon => coupon.terms.returnPolicy === 'keep' || coupon.discount > 0)
  return { refunded: found.refunded, sale: { lines: sale.lines, coupons } }
}
const paidOf = (lines: readonly TillLineRecord[]): number =>
  Number((lines.reduce((sum, line) => sum + BigInt(line.net.replace('.', '')), 0n) + 50n) / 100n)

test('invariant 24: whatever comes back in whatever parts, no refund is below zero, and all of it gives back all that was paid', () => {
  fc.assert(
    fc.property(
      anyCoupons(4),
      anyGoods,
      fc.array(fc.record({ line: fc.nat(7), part: fc.integer({ min: 1, max: 4 }) }), { maxLength: 8 }),
      (coupons, goods, steps) => {
        const sale = sold(goods, coupons)
        const paid = paidOf(sale.lines)
        let now: Parameters<typeof after>[0] = sale
        let refunded = 0
        const returned = new Map<number, number>()
        const back = (lineNo: number, quantity: number): void => {
          returned.set(lineNo, (returned.get(lineNo) ?? 0) + quantity)
          const next = after(now, returned, refunded)
          expect(next.refunded).toBeGreaterThanOrEqual(refunded)
          expect(next.refunded).toBeLessThanOrEqual(paid)
          for (const coupon of next.sale.coupons) {
            expect(coupon.discount).toBeGreaterThanOrEqual(0)
            expect(coupon.discount).toBeLessThanOrEqual(
              sale.coupons.find(each => each.couponId === coupon.couponId)?.discount ?? -1,
            )
          }
          ;[now, refunded] = [next.sale, next.refunded]
        }
        for (const { line, part } of steps) {
          const at = goods[line % goods.length]
          if (at === undefined) continue
          const left = at.quantity - (returned.get(at.lineNo) ?? 0)
          const quantity = Math.min(left, Math.ceil(at.quantity / part))
          if (quantity > 0) back(at.lineNo, quantity)
        }
        for (const { lineNo, quantity } of goods) {
          const left = quantity - (returned.get(lineNo) ?? 0)
          if (left > 0) back(lineNo, left)
        }
        expect(refunded).toBe(paid)
      },
    ),
    { numRuns: 500 },
  )
})

const six: Goods = [
  { lineNo: 1, productCode: 'tea', categories: [], amount: 600_000, quantity: 60_000, takes: 'goods' },
]
const halfOff = (returnPolicy: CouponTerms['returnPolicy']): Candidate => ({
  id: 'C',
  templateId: 'T',
  validTo: new Date(),
  terms: CouponTerms.parse({
    kind: 'amountOff',
    amountOff: 2_000,
    payPercent: null,
    maxOff: null,
    threshold: 5_000,
    stackGroup: '',
    returnPolicy,
    rules: CouponRules.parse({}),
  }),
})

test('invariant 24: buy six, return five: kept, reckoned anew, or given back, as the coupon says', () => {
  // Six for ¥60, 20 off from 50: ¥40 paid. Five come back.
  const five = new Map([[1, 50_000]])
  const [kept, anew, given] = (['keep', 'reprice', 'restore'] as const).map(policy =>
    reckonAfter(sold(six, [halfOff(policy)]), five),
  )
  expect(kept).toEqual([3_333, 2_000])
  // The one that was kept costs its full ¥10 now.
  expect(anew).toEqual([3_000, 0])
  expect(given).toEqual([3_000, 0])
  // One of six leaves the threshold met: only giving back asks for the whole price of the rest.
  const one = new Map([[1, 10_000]])
  expect(reckonAfter(sold(six, [halfOff('reprice')]), one)).toEqual([1_000, 2_000])
  // ¥40 were paid, five cost ¥50: nothing to refund, and the coupon loses only what came back.
  expect(reckonAfter(sold(six, [halfOff('restore')]), one)).toEqual([0, 1_000])
})

function reckonAfter(sale: ReturnType<typeof sold>, returned: ReadonlyMap<number, number>): [number, number] {
  const { refunded, sale: then } = after(sale, returned, 0)
  return [refunded, then.coupons[0]?.discount ?? 0]
}
