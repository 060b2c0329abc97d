import { shop } from '../../../api/index.ts'
import { dayText, whole, yuanOfFen } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { stored } from '../../../lib/storage.ts'
import { conditionText, offerText, type Offer } from './offer.ts'
import { drawPoster, saveToAlbum } from './poster.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

interface InvitedView {
  number: number
  name: string
  joined: string
  state: string
  isGood: boolean
}

Page({
  data: {
    t: zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    isOn: true,
    youGet: '',
    mine: '',
    friends: '',
    code: '',
    picture: '',
    poster: '',
    busy: false,
    rules: [] as string[],
    total: '',
    invited: [] as InvitedView[],
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  load(): Promise<void> {
    return loading(this, async () => {
      const { terms, code, invited, points, rewardedThisMonth } = await shop.rewards.myReferral()
      const t = own[language()]
      const offer = (given: Offer | null) => (given ? offerText(t, given) : '')
      const buys = terms.condition === 'firstPurchase'
      this.setData({
        screen: 'ready',
        isOn: terms.isOn,
        youGet: fill(t.youGet, { what: conditionText(t, terms) }),
        mine: offer(terms.inviter),
        friends: offer(terms.invitee),
        code,
        rules: [
          t.ruleNew,
          ...(buys ? [fill(t.ruleWithin, { days: terms.withinDays, yuan: yuanOfFen(terms.minFen) })] : []),
          ...(terms.coolingDays > 0 ? [fill(t.ruleCooling, { days: terms.coolingDays })] : []),
          fill(t.ruleMonth, { count: terms.perMonth, done: rewardedThisMonth }),
        ],
        total: points > 0 ? fill(t.total, { points: whole(points) }) : '',
        invited: invited.map(({ name, state, enrolledOn, dueOn }, number) => ({
          number,
          name,
          joined: fill(t.joined, { day: dayText(enrolledOn) }),
          state: fill(t[state], { day: dayText(dueOn) }),
          isGood: state === 'rewarded',
        })),
      })
      if (terms.isOn) void this.draw()
    })
  },

  /** The code as WeChat draws it; where it cannot, the eight characters and the share button remain. */
  async draw(): Promise<void> {
    const picture = await shop.rewards.myReferralPicture().catch(() => null)
    if (picture) this.setData(picture)
  },

  /** The poster is drawn anew each time: code and offer may have changed. */
  async onPoster() {
    const { t, code, picture, friends, busy } = this.data
    if (busy) return
    this.setData({ busy: true })
    try {
      const poster = await drawPoster({
        shop: stored('brand')?.name ?? '',
        colour: stored('brand')?.light.band ?? '#0e7a63',
        title: fill(t.shareTitle, { name: stored('card')?.name ?? '' }),
        gift: friends ? `${t.youGetOnPoster}${friends}` : '',
        picture,
        code,
        hint: picture ? t.posterScan : t.posterCode,
      })
      this.setData({ poster })
    } catch {
      say(t.posterFailed)
    } finally {
      this.setData({ busy: false })
    }
  },

  onClosePoster() {
    this.setData({ poster: '' })
  },

  async onSave() {
    const { t, poster } = this.data
    const how = await saveToAlbum(poster)
    if (how === 'saved') {
      say(t.posterSaved)
      this.setData({ poster: '' })
      return
    }
    if (how === 'no') return
    if (await ask(t.doIt, t.albumDenied)) void wx.openSetting()
  },

  onCopy() {
    wx.setClipboardData({ data: this.data.code, success: () => say(own[language()].copied) })
  },

  onShareAppMessage(): { title: string; path: string } {
    return {
      title: fill(own[language()].shareTitle, { name: stored('card')?.name ?? '' }),
      path: `/packages/rewards/invited/invited?r=${this.data.code}`,
    }
  },
})
