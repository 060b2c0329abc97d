import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

/** What a coupon came to in one shift of a till, by the business day of the receipts. */
export const CouponShift = z.object({
  storeCode: z.string(),
  storeName: z.string(),
  /** Null: it was not used at a till (WeChat Pay took it by itself). */
  tillCode: z.string().nullable(),
  businessDate: z.string().nullable(),
  /** Null: no shift has this receipt (a file told it); without a number, the shift is still open. */
  shiftId: z.string().nullable(),
  shiftNo: z.string().nullable(),
  /** Whether the closed shift agreed with its slip in everything; null while it is open, or where there is none. */
  balanced: z.boolean().nullable(),
  /** Fen by which the slip's coupons are above (or below) ours in that shift, all coupons together; null where it says the same, or nothing. */
  couponsApart: z.int().nullable(),
  /** Those that count, and what they took off less what returns took back (fen). */
  uses: z.int(),
  fen: z.int(),
  /** Those that came back with the goods. */
  returned: z.int(),
})
export type CouponShift = z.output<typeof CouponShift>

/** 核销对账 by shift: the same uses that coupons adds up by store. */
export const couponShiftOperations = operations({
  couponShifts: {
    method: 'GET',
    path: '/admin/till-shifts/by-coupon/:templateId',
    access: 'staff:coupons.read',
    summary:
      '一张券按收银机、营业日、班次核销了多少 · The uses of a template by till, business day and shift, newest first (at most 1,000 rows); the same days as its uses by store',
    params: z.object({ templateId: z.string().length(26) }),
    query: z.object({
      storeCode: z.string().max(32).optional(),
      from: z.iso.date().optional(),
      to: z.iso.date().optional(),
    }),
    reply: z.object({
      items: z.array(CouponShift),
      /** There are more than these. */
      isCut: z.boolean(),
    }),
  },
})
