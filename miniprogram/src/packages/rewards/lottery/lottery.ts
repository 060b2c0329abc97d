import { messageOf, shop } from '../../../api/index.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { whole } from '../../../lib/format.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { onceKey } from '../../../lib/subscribe.ts'
import {
  chanceOf,
  drawView,
  lotteryView,
  resultOf,
  type DrawView,
  type Lottery,
  type LotteryView,
  type Result,
} from './lottery-view.ts'
import * as own from './words.ts'

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    names: [] as { lotteryId: string; name: string }[],
    lotteryId: '',
    lottery: null as LotteryView | null,
    button: '',
    way: '',
    busy: false,
    draws: [] as DrawView[],
    result: null as Result | null,
    open: false,
  },

  wanted: '',
  pointsPerDraw: 0,
  key: '',

  onLoad(query) {
    this.wanted = query['id'] ?? ''
    dressWith(this, own)
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
      const { items } = await shop.rewards.shopLotteries()
      const lottery = items.find(({ lotteryId }) => lotteryId === this.wanted) ?? items[0]
      const names = items.map(({ lotteryId, name }) => ({ lotteryId, name }))
      if (lottery === undefined) {
        this.setData({ screen: 'ready', names: [], lottery: null })
        return
      }
      const isMember = lottery.mine !== null
      const { items: draws } = isMember
        ? await shop.rewards.myDraws({ query: { lotteryId: lottery.lotteryId, limit: 20 } })
        : { items: [] }
      this.setData({ names: names.length > 1 ? names : [], draws: draws.map(drawView) })
      this.show(lottery)
    })
  },

  show(lottery: Lottery) {
    const { way, text } = chanceOf(lottery)
    this.pointsPerDraw = lottery.pointsPerDraw
    this.wanted = lottery.lotteryId
    this.setData({ screen: 'ready', lotteryId: lottery.lotteryId, lottery: lotteryView(lottery), way, button: text })
  },

  onChoose({ currentTarget }: WechatMiniprogram.TouchEvent) {
    this.wanted = String(currentTarget.dataset['id'])
    void this.load()
  },

  async onDraw() {
    const { way, busy, t, lotteryId } = this.data
    if (busy || (way !== 'free' && way !== 'points')) return
    if (way === 'points') {
      if (!(await ask(t.doIt, fill(t.askPaid, { points: whole(this.pointsPerDraw) })))) return
    }
    this.setData({ busy: true })
    // Sent again after a lost answer it is still one draw.
    this.key ||= onceKey()
    try {
      const drawn = await shop.rewards.draw({ params: { lotteryId }, body: { key: this.key, way } })
      this.key = ''
      this.setData({ result: resultOf(drawn), open: true })
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false, t: inLanguage(own) })
      await this.load()
    }
  },

  onClose() {
    this.setData({ open: false })
  },

  onPrize() {
    const id = this.data.result?.orderId ?? ''
    this.setData({ open: false })
    void wx.navigateTo({ url: `/packages/rewards/order/order?id=${id}` })
  },

  onGoods() {
    void wx.navigateTo({ url: '/packages/rewards/orders/orders?won=1' })
  },
})
