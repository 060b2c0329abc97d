import { dayText, shopDay, untilText, yuanOfFen } from './format.ts'
import { fill, inLanguage, words } from './i18n/index.ts'

/** What the screens need to know of a coupon; the server's WalletCoupon has it. */
export interface WalletCoupon {
  couponId: string
  name: string
  amountOff: number
  threshold: number
  stores: string[] | null
  validTo: string
  state: 'usable' | 'locked' | 'used' | 'expired' | 'lapsed' | 'void' | 'gifting' | 'gifted'
  usedAt: string | null
  usedStore: string | null
  usableHere: boolean
  refusal: { text: { zh: string; en: string } } | null
}

/** A coupon as a card shows it. */
export interface CouponView {
  couponId: string
  amount: string
  threshold: string
  name: string
  scope: string
  validity: string
  /** ends today: said louder */
  today: boolean
  /** the button's words; empty when there is nothing to use */
  action: string
  /** the state of one that cannot be used any more */
  mark: string
  /** why it does not fit here */
  why: string
  dim: boolean
}

/** For how much it is, in words. */
export function thresholdText(threshold: number): string {
  const t = words().wallet
  return threshold === 0 ? t.noThreshold : fill(t.threshold, { amount: yuanOfFen(threshold) })
}

/** Where it is good, short enough for one line. */
export function scopeText(stores: string[] | null, storeName: (code: string) => string): string {
  const t = words().wallet
  if (stores === null) return t.allStores
  const names = stores.slice(0, 2).map(storeName).join('、')
  return fill(stores.length > 2 ? t.moreStores : t.someStores, { stores: names, count: stores.length })
}

/** Puts a coupon into words. */
export function couponView(
  coupon: WalletCoupon,
  storeName: (code: string) => string,
  now: number = Date.now(),
): CouponView {
  const t = words().wallet
  const usable = coupon.state === 'usable'
  return {
    couponId: coupon.couponId,
    amount: yuanOfFen(coupon.amountOff),
    threshold: thresholdText(coupon.threshold),
    name: coupon.name,
    scope: scopeText(coupon.stores, storeName),
    validity: validityText(coupon, storeName, now),
    today: usable && shopDay(coupon.validTo) === shopDay(now),
    action: usable ? (coupon.usableHere ? t.show : words().common.show) : '',
    mark: markOf(coupon.state),
    why: whyNot(coupon),
    dim: !usable || !coupon.usableHere,
  }
}

function validityText(coupon: WalletCoupon, storeName: (code: string) => string, now: number): string {
  const { wallet, dates } = words()
  if (coupon.state === 'used' && coupon.usedAt) {
    const store = coupon.usedStore ? storeName(coupon.usedStore) : ''
    return fill(wallet.usedAt, { day: dayText(shopDay(coupon.usedAt), now), store })
  }
  return untilText(coupon.validTo, dates, now)
}

function markOf(state: WalletCoupon['state']): string {
  const t = words().wallet
  return {
    usable: '',
    locked: t.locked,
    used: t.usedState,
    expired: t.expired,
    lapsed: t.lapsed,
    void: t.void,
    gifting: t.gifting,
    gifted: t.gifted,
  }[state]
}

function whyNot(coupon: WalletCoupon): string {
  if (coupon.state === 'locked') return words().wallet.lockedText
  if (coupon.state !== 'usable' || coupon.usableHere) return ''
  return coupon.refusal ? inLanguage(coupon.refusal.text) : words().wallet.notHere
}
