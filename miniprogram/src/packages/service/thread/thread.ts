import { messageOf, shop } from '../../../api/index.ts'
import { momentText } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dress, say } from '../../../lib/page.ts'
import { photoFile } from '../../../lib/photo.ts'
import { onceKey } from '../../../lib/subscribe.ts'

const lookEvery = 5000

interface MessageView {
  id: string
  author: 'shopper' | 'agent' | 'system'
  text: string
  when: string
  /** Where its photos lie on this phone; empty until they are here. */
  files: string[]
}

interface Ticket {
  number: string
  state: 'open' | 'answered' | 'closed'
  kind: keyof ReturnType<typeof words>['help']['kinds']
  unread: number
  messages: { id: string; author: MessageView['author']; text: string; photos: string[]; at: string }[]
}

Page({
  data: {
    t: words().thread,
    large: false,
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
  /** Photos that are on this phone, by id. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-assertion -- it gives the empty object its type
  files: {} as Record<string, string>,
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
      messages: messages.map(({ id, author, text, at, photos }) => ({
        id,
        author,
        text,
        when: momentText(at),
        files: photos.flatMap(photoId => this.files[photoId] ?? []),
      })),
      hint: state === 'closed' ? thread.closed : state === 'open' ? thread.waiting : '',
    })
    void this.fetch(messages.flatMap(({ photos }) => photos))
    if (grew) void wx.pageScrollTo({ scrollTop: 100_000, duration: 0 })
  },

  // Photos come one by one after the words; one that does not come is tried again with the next look.
  async fetch(photoIds: string[]) {
    const missing = photoIds.filter(photoId => this.files[photoId] === undefined)
    if (missing.length === 0) return
    for (const photoId of missing) {
      const file = await photoFile(this.ticketId, photoId).catch(() => null)
      if (file !== null) this.files[photoId] = file
    }
    if (missing.some(photoId => this.files[photoId] !== undefined)) await this.load()
  },

  onPhoto({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.previewImage({ current: String(currentTarget.dataset['file']), urls: Object.values(this.files) })
  },

  onText({ detail }: WechatMiniprogram.Input) {
    this.setData({ text: detail.value })
  },

  async onSend() {
    const text = this.data.text.trim()
    if (text === '' || this.data.busy) return
    this.setData({ busy: true })
    try {
      this.show(
        await shop.tickets.write({ params: { ticketId: this.ticketId }, body: { text, key: this.key, photos: [] } }),
      )
      this.key = onceKey()
      this.setData({ text: '' })
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },
})
