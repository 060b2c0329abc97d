import { messageOf, shop } from '../../../api/index.ts'
import { endSession } from '../../../api/session.ts'
import { whole } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dress, loading, say } from '../../../lib/page.ts'

Page({
  data: {
    t: words().close,
    common: words().common,
    screen: 'loading',
    consequences: [] as string[],
    understood: false,
    act: '',
    busy: false,
    problem: '',
  },

  onLoad() {
    dress(this, 'close')
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [{ active }, { counts }] = await Promise.all([
        shop.points.myBalance(),
        shop.coupons.wallet({ query: { tab: 'usable' } }),
      ])
      const t = words().close
      const values = { points: whole(active), count: counts.usable }
      this.setData({
        screen: 'ready',
        consequences: [
          active > 0 ? fill(t.points, values) : t.noPoints,
          counts.usable > 0 ? fill(t.coupons, values) : t.noCoupons,
          t.data,
          t.receipts,
          t.again,
        ],
        act: active > 0 || counts.usable > 0 ? fill(t.act, values) : t.actPlain,
      })
    })
  },

  onUnderstood({ detail }: WechatMiniprogram.CustomEvent<{ checked: boolean }>) {
    this.setData({ understood: detail.checked })
  },

  async onClose() {
    if (!this.data.understood || this.data.busy) return
    this.setData({ busy: true })
    try {
      await shop.members.closeMe({ body: { confirm: true } })
      endSession()
      say(words().close.done, 3000)
      void wx.reLaunch({ url: '/pages/code/code' })
    } catch (error) {
      this.setData({ busy: false })
      say(messageOf(error), 3000)
    }
  },

  onKeep() {
    void wx.navigateBack()
  },
})
