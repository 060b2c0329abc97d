import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

/** Members have come to another tier (≤ 500 a row); `day` is the shop's day from which it counts. */
export const tierChanged = event(
  'tiers.changed',
  z.object({
    items: z
      .array(
        z.object({
          memberId: z.string().length(26),
          changeId: z.string().length(26),
          day: z.iso.date(),
          from: z.string().nullable(),
          to: z.string(),
          reason: z.string(),
        }),
      )
      .max(500),
  }),
)
