import { messageOf, shop } from '../../../api/index.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { brighten, dim } from '../../../lib/screen-light.ts'
import type { WayChosen } from '../parts/way-form/way-form.ts'
import { orderView, type Order, type OrderView } from './order-view.ts'
import * as own from './words.ts'

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    order: null as OrderView | null,
    busy: false,
  },

  orderId: '',
  chosen: null as WayChosen | null,

  onLoad(query) {
    this.orderId = query['id'] ?? ''
    dressWith(this, own)
  },

  onShow() {
    void this.load()
  },

  onHide: dim,
  onUnload: dim,

  load() {
    return loading(this, async () => {
      this.show(await shop.rewards.myOrder({ params: { orderId: this.orderId } }))
    })
  },

  show(order: Order) {
    this.setData({ screen: 'ready', order: orderView(order) })
    if (order.state === 'ready') brighten()
  },

  /** One act at a time; what was refused is said, and the page shows how it stands. */
  async act(run: () => Promise<Order>, done: string) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      this.show(await run())
      say(done)
    } catch (error) {
      say(messageOf(error), 3000)
      void this.load()
    } finally {
      this.setData({ busy: false })
    }
  },

  async onCancel() {
    const { t, order } = this.data
    if (!(await ask(t.doIt, fill(t.cancelAsk, { points: order?.points ?? '' })))) return
    const params = { orderId: this.orderId }
    await this.act(() => shop.rewards.cancelMyOrder({ params }), t.cancelled)
  },

  onReceived() {
    const params = { orderId: this.orderId }
    return this.act(() => shop.rewards.received({ params }), this.data.t.state.done)
  },

  onWay({ detail }: WechatMiniprogram.CustomEvent<{ chosen: WayChosen | null }>) {
    this.chosen = detail.chosen
  },

  async onClaim() {
    const body = this.chosen
    if (body === null) {
      say(this.data.t.choose)
      return
    }
    const params = { orderId: this.orderId }
    await this.act(() => shop.rewards.claimPrize({ params, body }), this.data.t.claimed)
  },

  onWallet() {
    void wx.switchTab({ url: '/pages/wallet/wallet' })
  },
})
