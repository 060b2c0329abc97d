import { messageOf, shop } from '../../../api/index.ts'
import { words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { loadStores, type ShopStore } from '../../../lib/stores.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

/** 常购门店: all open stores, by name or by distance; a tap makes one the member's own and goes back. */
Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    stores: [] as ShopStore[],
    chosen: '',
    busy: false,
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [stores, { member }] = await Promise.all([loadStores(), shop.members.me()])
      this.setData({ screen: stores.length === 0 ? 'empty' : 'ready', stores, chosen: member?.homeStore ?? '' })
    })
  },

  async onChoose({ detail }: WechatMiniprogram.CustomEvent<{ storeCode: string }>) {
    if (this.data.busy) return
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
