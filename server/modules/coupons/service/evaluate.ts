import { shopDay } from '../../../kernel/clock.ts'
import type { CouponRefusal, WalletCoupon } from '../contract.ts'
import type { HeldCoupon } from '../repository/coupons.ts'
import { storesOf, termsOfCoupon } from './terms.ts'

/** Where, when and by whom a coupon is to be used. Without a basket only its standing is judged. */
export interface Occasion {
  readonly now: Date
  readonly zone: string
  readonly storeCode: string | null
  readonly memberId: string
  /** The sale that asks: its own lock is no hindrance. */
  readonly docKey?: string
  /** Fen of the goods that coupons may take something off; null = no basket yet. */
  readonly eligible: number | null
}

/** Fen as said at the till: 620 → ¥6.20. */
export const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`

const refuse = (code: CouponRefusal['code'], zh: string, en: string, missing?: number): CouponRefusal => ({
  code,
  text: { zh, en },
  ...(missing === undefined ? {} : { missing }),
})

/** Refusals that do not depend on the coupon. Every Chinese sentence here has at most 14 characters. */
export const refusals = {
  notFound: refuse('notFound', '券码无效', 'No such coupon'),
  onePerSale: refuse('onePerSale', '每单只能用一张券', 'One coupon a sale'),
  phoneOnly: refuse('phoneOnly', '报手机号只积分不用券', 'A spoken phone earns points only; scan the code'),
} as const

function needs(missing: number): CouponRefusal {
  // Fourteen characters at most: first the gaps go, then the fen (rounded up, so that the sum suffices).
  const zh =
    [`差 ${yuan(missing)} 可用此券`, `差${yuan(missing)}可用此券`].find(text => text.length <= 14) ??
    `差¥${Math.ceil(missing / 100)}可用此券`
  return refuse('belowThreshold', zh, `${yuan(missing)} more to use it`, missing)
}

/** Why a coupon cannot be used on this occasion; null = it can. Time is judged by the clock, not by whether a sweep has run. */
export function refusalOf(coupon: HeldCoupon, occasion: Occasion): CouponRefusal | null {
  const { now, storeCode, eligible } = occasion
  if (coupon.memberId !== occasion.memberId)
    return refuse('notYours', '这不是该会员的券', 'This coupon belongs to somebody else')
  if (coupon.state === 'redeemed') return refuse('redeemed', '此券已用过', 'It has been used')
  if (coupon.state === 'void') return refuse('void', '此券已作废', 'It was made void')
  if (coupon.state === 'lapsed') return refuse('lapsed', '此券已失效', 'It has lapsed')
  if (coupon.state === 'expired' || coupon.validTo <= now) return refuse('expired', '此券已过期', 'It has expired')
  const isHeld = coupon.state === 'locked' && coupon.lockedUntil !== null && coupon.lockedUntil > now
  if (isHeld && coupon.docKey !== (occasion.docKey ?? null))
    return refuse('lockedElsewhere', '此券正在别处使用', 'It is in use on another sale')
  if (coupon.validFrom > now) {
    const [, month, day] = shopDay(coupon.validFrom, occasion.zone).split('-')
    return refuse('notYet', `${Number(month)}月${Number(day)}日起可用`, `Good from ${month}-${day}`)
  }
  const stores = storesOf(termsOfCoupon(coupon).rules)
  if (storeCode !== null && stores !== null && !stores.includes(storeCode))
    return refuse('wrongStore', '本店不能用此券', 'Not for this store')
  if (eligible === null) return null
  if (eligible <= 0) return refuse('nothingEligible', '所购商品不能用券', 'None of these goods takes a coupon')
  if (eligible < coupon.threshold) return needs(coupon.threshold - eligible)
  return null
}

/** Fen that a usable coupon takes off: never more than the goods that it is for. */
export const discountOf = (coupon: Pick<HeldCoupon, 'amountOff'>, eligible: number): number =>
  Math.max(0, Math.min(coupon.amountOff, eligible))

/** The state as its holder sees it, by the clock. */
export function shownState(
  coupon: Pick<HeldCoupon, 'state' | 'validTo' | 'lockedUntil'>,
  now: Date,
): WalletCoupon['state'] {
  if (coupon.state === 'redeemed') return 'used'
  if (coupon.state === 'lapsed' || coupon.state === 'void' || coupon.state === 'gifted') return coupon.state
  const isHeld = coupon.state === 'locked' && coupon.lockedUntil !== null && coupon.lockedUntil > now
  if (isHeld) return 'locked'
  return coupon.state === 'expired' || coupon.validTo <= now ? 'expired' : 'usable'
}
