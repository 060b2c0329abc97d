import { isOffline, shop } from '../../api/index.ts'
import { couponView, type CouponView } from '../../lib/coupon-view.ts'
import { fill, words } from '../../lib/i18n/index.ts'
import { goodsName, loadGoodsNames } from '../../lib/goods-names.ts'
import { keepCoupons, keptCoupons } from '../../lib/kept-coupons.ts'
import { dress, loading, say } from '../../lib/page.ts'
import { membership } from '../../lib/membership.ts'
import { forget, store, stored } from '../../lib/storage.ts'
import { loadStores, storeName } from '../../lib/stores.ts'
import { askForMessage, prepareToAsk, remindable } from '../../lib/subscribe.ts'

type Tab = 'usable' | 'used' | 'gone'
const start: { tab: Tab } = { tab: 'usable' }

Page({
  data: {
    t: words().wallet,
    common: words().common,
    guestText: words().guest.gateWallet,
    screen: 'loading',
    ...start,
    counts: { usable: 0, used: 0, gone: 0 },
    coupons: [] as CouponView[],
    place: '',
    canRemind: '',
    remindNote: '',
    emptyTitle: '',
    emptyText: '',
    problem: '',
    offline: false,
  },

  onShow() {
    dress(this, 'wallet')
    this.setData({ guestText: words().guest.gateWallet, place: this.placeText() })
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  placeText() {
    const storeCode = stored('store')
    const t = words().wallet
    return storeCode ? fill(t.at, { store: storeName(storeCode) }) : t.anyStore
  },

  showRemind() {
    const may = remindable('couponClaim')
    const t = words().wallet
    this.setData({
      canRemind: may?.label ?? '',
      remindNote: may?.left ? fill(t.remaining, { count: may.left }) : t.remindOnce,
    })
  },

  load() {
    return loading(this, async () => {
      if ((await membership()) !== 'member') {
        this.setData({ screen: 'guest' })
        return
      }
      void prepareToAsk().then(() => this.showRemind())
      const { tab } = this.data
      const storeCode = stored('store') ?? undefined
      const told = shop.coupons.wallet({ query: { tab, ...(storeCode ? { storeCode } : {}) } })
      await Promise.all([loadStores().catch(() => []), loadGoodsNames()])
      const asked = await told.catch((error: unknown) => {
        // Without a network the coupons of last time can still be shown at the till.
        if (tab !== 'usable' || !isOffline(error) || stored('wallet') === null) throw error
        return null
      })
      if (tab !== this.data.tab) return
      if (asked !== null && tab === 'usable') keepCoupons(asked.items)
      const items = asked?.items ?? keptCoupons()
      const counts = asked?.counts ?? { usable: items.length, used: 0, gone: 0 }
      const t = words().wallet
      const empty = { usable: [t.empty, t.emptyText], used: [t.emptyUsed, ''], gone: [t.emptyGone, ''] }[tab]
      const coupons = items.map(coupon => couponView(coupon, { store: storeName, goods: goodsName }))
      this.setData({
        screen: 'ready',
        offline: asked === null,
        coupons,
        counts,
        emptyTitle: empty[0] ?? '',
        emptyText: empty[1] ?? '',
        place: this.placeText(),
      })
    })
  },

  onTab({ currentTarget }: WechatMiniprogram.TouchEvent) {
    this.setData({ tab: currentTarget.dataset['tab'] as Tab, coupons: [], screen: 'loading' })
    void this.load()
  },

  onChooseStore({ detail }: WechatMiniprogram.CustomEvent<{ storeCode: string | null }>) {
    if (detail.storeCode) store('store', detail.storeCode)
    else forget('store')
    this.setData({ place: this.placeText() })
    void this.load()
  },

  onUse({ detail }: WechatMiniprogram.CustomEvent<{ couponId: string }>) {
    void wx.navigateTo({ url: `/packages/shopping/coupon/coupon?id=${detail.couponId}` })
  },

  onCentre() {
    void wx.navigateTo({ url: '/packages/shopping/centre/centre' })
  },

  async onRemind() {
    const allowed = await askForMessage('couponClaim')
    this.showRemind()
    const what = remindable('couponClaim')?.label
    if (allowed && what) say(fill(words().wallet.reminded, { what }), 2500)
  },
})
