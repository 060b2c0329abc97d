import { messageOf, shop } from '../../../api/index.ts'
import { goodsName, loadGoodsNames } from '../../../lib/goods-names.ts'
import { language, words } from '../../../lib/i18n/index.ts'
import { membership } from '../../../lib/membership.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { stored } from '../../../lib/storage.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import { onceKey, prepareToAsk } from '../../../lib/subscribe.ts'
import { claim } from './claim.ts'
import { shelvesOf, type ShelfView } from './offer-view.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

Page({
  data: {
    t: own.zh,
    common: words().common,
    guestText: words().guest.gateWallet,
    screen: 'loading',
    problem: '',
    shelves: [] as ShelfView[],
    /** the offer that is being claimed */
    busy: '',
    code: '',
    redeeming: false,
  },

  codeKey: '',

  onLoad() {
    dressWith(this, own)
    this.setData({ guestText: words().guest.gateWallet })
  },

  onShow() {
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  load() {
    return loading(this, async () => {
      if ((await membership()) !== 'member') {
        this.setData({ screen: 'guest' })
        return
      }
      void prepareToAsk()
      const storeCode = stored('store')
      const [{ items }] = await Promise.all([
        shop.coupons.couponCentre({ query: storeCode ? { storeCode } : {} }),
        loadStores().catch(() => []),
        loadGoodsNames(),
      ])
      this.setData({ screen: 'ready', shelves: shelvesOf(items, { store: storeName, goods: goodsName }) })
    })
  },

  onAct({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const { id, act } = currentTarget.dataset as { id: string; act: string }
    if (act === 'claim') void this.claim(id)
    else if (act === 'use') void wx.switchTab({ url: '/pages/wallet/wallet' })
  },

  async claim(offerId: string) {
    if (this.data.busy) return
    this.setData({ busy: offerId })
    await claim(offerId)
    this.setData({ busy: '' })
    await this.load()
  },

  onOpen({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/packages/shopping/offer/offer?id=${String(currentTarget.dataset['id'])}` })
  },

  onCode({ detail }: WechatMiniprogram.Input) {
    this.codeKey = ''
    this.setData({ code: detail.value })
  },

  async onRedeem() {
    const code = this.data.code.trim()
    if (code === '' || this.data.redeeming) return
    this.setData({ redeeming: true })
    this.codeKey ||= onceKey()
    const t = own[language()]
    try {
      const { isNew } = await shop.coupons.redeemCode({ body: { code, key: this.codeKey } })
      this.setData({ code: '' })
      this.codeKey = ''
      say(isNew ? t.redeemed : t.again2, 2500)
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ redeeming: false })
    }
  },
})
