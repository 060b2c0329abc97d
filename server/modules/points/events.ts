import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

/**
 * Points of members have changed by sales: one item for each member of the batch, with the sum over its documents.
 * `key` is permanent and the same on every repeat; `latestBusinessDate` tells fresh sales from past ones counted late.
 */
export const pointsCredited = event(
  'points.credited',
  z.object({
    items: z.array(
      z.object({
        memberId: z.string().length(26),
        key: z.string(),
        amount: z.int(),
        balance: z.int(),
        documents: z.int(),
        latestBusinessDate: z.iso.date(),
        storeCode: z.string(),
      }),
    ),
  }),
)

/** Somebody of the staff gave or took points by hand. */
export const pointsAdjusted = event(
  'points.adjusted',
  z.object({ memberId: z.string().length(26), entryId: z.string().length(26), amount: z.int(), balance: z.int() }),
)

/**
 * Points of members will expire (≤ 500 a row): told once for each member, day of expiry and notice of the rules.
 * `days` is the notice (30 = the one of thirty days before).
 */
export const pointsExpiringSoon = event(
  'points.expiringSoon',
  z.object({
    items: z
      .array(
        z.object({
          memberId: z.string().length(26),
          expiresOn: z.iso.date(),
          points: z.int(),
          days: z.int().default(0),
        }),
      )
      .max(500),
  }),
)
