import { messageOf, shop } from '../../../api/index.ts'
import { words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { formOf, invoiceView, missingIn, type InvoiceForm, type InvoiceView } from './invoice-view.ts'
import * as own from './words.ts'

const empty: InvoiceForm = { kind: 'company', title: '', taxNo: '', email: '' }

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    view: null as InvoiceView | null,
    ...empty,
    ready: false,
    busy: false,
  },

  documentId: '',

  onLoad(query) {
    this.documentId = query['id'] ?? ''
    dressWith(this, own)
    void this.load()
  },

  load() {
    const params = { documentId: this.documentId }
    return loading(this, async () => this.show(await shop.tillDesk.myInvoiceRequest({ params })))
  },

  show(mine: Awaited<ReturnType<typeof shop.tillDesk.myInvoiceRequest>>) {
    this.setData({ screen: 'ready', view: invoiceView(mine, this.data.t), ...formOf(mine.request?.buyer ?? mine.last) })
    this.check()
  },

  check() {
    this.setData({ ready: missingIn(this.data, this.data.t) === '' })
  },

  onKind({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const kind = currentTarget.dataset['kind'] === 'person' ? 'person' : 'company'
    if (kind === this.data.kind) return
    this.setData({ kind, title: '' })
    this.check()
  },

  onField({ detail, currentTarget }: WechatMiniprogram.Input) {
    this.setData({ [String(currentTarget.dataset['field'])]: detail.value })
    this.check()
  },

  async run(call: () => Promise<Awaited<ReturnType<typeof shop.tillDesk.myInvoiceRequest>>>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      this.show(await call())
      void wx.pageScrollTo({ scrollTop: 0 })
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },

  async onSubmit() {
    const { kind, title, taxNo, email, t } = this.data
    const missing = missingIn(this.data, t)
    if (missing !== '') {
      say(missing)
      return
    }
    const params = { documentId: this.documentId }
    const whom = { title: title.trim(), email: email.trim() }
    await this.run(() =>
      shop.tillDesk.askInvoice({ params, body: kind === 'person' ? { kind, ...whom } : { kind, taxNo, ...whom } }),
    )
  },

  async onWithdraw() {
    const { t } = this.data
    if (await ask(t.doIt, t.withdrawAsk, t.withdraw))
      await this.run(() => shop.tillDesk.withdrawInvoice({ params: { documentId: this.documentId } }))
  },
})
