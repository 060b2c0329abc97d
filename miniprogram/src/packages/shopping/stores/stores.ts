import { messageOf, shop } from '../../../api/index.ts'
import { words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { loadStores, takeWish, type ShopStore } from '../../../lib/stores.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

/**
 * All open stores, by name or by distance. A tap makes one the member's own (常购门店) and goes back; opened with `choose` it
 * tells whoever asked which one it was.
 */
Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    lead: '',
    none: '',
    stores: [] as ShopStore[],
    chosen: '',
    busy: false,
  },

  wish: null as ReturnType<typeof takeWish>,

  onLoad({ choose }: { choose?: string }) {
    dressWith(this, own)
    this.wish = choose === undefined ? null : takeWish()
    const { t } = this.data
    if (this.wish !== null) void wx.setNavigationBarTitle({ title: t.choose })
    this.setData({ lead: this.wish === null ? t.lead : '', none: this.wish?.none ?? '' })
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const mine = this.wish === null ? shop.members.me() : Promise.resolve({ member: null })
      const [stores, { member }] = await Promise.all([loadStores(), mine])
      this.setData({ screen: stores.length === 0 ? 'empty' : 'ready', stores, chosen: member?.homeStore ?? '' })
    })
  },

  async onChoose({ detail }: WechatMiniprogram.CustomEvent<{ storeCode: string }>) {
    if (this.data.busy) return
    if (this.wish !== null) {
      this.wish.tell(detail.storeCode || null)
      void wx.navigateBack()
      return
    }
    this.setData({ busy: true })
    try {
      await shop.members.updateMe({ body: { homeStore: detail.storeCode } })
      this.setData({ chosen: detail.storeCode })
      void wx.navigateBack()
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },
})
