import { shopDay } from '../../../kernel/clock.ts'
import type { CouponRefusal } from '../contract.ts'

/** Fen as said at the till: 620 → ¥6.20. */
const yuan = (fen: number): string => `¥${(fen / 100).toFixed(2)}`

const refuse = (code: CouponRefusal['code'], zh: string, en: string, missing?: number): CouponRefusal => ({
  code,
  text: { zh, en },
  ...(missing === undefined ? {} : { missing }),
})

/** Why a coupon is not used, to be said aloud: every Chinese sentence here has at most 14 characters. */
export const refusals = {
  notFound: refuse('notFound', '券码无效', 'No such coupon'),
  notYours: refuse('notYours', '这不是该会员的券', 'Somebody else’s coupon'),
  redeemed: refuse('redeemed', '此券已用过', 'It has been used'),
  void: refuse('void', '此券已作废', 'It was made void'),
  lapsed: refuse('lapsed', '此券已失效', 'It has lapsed'),
  expired: refuse('expired', '此券已过期', 'It has expired'),
  lockedElsewhere: refuse('lockedElsewhere', '此券正在别处使用', 'In use on another sale'),
  gifting: refuse('gifting', '此券正在转赠', 'On its way to a friend'),
  gifted: refuse('gifting', '此券已转赠他人', 'Given to somebody else'),
  wrongStore: refuse('wrongStore', '本店不能用此券', 'Not for this store'),
  wrongChannel: refuse('wrongChannel', '此券不能在这里使用', 'Not to be used this way'),
  wrongTime: refuse('wrongTime', '现在不是用券时段', 'Not at this time'),
  notFirstPurchase: refuse('notFirstPurchase', '仅限首次购物使用', 'First purchase only'),
  dayLimit: refuse('dayLimit', '今日使用已达上限', 'Used enough for today'),
  budgetSpent: refuse('budgetSpent', '活动预算已用完', 'Its budget is spent'),
  nothingEligible: refuse('nothingEligible', '所购商品不能用券', 'None of these goods counts'),
  addProduct: refuse('addProduct', '请先扫入兑换的商品', 'Scan its product first'),
  cannotStack: refuse('cannotStack', '不能与其他券同用', 'Not with the other coupon'),
  onePerSale: refuse('onePerSale', '每单用券已达上限', 'No more coupons in one sale'),
  phoneOnly: refuse('phoneOnly', '报手机号只积分不用券', 'Phone earns only: scan code'),
} as const

/** Not before a day. */
export function notYet(validFrom: Date, zone: string): CouponRefusal {
  const [, month, day] = shopDay(validFrom, zone).split('-')
  return refuse('notYet', `${Number(month)}月${Number(day)}日起可用`, `Good from ${month}-${day}`)
}

/** So many fen of goods are missing. */
export function belowThreshold(missing: number): CouponRefusal {
  // Fourteen characters at most: first the gaps go, then the fen (rounded up, so that the sum suffices).
  const zh =
    [`差 ${yuan(missing)} 可用此券`, `差${yuan(missing)}可用此券`].find(text => text.length <= 14) ??
    `差¥${Math.ceil(missing / 100)}可用此券`
  return refuse('belowThreshold', zh, `${yuan(missing)} more to use it`, missing)
}
