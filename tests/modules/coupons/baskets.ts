import fc from 'fast-check'
import { CouponRules, CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Candidate, Goods } from '../../../server/modules/coupons/index.ts'

const PRODUCTS = ['rice', 'milk', 'soap', 'tea'] as const
const CATEGORY: Readonly<Record<string, string>> = { rice: 'food', milk: 'food', soap: 'home', tea: 'food' }

/** Baskets of up to eight lines: weighed goods, prices below a fen, delivery, and what takes no coupon. */
export const anyGoods: fc.Arbitrary<Goods> = fc
  .array(
    fc.record({
      productCode: fc.constantFrom(...PRODUCTS),
      amount: fc.oneof(
        fc.integer({ min: 1, max: 500_000 }).map(fen => fen * 100),
        fc.integer({ min: 1, max: 9_999_999 }),
      ),
      quantity: fc.oneof(
        fc.integer({ min: 1, max: 9 }).map(n => n * 10_000),
        fc.integer({ min: 1, max: 50_000 }),
      ),
      takes: fc.constantFrom(
        'goods' as const,
        'goods' as const,
        'goods' as const,
        'delivery' as const,
        'nothing' as const,
      ),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map(lines => lines.map((line, i) => ({ ...line, lineNo: i + 1, categories: [CATEGORY[line.productCode] ?? ''] })))

const codes = fc.subarray([...PRODUCTS], { maxLength: 2 })
const categories = fc.subarray(['food', 'home'], { maxLength: 1 })

/** Terms of any kind, scope, stacking and return policy. */
export const anyTerms: fc.Arbitrary<CouponTerms> = fc
  .record({
    kind: anyKind(),
    amountOff: fc.integer({ min: 1, max: 60_000 }),
    payPercent: fc.integer({ min: 1, max: 99 }),
    maxOff: fc.option(fc.integer({ min: 1, max: 40_000 }), { nil: null }),
    threshold: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 200_000 })),
    stackGroup: fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'f'),
    returnPolicy: fc.constantFrom('keep' as const, 'reprice' as const, 'restore' as const),
    include: fc.oneof(fc.constant([]), codes),
    exclude: fc.oneof(fc.constant([]), codes),
    within: fc.oneof(fc.constant([]), categories),
    without: fc.oneof(fc.constant([]), fc.constant([]), categories),
    gives: fc.subarray([...PRODUCTS], { minLength: 1, maxLength: 2 }),
    notWith: fc.oneof(fc.constant([]), fc.subarray(['T1', 'T2', 'T3'])),
  })
  .map(({ kind, include, exclude, within, without, gives, notWith, ...rest }) =>
    CouponTerms.parse({
      ...rest,
      kind,
      amountOff: kind === 'amountOff' ? rest.amountOff : 0,
      payPercent: kind === 'percentOff' ? rest.payPercent : null,
      maxOff: kind === 'amountOff' ? null : rest.maxOff,
      rules: CouponRules.parse({
        products: { include, exclude },
        categories: { include: within, exclude: without },
        gives: kind === 'exchange' || kind === 'gift' ? gives : [],
        notWith,
      }),
    }),
  )

function anyKind() {
  return fc.constantFrom(
    'amountOff' as const,
    'percentOff' as const,
    'exchange' as const,
    'freeShipping' as const,
    'gift' as const,
  )
}

/** Coupons of different templates, each with an id of its own. */
export const anyCoupons = (most: number): fc.Arbitrary<Candidate[]> =>
  fc
    .array(anyTerms, { minLength: 1, maxLength: most })
    .map(all =>
      all.map((terms, i) => ({ id: `C${i}`, templateId: `T${i}`, validTo: new Date(2_000_000_000_000 + i), terms })),
    )
