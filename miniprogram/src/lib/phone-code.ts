import { shop } from '../api/index.ts'
import { store, stored } from './storage.ts'
import type { PhoneSecret } from './turning.ts'

const freshFor = 10 * 60_000
/** A signature lives a day at most; below this it is asked for anew. */
const signAgainBelow = 12 * 3_600_000

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

// A name that this phone keeps for itself; it is no secret, it only tells the phones of one member apart.
function deviceId(): string {
  const known = stored('deviceId')
  if (known) return known
  const made = Array.from({ length: 32 }, () => letters.charAt(Math.floor(Math.random() * letters.length))).join('')
  store('deviceId', made)
  return made
}

/** What this phone computes its code from; null until the shop has been asked once. */
export const phoneSecret = (): PhoneSecret | null => stored('phoneSecret')

/** Asks the shop for the phone's secret and what it has signed, and learns how far the phone's clock is off. Rejects with ApiError. */
export async function refreshPhoneSecret(): Promise<PhoneSecret> {
  const known = phoneSecret()
  const since = Date.now() - (known?.askedAt ?? 0)
  if (known && since >= 0 && since < freshFor) return known
  const asked = Date.now()
  const { handle, secret, serverNow, windowSeconds, voucher, pointsPerYuan } = await shop.till.myCode({
    body: { deviceId: deviceId() },
  })
  const answered = Date.now()
  // the server looked at its clock about in the middle
  const offset = new Date(serverNow).getTime() - (asked + answered) / 2
  const phone = { handle, secret, windowSeconds, voucher, pointsPerYuan, offset, askedAt: answered }
  store('phoneSecret', phone)
  void keepSignedCoupons().catch(() => undefined)
  return phone
}

async function keepSignedCoupons(): Promise<void> {
  const { items } = await shop.till.mySignedCoupons()
  store('signedCoupons', Object.fromEntries(items.map(({ couponId, digits, until }) => [couponId, { digits, until }])))
}

/** A coupon's code that a till can check without a network, and until when; null when there is none or its time is over. */
export function signedCoupon(couponId: string): { digits: string; until: string } | null {
  const signed = stored('signedCoupons')?.[couponId]
  return signed && new Date(signed.until).getTime() > Date.now() ? signed : null
}

/** Has a coupon signed where that was not done today; without a network what there is stays. */
export async function signCoupon(couponId: string): Promise<void> {
  const known = signedCoupon(couponId)
  if (known && new Date(known.until).getTime() - Date.now() > signAgainBelow) return
  try {
    await refreshPhoneSecret()
    await keepSignedCoupons()
  } catch {
    // the plain code is shown, for tills that have a network
  }
}
