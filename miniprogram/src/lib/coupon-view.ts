import { dateText, shopDay, untilText, weekdayText, yuanOfFen } from './format.ts'
import { fill, inLanguage, language, words } from './i18n/index.ts'

/** What a coupon gives; the server's CouponTerms has it. */
export interface CouponWorth {
  kind: 'amountOff' | 'percentOff' | 'exchange' | 'freeShipping' | 'gift'
  amountOff: number
  payPercent: number | null
  threshold: number
  stores: string[] | null
  rules: {
    categories: { include: string[]; exclude: string[] }
    products: { include: string[]; exclude: string[] }
    stores?: { exclude: string[] }
    weekdays?: number[]
    hours?: { from: string; to: string } | null
  }
}

/** What the screens need to know of a coupon; the server's WalletCoupon has it. */
export interface WalletCoupon extends CouponWorth {
  couponId: string
  name: string
  validTo: string
  state: 'usable' | 'locked' | 'used' | 'expired' | 'lapsed' | 'void' | 'gifting' | 'gifted'
  usedAt: string | null
  usedStore: string | null
  usableHere: boolean
  refusal: { code?: string; text: { zh: string; en: string } } | null
}

/** Names for the codes that coupons speak of. */
export interface CouponNames {
  store: (code: string) => string
  goods: (code: string) => string
}

/** The big words of a coupon: ¥5, 8.8折, 兑换; `sign` stands before them, `unit` behind, both small. */
export interface CouponFace {
  sign: string
  amount: string
  unit: string
  /** a word instead of a number: set smaller */
  isWord: boolean
}

/** A coupon as a card shows it. */
export interface CouponView extends CouponFace {
  couponId: string
  threshold: string
  name: string
  /** what for, and where */
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

/** What a coupon gives, in as few letters as a card has room for. */
export function couponFace({ kind, amountOff, payPercent }: CouponWorth): CouponFace {
  const t = words().wallet
  if (kind === 'amountOff') return { sign: '¥', amount: yuanOfFen(amountOff), unit: '', isWord: false }
  if (kind === 'percentOff') {
    const paid = payPercent ?? 100
    // 88 = 8.8折; in English what is taken off.
    return language() === 'zh'
      ? { sign: '', amount: String(paid / 10), unit: t.fold, isWord: false }
      : { sign: '', amount: `${100 - paid}%`, unit: t.fold, isWord: false }
  }
  const word = { exchange: t.exchange, freeShipping: t.freeShipping, gift: t.gift }[kind]
  return { sign: '', amount: word, unit: '', isWord: true }
}

/** For how much it is, in words. */
export function thresholdText(threshold: number): string {
  const t = words().wallet
  return threshold === 0 ? t.noThreshold : fill(t.threshold, { amount: yuanOfFen(threshold) })
}

/** Where it is good, short enough for one line. */
export function scopeText(
  stores: string[] | null,
  storeName: (code: string) => string,
  without: readonly string[] = [],
): string {
  const t = words().wallet
  const said = (codes: readonly string[], some: string, more: string) =>
    fill(codes.length > 2 ? more : some, {
      stores: codes.slice(0, 2).map(storeName).join(t.and),
      count: codes.length,
    })
  if (stores !== null) return said(stores, t.someStores, t.moreStores)
  return without.length === 0 ? t.allStores : said(without, t.notStores, t.notMoreStores)
}

/** What it is good for in a few words: 限蔬菜、水果; empty where it is good for everything. */
export function goodsText({ rules }: Pick<CouponWorth, 'rules'>, goodsName: (code: string) => string): string {
  const t = words().wallet
  const included = [...rules.categories.include, ...rules.products.include]
  const excluded = [...rules.categories.exclude, ...rules.products.exclude]
  const few = (codes: string[]) => codes.slice(0, 2).map(goodsName).join(t.and)
  if (included.length > 0)
    return fill(included.length > 2 ? t.moreGoods : t.someGoods, { goods: few(included), count: included.length })
  return excluded.length > 0 ? fill(t.notGoods, { goods: few(excluded) }) : ''
}

/** What for and where, in one line: the goods where they are limited, and the stores where they are. */
export function reachText(coupon: CouponWorth, names: CouponNames): string {
  const goods = goodsText(coupon, names.goods)
  const without = coupon.rules.stores?.exclude ?? []
  const where = scopeText(coupon.stores, names.store, without)
  if (goods === '') return where
  return coupon.stores === null && without.length === 0 ? goods : `${goods} · ${where}`
}

/** Puts a coupon into words. */
export function couponView(coupon: WalletCoupon, names: CouponNames, now: number = Date.now()): CouponView {
  const t = words().wallet
  const usable = coupon.state === 'usable'
  return {
    ...couponFace(coupon),
    couponId: coupon.couponId,
    threshold: thresholdText(coupon.threshold),
    name: coupon.name,
    scope: reachText(coupon, names),
    validity: validityText(coupon, names.store, now),
    today: usable && shopDay(coupon.validTo) === shopDay(now),
    action: usable ? (coupon.usableHere ? t.show : words().common.show) : '',
    mark: markOf(coupon.state),
    why: whyNot(coupon, names.store),
    dim: !usable || !coupon.usableHere,
  }
}

function validityText(coupon: WalletCoupon, storeName: (code: string) => string, now: number): string {
  const { wallet, dates } = words()
  if (coupon.state === 'used' && coupon.usedAt) {
    const store = coupon.usedStore ? storeName(coupon.usedStore) : ''
    return fill(wallet.usedAt, { day: dateText(shopDay(coupon.usedAt), now), store })
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

// At a till one sentence is said aloud; in the wallet there is room to say which stores, days and hours.
function whyNot(coupon: WalletCoupon, storeName: (code: string) => string): string {
  const t = words().wallet
  if (coupon.state === 'locked') return t.lockedText
  if (coupon.state !== 'usable' || coupon.usableHere) return ''
  const { refusal, stores, rules } = coupon
  const told = refusal ? inLanguage(refusal.text) : t.notHere
  if (refusal?.code === 'wrongTime') return timesText(rules) || told
  if (refusal?.code !== 'wrongStore') return told
  const without = rules.stores?.exclude ?? []
  if (stores === null) return without.length > 0 ? scopeText(null, storeName, without) : told
  const takers = stores.filter(code => !without.includes(code))
  const named = { stores: takers.slice(0, 2).map(storeName).join(t.and), count: takers.length }
  return takers.length === 0 ? told : fill(takers.length > 2 ? t.onlyMoreStores : t.onlyStores, named)
}

/** On which days and at which hours: 周一、周二可用, 10:00–12:00 可用; empty where it is good at any time. */
function timesText({ weekdays = [], hours = null }: CouponWorth['rules']): string {
  const t = words().wallet
  const days = weekdays.length < 7 ? daysText([1, 2, 3, 4, 5, 6, 7].filter(day => weekdays.includes(day))) : ''
  const when = [days, hours === null ? '' : `${hours.from}–${hours.to}`].filter(Boolean).join(' ')
  return when === '' ? '' : fill(hours === null ? t.whenDays : t.when, { when })
}

// Three days or more one after another are told by their ends: 周一至周五.
function daysText(days: readonly number[]): string {
  const t = words().wallet
  const [first = 0, last = 0] = [days[0], days.at(-1)]
  return days.length > 2 && last - first === days.length - 1
    ? fill(t.through, { from: weekdayText(first), to: weekdayText(last) })
    : days.map(weekdayText).join(t.and)
}
