import { shop } from '../../../api/index.ts'
import { price } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import * as own from './words.ts'

type Payment = Awaited<ReturnType<typeof shop.wechat.myPayments>>['items'][number]

/** How one payment stands on this phone: to be paid, WeChat's sheet is open, paid and not confirmed yet, confirmed. */
type Phase = 'due' | 'paying' | 'confirming' | 'paid'
interface Row {
  orderNo: string
  description: string
  amount: string
  act: string
  phase: Phase
}

/** The server hears of a payment from WeChat, usually within a second: it is asked so often, so many ms apart. */
const ASKED = 8
const APART_MS = 1_000

const wait = (ms: number) => new Promise<void>(resolve => void setTimeout(resolve, ms))
const reasonIn = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'errMsg' in error && typeof error.errMsg === 'string'
    ? error.errMsg.replace(/^requestPayment:fail ?/, '')
    : ''

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    rows: [] as Row[],
  },

  onLoad() {
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
      const { items } = await shop.wechat.myPayments()
      const done = this.data.rows.filter(({ phase }) => phase === 'paid')
      this.setData({ screen: 'ready', rows: [...done, ...items.map(one => this.rowOf(one))] })
    })
  },

  rowOf({ orderNo, description, totalFen }: Payment): Row {
    const amount = price((totalFen / 100).toFixed(2))
    const phase = this.data.rows.find(row => row.orderNo === orderNo)?.phase ?? 'due'
    return { orderNo, description, amount, act: fill(this.data.t.pay, { amount }), phase }
  },

  turn(orderNo: string, phase: Phase) {
    this.setData({ rows: this.data.rows.map(row => (row.orderNo === orderNo ? { ...row, phase } : row)) })
  },

  async onPay({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const orderNo = String(currentTarget.dataset['order'])
    if (this.data.rows.some(({ phase }) => phase === 'paying')) return
    this.turn(orderNo, 'paying')
    try {
      // Asked again: the shop may have closed it meanwhile.
      const { items } = await shop.wechat.myPayments()
      const payment = items.find(one => one.orderNo === orderNo)
      if (payment === undefined) {
        this.turn(orderNo, 'paid')
        return
      }
      const { timeStamp, nonceStr, package: prepaid, paySign } = payment.request
      await wx.requestPayment({ timeStamp, nonceStr, package: prepaid, signType: 'RSA', paySign })
    } catch (error) {
      this.turn(orderNo, 'due')
      const why = reasonIn(error)
      say(why === 'cancel' || why === '' ? this.data.t.cancelled : fill(this.data.t.failed, { why }), 3000)
      return
    }
    this.turn(orderNo, 'confirming')
    await this.confirm(orderNo)
  },

  /** WeChat tells the server, not the phone, whether money came: only then the payment is called paid. */
  async confirm(orderNo: string) {
    for (let asked = 0; asked < ASKED; asked++) {
      const due = await shop.wechat.myPayments().catch(() => null)
      if (due !== null && !due.items.some(one => one.orderNo === orderNo)) {
        this.turn(orderNo, 'paid')
        return
      }
      await wait(APART_MS)
    }
  },
})
