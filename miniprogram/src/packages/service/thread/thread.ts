import { messageOf, shop } from '../../../api/index.ts'
import { momentText } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dress, say } from '../../../lib/page.ts'
import { onceKey } from '../../../lib/subscribe.ts'

const lookEvery = 5000

interface MessageView {
  id: string
  author: 'shopper' | 'agent' | 'system'
  text: string
  when: string
}

interface Ticket {
  number: string
  state: 'open' | 'answered' | 'closed'
  kind: keyof ReturnType<typeof words>['help']['kinds']
  unread: number
  messages: { id: string; author: MessageView['author']; text: string; at: string }[]
}

Page({
  data: {
    t: words().thread,
    common: words().common,
    screen: 'loading',
    state: '',
    stateName: '',
    about: '',
    messages: [] as MessageView[],
    hint: '',
    text: '',
    busy: false,
    problem: '',
  },

  ticketId: '',
  key: '',
  timer: undefined as ReturnType<typeof setInterval> | undefined,

  onLoad(query) {
    this.ticketId = query['ticketId'] ?? ''
    this.key = onceKey()
    dress(this, 'thread')
  },

  // While the thread is on the screen an answer appears by itself.
  onShow() {
    void this.load()
    this.timer = setInterval(() => void this.load(), lookEvery)
  },

  onHide() {
    clearInterval(this.timer)
  },

  onUnload() {
    clearInterval(this.timer)
  },

  async load() {
    const params = { ticketId: this.ticketId }
    try {
      const ticket = await shop.tickets.thread({ params })
      this.show(ticket)
      if (ticket.unread > 0) await shop.tickets.read({ params })
    } catch (error) {
      if (this.data.screen !== 'ready') this.setData({ screen: 'failed', problem: messageOf(error) })
    }
  },

  show({ number, state, kind, messages }: Ticket) {
    const { help, thread } = words()
    const grew = messages.length !== this.data.messages.length
    this.setData({
      screen: 'ready',
      state,
      stateName: help.states[state],
      about: `${help.kinds[kind]} · ${fill(help.number, { number })}`,
      messages: messages.map(({ id, author, text, at }) => ({ id, author, text, when: momentText(at) })),
      hint: state === 'closed' ? thread.closed : state === 'open' ? thread.waiting : '',
    })
    if (grew) void wx.pageScrollTo({ scrollTop: 100_000, duration: 0 })
  },

  onText({ detail }: WechatMiniprogram.Input) {
    this.setData({ text: detail.value })
  },

  async onSend() {
    const text = this.data.text.trim()
    if (text === '' || this.data.busy) return
    this.setData({ busy: true })
    try {
      this.show(await shop.tickets.write({ params: { ticketId: this.ticketId }, body: { text, key: this.key } }))
      this.key = onceKey()
      this.setData({ text: '' })
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },
})
