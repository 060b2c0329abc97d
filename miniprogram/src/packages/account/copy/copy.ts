import { messageOf, shop } from '../../../api/index.ts'
import { dayText, shopDay } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import * as own from './words.ts'

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    note: '',
    readyId: '',
    isOpen: false,
    text: '',
    requests: [] as { key: string; what: string; state: string }[],
    busy: false,
    problem: '',
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const { items } = await shop.members.myRequests()
      const t = this.data.t
      const open = items.find(each => each.kind === 'export' && each.state !== 'done')
      this.setData({
        screen: 'ready',
        isOpen: open !== undefined,
        readyId: open?.state === 'ready' ? open.requestId : '',
        note: open === undefined ? '' : open.state === 'ready' ? t.ready : fill(t.asked, { day: dayText(open.dueOn) }),
        requests: items.map(each => ({
          key: each.requestId,
          what: `${t.kinds[each.kind]} · ${dayText(shopDay(each.requestedAt))}`,
          state: t.states[each.state],
        })),
      })
    })
  },

  async run(call: () => Promise<unknown>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      await call()
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },

  onAsk() {
    void this.run(async () => {
      await shop.members.askExport()
      await this.load()
    })
  },

  onRead() {
    const { readyId: requestId } = this.data
    void this.run(async () => this.setData({ text: (await shop.members.myExport({ params: { requestId } })).text }))
  },

  onCopy() {
    const { readyId: requestId } = this.data
    void this.run(async () => {
      const { json } = await shop.members.myExport({ params: { requestId } })
      await wx.setClipboardData({ data: json })
    })
  },
})
