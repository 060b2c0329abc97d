import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

const Id = z.string().length(26)

/** Coupons have landed in wallets (at most 500 an event). */
export const couponsIssued = event(
  'coupons.issued',
  z.object({ templateId: Id, items: z.array(z.object({ couponId: Id, memberId: Id })) }),
)

/** A coupon was used with a sale; `discount` in fen. */
export const couponRedeemed = event(
  'coupons.redeemed',
  z.object({
    couponId: Id,
    templateId: Id,
    memberId: Id,
    docKey: z.string(),
    storeCode: z.string(),
    discount: z.int(),
  }),
)

/** Coupons that nobody may use any more: made void, or given to somebody who has another for it (at most 500 an event). */
export const couponsWithdrawn = event('coupons.withdrawn', z.object({ couponIds: z.array(Id) }))

/** A redeemed coupon came back with a full return: usable again, or lapsed because its time is over. */
export const couponReturned = event(
  'coupons.returned',
  z.object({ couponId: Id, templateId: Id, memberId: Id, docKey: z.string(), outcome: z.enum(['restored', 'lapsed']) }),
)
