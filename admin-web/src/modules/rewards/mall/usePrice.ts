import { useI18n } from 'vue-i18n'
import { countText, fenText } from '../../../ui/format.ts'

/** What an exchange costs, in words: points, and what is paid at pick-up. */
export function usePrice(): (price: { points: number; fen: number }) => string {
  const { t } = useI18n()
  return ({ points, fen }) =>
    fen === 0
      ? t('rewards.mall.price', { points: countText(points) })
      : t('rewards.mall.priceAnd', { points: countText(points), yuan: fenText(fen) })
}
