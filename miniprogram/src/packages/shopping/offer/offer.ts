import { shop } from '../../../api/index.ts'
import { goodsName, loadGoodsNames } from '../../../lib/goods-names.ts'
import { inLanguage, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading } from '../../../lib/page.ts'
import { stored } from '../../../lib/storage.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import { prepareToAsk } from '../../../lib/subscribe.ts'
import { claim } from '../centre/claim.ts'
import { offerView, type OfferView } from '../centre/offer-view.ts'
import { en, zh } from '../centre/words.ts'

const own = { zh, en }

/** One offer of the claim centre before it is claimed: how it may be used, and the button that claims it. */
Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    offer: null as OfferView | null,
    terms: {},
    busy: false,
  },

  offerId: '',

  onLoad(query) {
    this.offerId = query['id'] ?? ''
    dressWith(this, own)
    void wx.setNavigationBarTitle({ title: inLanguage(own).offer })
    void this.load()
  },

  load() {
    return loading(this, async () => {
      void prepareToAsk()
      const storeCode = stored('store')
      const [{ items }] = await Promise.all([
        shop.coupons.couponCentre({ query: storeCode ? { storeCode } : {} }),
        loadStores().catch(() => []),
        loadGoodsNames(),
      ])
      const offer = items.find(({ offerId }) => offerId === this.offerId)
      this.setData({
        screen: 'ready',
        offer: offer ? offerView(offer, { store: storeName, goods: goodsName }) : null,
        terms: offer ?? {},
      })
    })
  },

  async onAct() {
    const { offer, busy } = this.data
    if (busy || !offer) return
    if (offer.act === 'use') return void wx.switchTab({ url: '/pages/wallet/wallet' })
    this.setData({ busy: true })
    await claim(this.offerId)
    this.setData({ busy: false })
    await this.load()
  },
})
