import { shop } from '../../api/index.ts'
import { shopFace } from '../../lib/brand.ts'
import { dayText, groupsOfFour, shopDay } from '../../lib/format.ts'
import { chooseLanguage, fill, language, words } from '../../lib/i18n/index.ts'
import { dress, loading } from '../../lib/page.ts'
import { membership } from '../../lib/membership.ts'
import { store, stored } from '../../lib/storage.ts'

const pages = {
  points: '/packages/shopping/points/points',
  mall: '/packages/rewards/mall/mall',
  exchanges: '/packages/rewards/orders/orders',
  lottery: '/packages/rewards/lottery/lottery',
  tier: '/packages/rewards/tier/tier',
  signIn: '/packages/rewards/signin/signin',
  referral: '/packages/rewards/referral/referral',
  birthday: '/packages/rewards/birthday/birthday',
  oldCards: '/packages/enrol/old-cards/old-cards',
  payments: '/packages/account/payments/payments',
  profile: '/packages/account/profile/profile',
  family: '/packages/account/family/family',
  consents: '/packages/account/consents/consents',
  terms: '/packages/enrol/terms/terms',
  close: '/packages/account/close/close',
}

Page({
  data: {
    t: words().me,
    common: words().common,
    guestText: words().guest.gateMe,
    screen: 'loading',
    ...shopFace(),
    name: '',
    phone: '',
    cardNo: '',
    since: '',
    waiting: '',
    due: 0,
    large: false,
    problem: '',
  },

  onShow() {
    this.word()
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  word() {
    dress(this, 'me')
    this.setData({ guestText: words().guest.gateMe, large: stored('large') ?? false })
  },

  load() {
    return loading(this, async () => {
      if ((await membership()) !== 'member') {
        this.setData({ screen: 'guest' })
        return
      }
      const { member } = await shop.members.me()
      if (!member) {
        this.setData({ screen: 'guest' })
        return
      }
      const { me, code } = words()
      void this.askDue()
      this.setData({
        screen: 'ready',
        name: member.name || code.member,
        phone: member.phone,
        cardNo: groupsOfFour(member.cardNo),
        since: fill(me.since, { day: dayText(shopDay(member.enrolledAt)) }),
        waiting: member.waitingCards > 0 ? fill(me.oldCardsWaiting, { count: member.waitingCards }) : '',
      })
    })
  },

  /** What the shop asks this person to pay; where it cannot be asked, the row is not there. */
  async askDue() {
    const payments = await shop.wechat.myPayments().catch(() => null)
    this.setData({ due: payments?.items.length ?? 0 })
  },

  onGo({ currentTarget }: WechatMiniprogram.TouchEvent) {
    void wx.navigateTo({ url: pages[currentTarget.dataset['page'] as keyof typeof pages] })
  },

  onLanguage() {
    chooseLanguage(language() === 'zh' ? 'en' : 'zh')
    this.word()
    if (this.data.screen === 'ready') void this.load()
  },

  onLarge() {
    const large = !this.data.large
    store('large', large)
    this.setData({ large })
  },

  onPrivacyGuide() {
    wx.openPrivacyContract({})
  },
})
