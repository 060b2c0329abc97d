import { useI18n } from 'vue-i18n'
import { useCategories } from '../catalog/useCategories.ts'
import { useStores } from '../catalog/useStores.ts'
import { dayKey, type Draft } from './draft.ts'

/** The rules of a draft as the shopper will read them, one sentence each. */
export function useRuleSentences(): { sentences: (draft: Draft) => string[]; goods: (draft: Draft) => string } {
  const { t, locale } = useI18n()
  const { categoryName } = useCategories()
  const { storeName } = useStores()
  const list = (names: readonly string[]): string => names.join(locale.value === 'en' ? ', ' : '、')
  const goods = (draft: Draft): string => {
    const names = draft.categories.include.map(categoryName)
    const count = draft.products.include.length
    if (names.length + count === 0) return ''
    const few = names.slice(0, 2)
    return count > 0
      ? t('coupons.says.goodsAndProducts', { goods: list(few), count })
      : t('coupons.says.onlyGoods', { goods: list(few) })
  }
  function sentences(draft: Draft): string[] {
    const except = [...draft.categories.exclude.map(categoryName), ...draft.products.exclude]
    const stores = draft.allStores ? draft.stores.exclude : draft.stores.include
    return [
      draft.threshold === 0 ? t('coupons.says.noThreshold') : t('coupons.says.threshold', { amount: draft.threshold }),
      goods(draft),
      except.length === 0 ? '' : t('coupons.says.except', { goods: list(except.slice(0, 3)) }),
      draft.kind !== 'amountOff' && draft.maxOff !== null ? t('coupons.says.maxOff', { amount: draft.maxOff }) : '',
      stores.length === 0
        ? t('coupons.says.everywhere')
        : t(draft.allStores ? 'coupons.says.exceptStores' : 'coupons.says.inStores', {
            stores: list(stores.slice(0, 3).map(storeName)),
          }),
      draft.weekdays.length === 0 || draft.weekdays.length === 7
        ? ''
        : t('coupons.says.weekdays', {
            days: list(draft.weekdays.toSorted((a, b) => a - b).map(day => t(`coupons.design.day.${dayKey(day)}`))),
          }),
      draft.hours === null ? '' : t('coupons.says.hours', { from: draft.hours[0], to: draft.hours[1] }),
      draft.firstPurchase ? t('coupons.design.firstPurchase') : '',
      draft.stackGroup === '' ? t('coupons.says.alone') : t('coupons.says.together'),
      draft.stackGroup === '' || draft.notWith.length === 0
        ? ''
        : t('coupons.says.notWith', { count: draft.notWith.length }),
      t(`coupons.design.policy.${draft.returnPolicy}`),
    ].filter(text => text !== '')
  }
  return { sentences, goods }
}
