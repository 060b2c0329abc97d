import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const CouponParams = z.object({ couponId: z.string().length(26) })

/** The states of a coupon as they are stored; whether it is still good is judged by the clock. */
export const CouponState = z.enum(['issued', 'locked', 'redeemed', 'lapsed', 'expired', 'void', 'gifting', 'gifted'])
export type CouponState = z.output<typeof CouponState>

/** The steps of a coupon's life. */
export const CouponStep = z.enum([
  'issue',
  'lock',
  'redeem',
  'release',
  'redeemThere',
  'usedTwice',
  'reprice',
  'restore',
  'lapse',
  'expire',
  'void',
  'gift',
  'takeBack',
  'given',
  'moved',
  'overLimit',
])
export type CouponStep = z.output<typeof CouponStep>

/** How a 商品券 stands: NONE is on its way, REFUSED was never taken, the others are WeChat's own words. */
const RailCouponState = z.enum([
  'NONE',
  'REFUSED',
  'CONFIRMING',
  'PENDING',
  'EFFECTIVE',
  'USED',
  'EXPIRED',
  'DELETED',
  'DEACTIVATED',
])

/** A coupon in a staff list. */
export const CouponRow = z.object({
  couponId: z.string(),
  code: z.string(),
  memberId: z.string(),
  templateId: z.string(),
  name: z.string(),
  state: CouponState,
  issuedAt: Instant,
  validTo: Instant,
  docKey: z.string().nullable(),
  redeemedAt: Instant.nullable(),
  redeemedStore: z.string().nullable(),
  discount: z.int().nonnegative().nullable(),
  /** How it stands as a 商品券 at WeChat; null = only ours. */
  wechat: z.object({ state: RailCouponState, reason: z.string(), usedTwice: z.boolean() }).nullable(),
})
export type CouponRow = z.output<typeof CouponRow>

/** One step in the life of a coupon. */
export const CouponEventRow = z.object({
  kind: CouponStep,
  docKey: z.string().nullable(),
  /** What it took off, or takes off less, fen. */
  fen: z.int().nullable(),
  staffId: z.string().nullable(),
  note: z.string().nullable(),
  at: Instant,
})

/** What staff may ask of single coupons. */
export const deskOperations = operations({
  coupons: {
    method: 'GET',
    path: '/admin/coupon-templates/:templateId/coupons',
    access: 'staff:coupons.read',
    summary: 'Coupons of a template; a store manager sees those of members of the own stores or used there',
    params: z.object({ templateId: z.string().length(26) }),
    query: PageQuery.extend({ state: CouponState.optional() }),
    reply: pageOf(CouponRow),
  },
  memberCoupons: {
    method: 'GET',
    path: '/admin/members/:memberId/coupons',
    access: 'staff:members.read',
    summary: 'A member’s coupons',
    params: z.object({ memberId: z.string().length(26) }),
    reply: z.object({ items: z.array(CouponRow) }),
  },
  couponEvents: {
    method: 'GET',
    path: '/admin/coupons/:couponId/events',
    access: 'staff:coupons.read',
    summary: 'The life of a coupon',
    params: CouponParams,
    reply: z.object({ items: z.array(CouponEventRow) }),
  },
  voidCoupon: {
    method: 'POST',
    path: '/admin/coupons/:couponId/void',
    access: 'staff:coupons.write',
    summary: 'Make an unused coupon void; the reason is audited',
    params: CouponParams,
    body: z.object({ reason: z.string().trim().min(2).max(200) }),
    reply: CouponRow,
  },
})
