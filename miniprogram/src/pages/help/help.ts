import { shop } from '../../api/index.ts'
import { momentText } from '../../lib/format.ts'
import { words } from '../../lib/i18n/index.ts'
import { dress, loading } from '../../lib/page.ts'
import { needsPrivacyConsent } from '../../lib/privacy.ts'
import { refreshRedDot } from '../../lib/red-dot.ts'

const kinds = ['points', 'coupon', 'price', 'quality', 'return', 'invoice', 'complaint', 'other'] as const

interface TicketView {
  id: string
  subject: string
  kind: string
  state: string
  stateName: string
  when: string
  unread: number
}

Page({
  data: {
    t: words().help,
    large: false,
    common: words().common,
    screen: 'loading',
    kinds: [] as { kind: string; name: string }[],
    tickets: [] as TicketView[],
    next: null as string | null,
    askPrivacy: false,
    problem: '',
  },

  wanted: '',

  onShow() {
    const { help } = words()
    dress(this, 'help')
    this.setData({ kinds: kinds.map(kind => ({ kind, name: help.kinds[kind] })) })
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  async load() {
    if (await needsPrivacyConsent()) {
      this.setData({ screen: 'unasked' })
      return
    }
    await loading(this, async () => {
      const { items, next } = await shop.tickets.mine()
      this.setData({ screen: 'ready', tickets: items.map(ticket => this.view(ticket)), next })
      void refreshRedDot()
    })
  },

  async onReachBottom() {
    const { next, tickets } = this.data
    if (!next) return
    this.setData({ next: null })
    const page = await shop.tickets.mine({ query: { cursor: next } }).catch(() => null)
    if (page) this.setData({ tickets: [...tickets, ...page.items.map(ticket => this.view(ticket))], next: page.next })
  },

  view(ticket: {
    id: string
    subject: string
    kind: keyof ReturnType<typeof words>['help']['kinds']
    state: 'open' | 'answered' | 'closed'
    lastMessageAt: string
    unread: number
  }): TicketView {
    const { kinds: names, states } = words().help
    const { id, subject, kind, state, lastMessageAt, unread } = ticket
    return { id, subject, kind: names[kind], state, stateName: states[state], when: momentText(lastMessageAt), unread }
  },

  async onAsk({ currentTarget }: WechatMiniprogram.TouchEvent) {
    this.wanted = String(currentTarget.dataset['kind'])
    if (await needsPrivacyConsent()) this.setData({ askPrivacy: true })
    else this.ask()
  },

  ask() {
    void wx.navigateTo({ url: `/packages/service/ask/ask?kind=${this.wanted}` })
  },

  onAgree() {
    this.setData({ askPrivacy: false })
    this.ask()
  },

  onRefuse() {
    this.setData({ askPrivacy: false })
  },

  onOpen({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: `/packages/service/thread/thread?ticketId=${String(currentTarget.dataset['id'])}` })
  },
})
