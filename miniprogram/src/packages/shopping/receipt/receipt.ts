import { shop } from '../../../api/index.ts'
import { words } from '../../../lib/i18n/index.ts'
import { dressWith, loading } from '../../../lib/page.ts'
import { invoiceDoor, slipView, usedCoupons, type SlipView, type UsedCoupon } from './receipt-detail-view.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    slip: null as SlipView | null,
    problem: '',
    /** whether the next line tapped is the one that something is wrong with */
    choosing: false,
    /** whether the purchase can be rated (open), has been (done), or neither */
    review: '',
    /** 用了哪张券 */
    coupons: [] as UsedCoupon[],
    invoice: null as { label: string; amount: string; door: string } | null,
  },

  documentId: '',
  storeCode: '',

  onLoad(query) {
    this.documentId = query['id'] ?? ''
    dressWith(this, own)
  },

  // Also when she comes back from the invoice, which may have been asked for.
  onShow() {
    void this.load()
  },

  load() {
    const params = { documentId: this.documentId }
    return loading(this, async () => {
      const [receipt, earned] = await Promise.all([
        shop.sales.myReceipt({ params }),
        shop.points.myReceipt({ params }).catch(() => null),
      ])
      this.storeCode = receipt.storeCode
      this.setData({ screen: 'ready', slip: slipView(receipt, earned) })
      const used = await shop.coupons.receiptCoupons({ params }).catch(() => null)
      this.setData({ coupons: usedCoupons(used?.items ?? []) })
      const invoice = await shop.tillDesk.myInvoice({ params }).catch(() => null)
      if (invoice !== null) this.setData({ invoice: invoiceDoor(invoice) })
      const asked = await shop.rewards.surveyAfterReceipt({ params }).catch(() => null)
      this.setData({ review: asked?.survey ? (asked.survey.isAnswered ? 'done' : 'open') : '' })
    })
  },

  onReview() {
    if (this.data.review !== 'open') return
    void wx.navigateTo({ url: `/packages/rewards/survey/survey?documentId=${this.documentId}` })
  },

  onReturn({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/packages/shopping/receipt/receipt?id=${String(currentTarget.dataset['id'])}` })
  },

  onInvoice() {
    void wx.navigateTo({ url: `/packages/shopping/invoice/invoice?id=${this.documentId}` })
  },

  onProblem() {
    this.ask('points')
  },

  // Which of the goods it is about is asked first; a receipt of one line needs no question.
  onGoodsProblem() {
    const { choosing, slip } = this.data
    const [only, ...others] = slip?.lines ?? []
    if (only !== undefined && others.length === 0) return this.ask('quality', only.name)
    this.setData({ choosing: !choosing })
    if (!choosing) void wx.pageScrollTo({ scrollTop: 0 })
  },

  onLine({ currentTarget }: WechatMiniprogram.TouchEvent) {
    if (!this.data.choosing) return
    this.setData({ choosing: false })
    this.ask('quality', String(currentTarget.dataset['name']))
  },

  ask(kind: 'points' | 'quality', goods = '') {
    const about = goods ? `&goods=${encodeURIComponent(goods)}` : ''
    void wx.navigateTo({
      url: `/packages/service/ask/ask?kind=${kind}&receipt=${this.documentId}&store=${this.storeCode}${about}`,
    })
  },
})
