import { checkedCodes, plainCode } from '../../../kernel/check-code.ts'

/** Coupon codes: K, 12 letters by chance (2^60 of them), a check letter. */
const codes = checkedCodes('K', 14)

/** A new coupon code. */
export const newCouponCode = codes.make

/** A code as typed or scanned. */
export const plainCouponCode = plainCode

/** Whether a text (plain) is one of our coupon codes, check letter included. */
export const isCouponCode = codes.is
