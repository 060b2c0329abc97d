import { CouponRules, CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Goods } from '../../../server/modules/coupons/index.ts'

// The simplest that a till may see, where a test is about something else than coupons and baskets.

/** A coupon that takes so many fen off everything, from the first fen on. */
export const takesOff = (fen: number): CouponTerms =>
  CouponTerms.parse({
    kind: 'amountOff',
    amountOff: fen,
    payPercent: null,
    maxOff: null,
    threshold: 0,
    stackGroup: '',
    returnPolicy: 'keep',
    rules: CouponRules.parse({}),
  })

/** Rice for so many fen; the quantity in ten-thousandths, one packet if not told. */
export const riceFor = (fen: number, quantity = 10_000): Goods => [
  {
    lineNo: 1,
    productCode: 'rice',
    categories: ['food'],
    amount: fen * 100,
    quantity,
    takes: 'goods',
  },
]
