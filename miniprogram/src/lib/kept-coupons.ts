import type { WalletCoupon } from '../../../server/modules/coupons/contract.ts'
import { store, stored } from './storage.ts'

/** A coupon as the shop told it. */
export type KeptCoupon = WalletCoupon

/** More than a shopper looks through at a counter; storage is small. */
const most = 40

/** Keeps the usable coupons for the time without a network. */
export function keepCoupons(coupons: readonly KeptCoupon[]): void {
  store('wallet', coupons.slice(0, most))
}

/** Puts one coupon in the place of what was kept of it: it may have been used, or been given away. */
export function keepCoupon(coupon: KeptCoupon): void {
  const others = (stored('wallet') ?? []).filter(each => each.couponId !== coupon.couponId)
  store('wallet', (coupon.state === 'usable' ? [coupon, ...others] : others).slice(0, most))
}

/** The coupons that were usable when there was a network and whose time is not over. */
export const keptCoupons = (now: number = Date.now()): KeptCoupon[] =>
  (stored('wallet') ?? []).filter(({ validTo }) => new Date(validTo).getTime() > now)
