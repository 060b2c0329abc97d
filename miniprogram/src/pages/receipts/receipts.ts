import { messageOf, shop } from '../../api/index.ts'
import { dayText, monthText, shopDay } from '../../lib/format.ts'
import { isBehind } from '../../lib/fresh.ts'
import { fill, words } from '../../lib/i18n/index.ts'
import { dress, loading, say } from '../../lib/page.ts'
import { membership } from '../../lib/membership.ts'
import { receiptView, recentMonths, type Receipt, type ReceiptView } from './receipt-view.ts'

const monthsBack = 12

/** Receipts in words, with the points of all of them asked at once; where these cannot be had the receipts stand alone. */
async function withPoints(receipts: readonly Receipt[]): Promise<ReceiptView[]> {
  if (receipts.length === 0) return []
  const query = { documentIds: receipts.map(({ id }) => id).join(',') }
  const told = await shop.points.myReceiptsPoints({ query }).catch(() => null)
  const points = told && new Map(told.items.map(each => [each.documentId, each.points]))
  return receipts.map(receipt => receiptView(receipt, points ? (points.get(receipt.id) ?? null) : undefined))
}

Page({
  data: {
    t: words().receipts,
    common: words().common,
    guestText: words().guest.gateReceipts,
    screen: 'loading',
    receipts: [] as ReceiptView[],
    months: [] as string[],
    month: '',
    monthName: '',
    goods: '',
    truth: '',
    /** whether the data is older than promised */
    behind: false,
    next: null as string | null,
    busy: false,
    problem: '',
  },

  /** what can be chosen, as it is asked for; its words are in `months` */
  months: [] as string[],

  onShow() {
    const { receipts, guest } = words()
    const { month } = this.data
    this.months = recentMonths(shopDay(Date.now()), monthsBack)
    dress(this, 'receipts')
    this.setData({
      guestText: guest.gateReceipts,
      months: [receipts.allMonths, ...this.months.map(monthText)],
      monthName: month && monthText(month),
    })
    if (this.data.receipts.length === 0) void this.load()
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
      const { month, goods } = this.data
      const list = await shop.sales.myReceipts({ query: this.asked() })
      const receipts = await withPoints(list.items)
      if (month !== this.data.month || goods !== this.data.goods) return
      const { t } = this.data
      this.setData({
        screen: 'ready',
        receipts,
        next: list.next,
        behind: list.asOf !== null && isBehind(list.asOf, shopDay(Date.now())),
        truth: list.asOf ? `${fill(t.asOf, { day: dayText(list.asOf) })} · ${t.nextDay}` : t.nextDay,
      })
    })
  },

  // What the list is asked for: the month and the goods that were chosen.
  asked() {
    const { month, goods } = this.data
    return { ...(month ? { month } : {}), ...(goods ? { goods } : {}) }
  },

  async onReachBottom() {
    const { next, busy, receipts } = this.data
    if (!next || busy) return
    this.setData({ busy: true })
    try {
      const list = await shop.sales.myReceipts({ query: { cursor: next, ...this.asked() } })
      const more = await withPoints(list.items)
      this.setData({ receipts: [...receipts, ...more], next: list.next })
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },

  onMonth({ detail }: WechatMiniprogram.PickerChange) {
    const month = this.months[Number(detail.value) - 1] ?? ''
    this.setData({ month, monthName: month && monthText(month), screen: 'loading', receipts: [] })
    void this.load()
  },

  onGoods({ detail }: WechatMiniprogram.Input) {
    const goods = detail.value.trim()
    if (goods === this.data.goods) return
    this.setData({ goods, screen: 'loading', receipts: [] })
    void this.load()
  },

  onOpen({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/packages/shopping/receipt/receipt?id=${String(currentTarget.dataset['id'])}` })
  },

  onMissing() {
    void wx.navigateTo({ url: '/packages/shopping/missing/missing' })
  },

  onPoints() {
    void wx.navigateTo({ url: '/packages/shopping/points/points' })
  },
})
