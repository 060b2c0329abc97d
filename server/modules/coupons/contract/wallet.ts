import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { CouponTerms } from './rules.ts'

const Fen = z.int().nonnegative()
const CouponParams = z.object({ couponId: z.string().length(26) })

/** Why a coupon cannot be used now; `text.zh` is at most 14 characters, to be said aloud. */
export const CouponRefusal = z.object({
  code: z.enum([
    'notFound',
    'notYours',
    'notYet',
    'expired',
    'lockedElsewhere',
    'gifting',
    'redeemed',
    'void',
    'lapsed',
    'wrongStore',
    'wrongChannel',
    'wrongTime',
    'notFirstPurchase',
    'dayLimit',
    'budgetSpent',
    'belowThreshold',
    'nothingEligible',
    'addProduct',
    'cannotStack',
    'onePerSale',
    'phoneOnly',
  ]),
  text: z.object({ zh: z.string(), en: z.string() }),
  /** Fen that are missing, for belowThreshold. */
  missing: Fen.optional(),
})
export type CouponRefusal = z.output<typeof CouponRefusal>

/** A coupon as its holder sees it. */
export const WalletCoupon = CouponTerms.extend({
  couponId: z.string(),
  code: z.string(),
  templateId: z.string(),
  name: z.string(),
  description: z.string(),
  /** Codes of the stores that its rules include; null = every store that is not excluded. */
  stores: z.array(z.string()).nullable(),
  validFrom: Instant,
  validTo: Instant,
  /** The state by the clock: a coupon past its time is expired whether or not it was swept. */
  state: z.enum(['usable', 'locked', 'used', 'expired', 'lapsed', 'void', 'gifting', 'gifted']),
  usedAt: Instant.nullable(),
  usedStore: z.string().nullable(),
  /** Whether it can be used in the store that was asked about; else why not. */
  usableHere: z.boolean(),
  refusal: CouponRefusal.nullable(),
  /** Whether it can be given to somebody now. */
  giftable: z.boolean(),
})
export type WalletCoupon = z.output<typeof WalletCoupon>

/** What members may ask of their coupons. */
export const walletOperations = operations({
  wallet: {
    method: 'GET',
    path: '/shop/me/coupons',
    access: 'member',
    summary: 'My coupons: what ends today first, then what this store takes, then the rest with the reason',
    query: z.object({
      tab: z.enum(['usable', 'used', 'gone']).default('usable'),
      storeCode: z.string().max(32).optional(),
    }),
    reply: z.object({
      items: z.array(WalletCoupon),
      counts: z.object({ usable: z.int(), used: z.int(), gone: z.int(), endingToday: z.int() }),
    }),
  },
  myCoupon: {
    method: 'GET',
    path: '/shop/me/coupons/:couponId',
    access: 'member',
    summary: 'One of my coupons, to show its code',
    params: CouponParams,
    query: z.object({ storeCode: z.string().max(32).optional() }),
    reply: WalletCoupon,
  },
})
