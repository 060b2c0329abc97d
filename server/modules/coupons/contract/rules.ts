import { z } from 'zod'

/** 券种: amount off · percentage with a cap · a product for the coupon · free delivery · a gift with a purchase. */
export const CouponKind = z.enum(['amountOff', 'percentOff', 'exchange', 'freeShipping', 'gift'])
export type CouponKind = z.output<typeof CouponKind>

/** Where a coupon is used: a till, staff's phone, the mini-program's or the official account's shop. */
export const CouponChannel = z.enum(['till', 'staff', 'miniprogram', 'officialAccount'])
export type CouponChannel = z.output<typeof CouponChannel>

/** What becomes of a coupon with a partial return: nothing · it is reckoned anew on what was kept · it is given back. */
export const ReturnPolicy = z.enum(['keep', 'reprice', 'restore'])
export type ReturnPolicy = z.output<typeof ReturnPolicy>

const Codes = z.array(z.string().trim().min(1).max(64)).max(500).default([])
/** Codes in and codes out; nothing included = everything that is not excluded. */
const Among = z.object({ include: Codes, exclude: Codes }).default({ include: [], exclude: [] })
const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'HH:MM')

/**
 * Where, when and for what a coupon is good; every part left out is no limit. A line is in its scope when its product or
 * one of its categories is included (or nothing is) and none of them is excluded.
 */
export const CouponRules = z.object({
  stores: Among,
  categories: Among,
  products: Among,
  channels: z.array(CouponChannel).default([]),
  /** 1 = Monday … 7 = Sunday, of the shop's day. */
  weekdays: z.array(z.int().min(1).max(7)).max(7).default([]),
  /** From the first moment to before the last, shop time; past midnight when `to` is not after `from`. */
  hours: z.object({ from: ClockTime, to: ClockTime }).nullable().default(null),
  /** Only with the first purchase of a member. */
  firstPurchase: z.boolean().default(false),
  /** exchange, gift: products of which one piece is free. */
  gives: Codes,
  /** Templates that it is not used with, whatever their groups; the same said by the other counts too. */
  notWith: Codes,
})
export type CouponRules = z.output<typeof CouponRules>

/** Who bears what a coupon takes off, in per cent; the sum is 100. */
export const Bearers = z
  .object({
    headquarters: z.int().min(0).max(100),
    store: z.int().min(0).max(100),
    supplier: z.int().min(0).max(100),
  })
  .refine(
    ({ headquarters, store, supplier }) => headquarters + store + supplier === 100,
    '承担比例合计须为 100% / the shares must sum to 100',
  )

/** What a coupon promises; amounts in fen. The same shape is frozen on a coupon when a sale locks it. */
export const CouponTerms = z.object({
  kind: CouponKind,
  /** amountOff: what it takes off; else 0. */
  amountOff: z.int().min(0).max(10_000_000),
  /** percentOff: what is still paid of a hundred (88 = 8.8折); else null. */
  payPercent: z.int().min(1).max(99).nullable(),
  /** It never takes off more; null = no such end. */
  maxOff: z.int().min(1).max(10_000_000).nullable(),
  /** Of the goods in its scope, before any coupon. */
  threshold: z.int().min(0).max(100_000_000),
  /** '' = with no other coupon; else with at most one of each other group. */
  stackGroup: z.string().trim().max(20),
  returnPolicy: ReturnPolicy,
  rules: CouponRules,
})
export type CouponTerms = z.output<typeof CouponTerms>
