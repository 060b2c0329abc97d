import { messageOf, shop } from '../../../api/index.ts'
import { momentText, whole } from '../../../lib/format.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { membership } from '../../../lib/membership.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { stateText, type Order } from '../order/order-view.ts'
import * as own from './words.ts'

interface Row {
  orderId: string
  name: string
  about: string
  state: string
  isOpen: boolean
}

function rowOf(order: Order): Row {
  const t = inLanguage(own)
  const cost = order.source === 'lottery' ? t.prize : fill(t.points, { points: whole(order.points) })
  return {
    orderId: order.orderId,
    name: order.name,
    about: `${cost} · ${momentText(order.orderedAt)}`,
    state: stateText(order),
    isOpen: ['ordered', 'ready', 'shipped'].includes(order.state),
  }
}

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    won: false,
    orders: [] as Row[],
    next: null as string | null,
  },

  onLoad(query) {
    dressWith(this, own)
    this.setData({ won: query['won'] === '1' })
  },

  onShow() {
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  page(cursor?: string) {
    return shop.rewards.myOrders({
      query: { ...(cursor ? { cursor } : {}), ...(this.data.won ? { source: 'lottery' as const } : {}) },
    })
  },

  load() {
    return loading(this, async () => {
      if ((await membership()) !== 'member') {
        this.setData({ screen: 'guest' })
        return
      }
      const { items, next } = await this.page()
      this.setData({ screen: 'ready', orders: items.map(rowOf), next })
    })
  },

  async onReachBottom() {
    const { next, orders } = this.data
    if (!next) return
    this.setData({ next: null })
    try {
      const page = await this.page(next)
      this.setData({ orders: [...orders, ...page.items.map(rowOf)], next: page.next })
    } catch (error) {
      this.setData({ next })
      say(messageOf(error))
    }
  },

  onTab({ currentTarget }: WechatMiniprogram.TouchEvent) {
    this.setData({ won: currentTarget.dataset['won'] === '1', orders: [], screen: 'loading' })
    void this.load()
  },

  onOpen({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/packages/rewards/order/order?id=${String(currentTarget.dataset['id'])}` })
  },
})
