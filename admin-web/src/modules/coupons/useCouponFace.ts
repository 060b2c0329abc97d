import { useI18n } from 'vue-i18n'
import { fenText, shopDayOf } from '../../ui/format.ts'
import type { CouponKind } from './draft.ts'

interface Rule {
  readonly kind: CouponKind
  readonly amountOff: number
  readonly payPercent: number | null
  readonly threshold: number
  readonly validDays: number | null
  readonly validTo: string | null
}

const yuan = (fen: number): string => fenText(fen).replace(/\.00$/, '')

/** A coupon as it is shown: ¥5 or 8.8 折, 满39可用, 领取后 7 天内有效; and in one piece, as a message says it: 满39减5. */
export function useCouponFace(): {
  amount: (rule: Pick<Rule, 'kind' | 'amountOff' | 'payPercent'>) => string
  condition: (rule: Pick<Rule, 'threshold'>) => string
  validity: (rule: Pick<Rule, 'validDays' | 'validTo'>) => string
  title: (rule: Pick<Rule, 'kind' | 'amountOff' | 'payPercent' | 'threshold'>) => string
} {
  const { t, locale } = useI18n()
  const amount = (rule: Pick<Rule, 'kind' | 'amountOff' | 'payPercent'>): string => {
    if (rule.kind === 'amountOff') return yuan(rule.amountOff)
    if (rule.kind !== 'percentOff') return t(`coupons.face.kind.${rule.kind}`)
    const paid = rule.payPercent ?? 100
    // 88 = 8.8 折; in English what is taken off.
    return t('coupons.face.fold', { value: locale.value === 'en' ? 100 - paid : paid / 10 })
  }
  const bare = (fen: number): string => yuan(fen).slice(1)
  return {
    amount,
    condition: rule =>
      rule.threshold === 0 ? t('coupons.face.free') : t('coupons.face.over', { threshold: bare(rule.threshold) }),
    validity: rule => {
      if (rule.validDays !== null) return t('coupons.face.days', { days: rule.validDays })
      return rule.validTo === null
        ? '—'
        : t('coupons.face.until', { day: shopDayOf(new Date(Date.parse(rule.validTo) - 1)) })
    },
    title: rule => {
      const [gain, threshold] = [rule.kind === 'amountOff' ? bare(rule.amountOff) : amount(rule), bare(rule.threshold)]
      if (rule.kind !== 'amountOff')
        return rule.threshold === 0 ? gain : t('coupons.face.gain', { threshold, amount: gain })
      return rule.threshold === 0
        ? t('coupons.face.titleFree', { amount: gain })
        : t('coupons.face.title', { threshold, amount: gain })
    },
  }
}
