import { messageOf, shop } from '../../../api/index.ts'
import { momentText } from '../../../lib/format.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { dress, loading, say } from '../../../lib/page.ts'

type Purpose = 'marketing' | 'personalRecommendation'
type Channel = 'wechat' | 'sms' | 'all'

interface Consent {
  purpose: Purpose
  channel: Channel
  granted: boolean
  version: string
  source: 'miniprogram' | 'paper' | 'staff' | 'merge'
  at: string
}

interface ConsentView {
  key: string
  purpose: Purpose
  channel: Channel
  title: string
  text: string
  granted: boolean
}

Page({
  data: {
    t: words().consents,
    common: words().common,
    screen: 'loading',
    consents: [] as ConsentView[],
    history: [] as { key: string; what: string; how: string }[],
    problem: '',
  },

  onLoad() {
    dress(this, 'consents')
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [terms, mine] = await Promise.all([shop.members.terms(), shop.members.myConsents()])
      const consents = terms.consents.map(({ purpose, channel, title, text }) => ({
        key: `${purpose}.${channel}`,
        purpose,
        channel,
        title: inLanguage(title),
        text: inLanguage(text),
        granted: mine.items.some(each => each.purpose === purpose && each.channel === channel && each.granted),
      }))
      this.setData({ screen: 'ready', consents, history: this.historyView(mine.history) })
    })
  },

  historyView(history: Consent[]) {
    // only what was once given can be withdrawn; the first answer may simply have been no
    const givenBefore = ({ purpose, channel, at }: Consent) =>
      history.some(each => each.granted && each.purpose === purpose && each.channel === channel && each.at < at)
    return history.map((entry, index) => this.entryView(entry, index, givenBefore(entry)))
  },

  entryView({ purpose, channel, granted, version, source, at }: Consent, index: number, givenBefore: boolean) {
    const t = words().consents
    return {
      key: String(index),
      what: `${granted ? t.granted : givenBefore ? t.withdrawn : t.never} · ${t.purposes[purpose]}${channel === 'all' ? '' : ` · ${t.channels[channel]}`}`,
      how: `${momentText(at)} · ${t.sources[source]} · ${fill(t.version, { version })}`,
    }
  },

  onCopy() {
    void wx.navigateTo({ url: '/packages/account/copy/copy' })
  },

  async onSwitch({ detail, currentTarget }: WechatMiniprogram.SwitchChange) {
    const chosen = this.data.consents.find(each => each.key === currentTarget.dataset['key'])
    if (!chosen) return
    const { purpose, channel } = chosen
    const show = (granted: boolean) =>
      this.setData({
        consents: this.data.consents.map(each => (each.key === chosen.key ? { ...each, granted } : each)),
      })
    show(detail.value)
    try {
      const { history } = await shop.members.changeConsents({
        body: { consents: [{ purpose, channel, granted: detail.value }] },
      })
      this.setData({ history: this.historyView(history) })
    } catch (error) {
      show(!detail.value)
      say(messageOf(error))
    }
  },
})
