import { useI18n } from 'vue-i18n'
import { fenText, shopDayOf } from '../../ui/format.ts'

interface Rule {
  readonly amountOff: number
  readonly threshold: number
  readonly validDays: number | null
  readonly validTo: string | null
}

const yuan = (fen: number): string => fenText(fen).replace(/\.00$/, '')

/** A coupon as it is shown: ¥5, 满39可用, 领取后 7 天内有效. */
export function useCouponFace(): {
  amount: (rule: Rule) => string
  condition: (rule: Rule) => string
  validity: (rule: Rule) => string
} {
  const { t } = useI18n()
  return {
    amount: rule => yuan(rule.amountOff),
    condition: rule =>
      rule.threshold === 0
        ? t('coupons.face.free')
        : t('coupons.face.over', { threshold: yuan(rule.threshold).slice(1) }),
    validity: rule => {
      if (rule.validDays !== null) return t('coupons.face.days', { days: rule.validDays })
      return rule.validTo === null
        ? '—'
        : t('coupons.face.until', { day: shopDayOf(new Date(Date.parse(rule.validTo) - 1)) })
    },
  }
}
