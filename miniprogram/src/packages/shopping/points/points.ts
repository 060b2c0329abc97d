import { messageOf, shop } from '../../../api/index.ts'
import { earningRate, rateText } from '../../../lib/earning-rate.ts'
import { dayText, momentText, signedPoints, whole } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dress, loading, say, tellMeaning } from '../../../lib/page.ts'

interface EntryView {
  entryId: string
  what: string
  when: string
  amount: string
  after: string
  gain: boolean
  documentId: string
}

interface Entry {
  entryId: string
  amount: number
  balanceAfter: number
  reason:
    | 'sale'
    | 'return'
    | 'correction'
    | 'adjustment'
    | 'activation'
    | 'expiry'
    | 'expiryUndone'
    | 'spend'
    | 'giveBack'
    | 'grace'
    | 'opening'
    | 'activity'
    | 'merge'
    | 'writeOff'
    | 'household'
  documentId: string | null
  note: string | null
  at: string
}

function entryView({ entryId, amount, balanceAfter, reason, documentId, note, at }: Entry): EntryView {
  const t = words().points
  return {
    entryId,
    what: note || t[reason],
    when: momentText(at),
    amount: signedPoints(amount),
    after: fill(t.after, { points: whole(balanceAfter) }),
    gain: amount > 0,
    documentId: documentId ?? '',
  }
}

Page({
  data: {
    t: words().points,
    common: words().common,
    large: false,
    /** what the figure that was tapped means */
    meaning: '',
    screen: 'loading',
    active: '',
    debt: '',
    pending: '',
    expiring: '',
    entries: [] as EntryView[],
    next: null as string | null,
    truth: '',
    /** how one comes to points, where there are none yet */
    earns: '',
    problem: '',
  },

  onLoad() {
    dress(this, 'points')
    this.setData({ truth: words().code.nextDay })
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [balance, page] = await Promise.all([shop.points.myBalance(), shop.points.myEntries()])
      this.setData({
        screen: 'ready',
        active: whole(balance.active),
        debt: balance.debt > 0 ? fill(words().points.debt, { points: whole(balance.debt) }) : '',
        pending: balance.pending > 0 ? fill(words().points.pending, { points: whole(balance.pending) }) : '',
        expiring: balance.expiring
          ? fill(words().points.expiring, {
              points: whole(balance.expiring.points),
              day: dayText(balance.expiring.on),
            })
          : '',
        entries: page.items.map(entryView),
        next: page.next,
      })
      if (page.items.length > 0) return
      const { emptyText, emptyPlain } = words().points
      this.setData({ earns: emptyPlain })
      this.setData({ earns: rateText(await earningRate(), emptyText, emptyPlain) })
    })
  },

  async onReachBottom() {
    const { next, entries } = this.data
    if (!next) return
    this.setData({ next: null })
    try {
      const page = await shop.points.myEntries({ query: { cursor: next } })
      this.setData({ entries: [...entries, ...page.items.map(entryView)], next: page.next })
    } catch (error) {
      this.setData({ next })
      say(messageOf(error))
    }
  },

  onMeaning(event: WechatMiniprogram.TouchEvent) {
    tellMeaning(this, event)
  },

  onExchange() {
    void wx.navigateTo({ url: '/packages/rewards/mall/mall' })
  },

  onOpen({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const id = String(currentTarget.dataset['document'] ?? '')
    if (id) void wx.navigateTo({ url: `/packages/shopping/receipt/receipt?id=${id}` })
  },
})
