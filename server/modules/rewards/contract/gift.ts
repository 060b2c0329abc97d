import { z } from 'zod'

/** What a condition gives: points, a coupon, or both; neither is allowed where a side gets nothing. */
export const Gift = z.object({
  points: z.int().min(0).max(100_000).default(0),
  couponTemplateId: z.string().length(26).nullable().default(null),
})
export type Gift = z.output<typeof Gift>
