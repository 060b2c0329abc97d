import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { Compared } from '../../sales/contract.ts'

const Day = z.iso.date()

/** 核销: a coupon's use with a sale; what came back with goods is marked and not taken out. */
export const CouponUse = z.object({
  couponId: z.string(),
  code: z.string(),
  templateId: z.string(),
  name: z.string(),
  storeCode: z.string(),
  storeName: z.string(),
  /** The sale it was used with: store|till|date|number. */
  docKey: z.string(),
  receiptNo: z.string(),
  /** Masked; null = the caller may not read members. */
  member: z.string().nullable(),
  /** Fen that it took off, and what returns have taken back of it. */
  discount: z.int(),
  takenBack: z.int(),
  redeemedAt: Instant,
  /** When it went back to its member or lapsed with the goods; null = it counts. */
  returnedAt: Instant.nullable(),
})

export const CouponUseQuery = PageQuery.extend({
  storeCode: z.string().max(32).optional(),
  templateId: z.string().length(26).optional(),
  from: Day.optional(),
  to: Day.optional(),
  /** Those that count, or those that came back. */
  state: z.enum(['used', 'returned']).optional(),
  sort: z.enum(['-redeemedAt', 'redeemedAt']).default('-redeemedAt'),
})
export type CouponUseQuery = z.output<typeof CouponUseQuery>

const Definition = z.object({ zh: z.string(), en: z.string() })

/** What the staff ask of the uses of coupons. */
export const useOperations = operations({
  couponUses: {
    method: 'GET',
    path: '/admin/coupon-uses',
    access: 'staff:coupons.read',
    summary: '券核销明细：按门店、日期、券模板 · Uses of coupons by store, day or template',
    query: CouponUseQuery,
    reply: pageOf(CouponUse),
  },
  templateUses: {
    method: 'GET',
    path: '/admin/coupon-templates/:templateId/uses',
    access: 'staff:coupons.read',
    summary:
      '一张券按门店核销了多少 · The uses of a template by store, of at most 92 days (the last 30 unless told); most first',
    params: z.object({ templateId: z.string().length(26) }),
    query: z.object({ from: Day.optional(), to: Day.optional() }),
    reply: z.object({
      items: z.array(
        z.object({
          storeCode: z.string(),
          storeName: z.string(),
          /** Those that count, and what they took off less what returns took back (fen). */
          uses: z.int(),
          fen: z.int(),
          /** Those that came back with the goods. */
          returned: z.int(),
        }),
      ),
      definition: z.object({ uses: Definition, fen: Definition, returned: Definition }),
    }),
  },
  couponDay: {
    method: 'GET',
    path: '/admin/coupon-uses/day',
    access: 'staff:coupons.read',
    summary: '一天的券核销，与前一日、上周同日相比 · Coupons used on a day, beside the day before and last week',
    query: z.object({ day: Day, storeCode: z.string().max(32).optional() }),
    reply: z.object({
      day: Day,
      uses: Compared,
      /** Fen taken off, less what returns took back. */
      fen: Compared,
      definition: z.object({ uses: Definition, fen: Definition }),
    }),
  },
})
