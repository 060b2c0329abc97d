import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { CouponTerms } from './rules.ts'

const CouponParams = z.object({ couponId: z.string().length(26) })
const LinkParams = z.object({ linkCode: z.string().min(10).max(40) })

/** A coupon offered to a friend, as both see it. */
export const CouponGift = z.object({
  giftId: z.string(),
  /** What the link carries; only the giver is told. */
  linkCode: z.string().nullable(),
  name: z.string(),
  terms: CouponTerms,
  validTo: Instant,
  state: z.enum(['open', 'taken', 'back']),
  until: Instant,
  /** Whether the asker is the one who gives it, or who took it. */
  mine: z.enum(['giver', 'taker']).nullable(),
  /** The coupon that came of it, for who took it. */
  couponId: z.string().nullable(),
})
export type CouponGift = z.output<typeof CouponGift>

/** What members may ask of coupons that they give to each other. */
export const giftOperations = operations({
  giveCoupon: {
    method: 'POST',
    path: '/shop/me/coupons/:couponId/gift',
    access: 'member',
    summary: 'Offer a coupon to a friend by a link that works once; asked again, the same offer',
    params: CouponParams,
    reply: CouponGift,
  },
  takeBackGift: {
    method: 'POST',
    path: '/shop/me/gifts/:giftId/take-back',
    access: 'member',
    summary: 'The coupon that nobody has taken yet is mine again',
    params: z.object({ giftId: z.string().length(26) }),
    reply: CouponGift,
  },
  gift: {
    method: 'GET',
    path: '/shop/gifts/:linkCode',
    access: 'member',
    summary: 'What a gift’s link carries',
    params: LinkParams,
    reply: CouponGift,
  },
  takeGift: {
    method: 'POST',
    path: '/shop/gifts/:linkCode/take',
    access: 'member',
    summary: 'Take it into my wallet, once',
    params: LinkParams,
    reply: CouponGift,
  },
})
