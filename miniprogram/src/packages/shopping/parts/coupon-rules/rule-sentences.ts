import { yuanOfFen } from '../../../../lib/format.ts'
import { fill, language } from '../../../../lib/i18n/index.ts'
import type { WalletCoupon } from '../../../../lib/coupon-view.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

/** What the sentences are made of; the server's CouponTerms has it. */
export interface CouponTerms extends Pick<WalletCoupon, 'kind' | 'payPercent' | 'threshold'> {
  maxOff: number | null
  stackGroup: string
  returnPolicy: 'keep' | 'reprice' | 'restore'
  rules: WalletCoupon['rules'] & {
    channels: ('till' | 'staff' | 'miniprogram' | 'officialAccount')[]
    weekdays: number[]
    hours: { from: string; to: string } | null
    firstPurchase: boolean
    gives: string[]
  }
}

/** The rules of a coupon as sentences, in the order in which a shopper asks. */
export function ruleSentences(terms: CouponTerms, goodsName: (code: string) => string): string[] {
  const t = own[language()]
  const { rules } = terms
  const list = (codes: string[]) => codes.map(goodsName).join(t.and)
  const included = [...rules.categories.include, ...rules.products.include]
  const excluded = [...rules.categories.exclude, ...rules.products.exclude]
  const goods = included.length > 0 ? list(included) : t.anyGoods
  const paid = terms.payPercent ?? 100
  return [
    fill(terms.threshold === 0 ? t.noThreshold : t.threshold, { goods, amount: yuanOfFen(terms.threshold) }),
    terms.kind === 'percentOff' ? fill(t.percent, { fold: paid / 10, percent: paid }) : '',
    terms.kind === 'exchange' ? fill(t.exchange, { goods: list(rules.gives) }) : '',
    terms.kind === 'gift' ? fill(t.gift, { goods: list(rules.gives) }) : '',
    terms.kind === 'freeShipping' ? t.freeShipping : '',
    terms.maxOff === null ? '' : fill(t.maxOff, { amount: yuanOfFen(terms.maxOff) }),
    excluded.length > 0 ? fill(t.except, { goods: list(excluded) }) : '',
    rules.weekdays.length > 0 && rules.weekdays.length < 7
      ? fill(t.weekdays, { days: rules.weekdays.map(day => t.day[day] ?? '').join(t.and) })
      : '',
    rules.hours === null ? '' : fill(t.hours, rules.hours),
    rules.channels.length === 0
      ? ''
      : fill(t.channels, { places: rules.channels.map(channel => t.channel[channel]).join(t.and) }),
    rules.firstPurchase ? t.firstPurchase : '',
    terms.stackGroup === '' ? t.alone : t.together,
  ].filter(Boolean)
}
