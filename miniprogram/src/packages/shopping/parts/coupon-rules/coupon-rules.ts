import { goodsName } from '../../../../lib/goods-names.ts'
import { fill, language, words } from '../../../../lib/i18n/index.ts'
import { loadStores, storeName, type ShopStore } from '../../../../lib/stores.ts'
import { ruleSentences, type CouponTerms } from './rule-sentences.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

/** What a coupon says of itself beside its terms; the server's CouponView and CentreOffer have it. */
export interface ToldTerms extends CouponTerms {
  description: string
  stores: string[] | null
}

/** How a coupon may be used, as sentences: its rules and validity, what a return of a part does, and the stores by distance. */
Component({
  properties: {
    terms: { type: Object, value: {} },
    validity: String,
  },
  data: {
    t: own.zh,
    title: words().coupon.rules,
    validityLabel: words().coupon.validity,
    rules: [] as string[],
    policy: '',
    allStores: '',
    stores: [] as ShopStore[],
  },
  observers: {
    terms(given: object) {
      if ('returnPolicy' in given) void this.tell(given as ToldTerms)
    },
  },
  methods: {
    async tell(terms: ToldTerms) {
      const t = own[language()]
      const without = terms.rules.stores?.exclude ?? []
      const all = terms.stores === null
      const except = without.length > 0 ? fill(t.exceptStores, { stores: without.map(storeName).join(t.and) }) : ''
      this.setData({
        t,
        title: words().coupon.rules,
        validityLabel: words().coupon.validity,
        rules: [...ruleSentences(terms, goodsName), terms.description].filter(Boolean),
        policy: t.policy[terms.returnPolicy],
        allStores: all ? [t.allStores, except].filter(Boolean).join(' · ') : '',
      })
      const stores = await loadStores().catch((): ShopStore[] => [])
      this.setData({
        stores: stores.filter(({ code }) => (terms.stores?.includes(code) ?? true) && !without.includes(code)),
      })
    },
  },
})
