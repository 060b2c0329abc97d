import { z } from 'zod'
import { couponCodeOf, readCouponCode, readMemberCode } from 'till-client/codes'

/** What the till's own machine is asked to check: digits as scanned, the public keys of the kit, its clock, how far off a code may be. */
export const CheckBody = z.object({
  digits: z.string().max(400),
  keys: z.record(z.string().regex(/^\d{1,2}$/), z.string().max(64)),
  at: z.iso.datetime(),
  toleranceWindows: z.int().min(0).max(20).default(1),
})

/**
 * What a signed code is, by the public keys alone: nobody is asked, for there is no network. This is the vendor's part of a
 * till; it runs here because the page has no library of its own.
 */
export function checkSigned({ digits, keys, at, toleranceWindows }: z.output<typeof CheckBody>) {
  const now = new Date(at)
  if (couponCodeOf(digits) !== null) {
    const read = readCouponCode(digits, keys, now)
    return read.ok
      ? { kind: 'coupon' as const, ...read.code, until: read.code.until.toISOString() }
      : { kind: 'refused' as const, of: 'coupon' as const, why: read.why }
  }
  const read = readMemberCode(digits, keys, now, toleranceWindows)
  return read.ok
    ? { kind: 'member' as const, handle: read.code.handle, tier: read.code.tier, window: read.code.window }
    : { kind: 'refused' as const, of: 'member' as const, why: read.why }
}
