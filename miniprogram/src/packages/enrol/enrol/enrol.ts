import { ApiError, messageOf, shop } from '../../../api/index.ts'
import { keepHolder } from '../../../lib/card.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'
import { dress, loading, say } from '../../../lib/page.ts'
import { groupsOfFour } from '../../../lib/format.ts'
import { forget, stored } from '../../../lib/storage.ts'
import { askForMessage, prepareToAsk, remindable } from '../../../lib/subscribe.ts'
import { enrolBody, type ConsentQuestion, type PhoneProof } from './enrol-body.ts'

interface ConsentView {
  title: string
  text: string
  granted: boolean
}

Page({
  data: {
    t: words().enrol,
    common: words().common,
    screen: 'loading',
    problem: '',
    version: '',
    agreed: false,
    consents: [] as ConsentView[],
    sms: false,
    phone: '',
    code: '',
    wait: 0,
    sendLabel: words().enrol.sendCode,
    busy: false,
    cardNo: '',
    found: '',
    canRemind: '',
  },

  questions: [] as ConsentQuestion[],
  termsVersion: '',
  timer: undefined as ReturnType<typeof setInterval> | undefined,

  onLoad() {
    void this.load()
  },

  onShow() {
    dress(this, 'enrol')
  },

  onUnload() {
    clearInterval(this.timer)
  },

  load() {
    return loading(this, async () => {
      const terms = await shop.members.terms()
      this.termsVersion = terms.version
      this.questions = terms.consents
      this.setData({
        screen: 'form',
        version: fill(words().enrol.version, { version: terms.version }),
        // never ticked beforehand
        agreed: false,
        consents: terms.consents.map(({ title, text }) => ({
          title: inLanguage(title),
          text: inLanguage(text),
          granted: false,
        })),
      })
    })
  },

  onTerms() {
    void wx.navigateTo({ url: '/packages/enrol/terms/terms' })
  },

  onAgreed({ detail }: WechatMiniprogram.CustomEvent<{ checked: boolean }>) {
    this.setData({ agreed: detail.checked })
  },

  onConsent({ detail, currentTarget }: WechatMiniprogram.CustomEvent<{ checked: boolean }>) {
    const chosen = Number(currentTarget.dataset['index'])
    this.setData({
      consents: this.data.consents.map((consent, index) =>
        index === chosen ? { ...consent, granted: detail.checked } : consent,
      ),
    })
  },

  onMustAgree() {
    say(words().enrol.mustAgree)
  },

  onPhoneNumber({ detail }: WechatMiniprogram.ButtonGetPhoneNumber) {
    if (detail.code) {
      void this.enrol({ by: 'wechat', code: detail.code })
      return
    }
    // a no is accepted: the SMS way opens by itself
    this.setData({ sms: true })
    say(words().enrol.refused)
  },

  onSms() {
    this.setData({ sms: true })
  },

  onPhone({ detail }: WechatMiniprogram.Input) {
    this.setData({ phone: detail.value })
  },

  onCode({ detail }: WechatMiniprogram.Input) {
    this.setData({ code: detail.value })
  },

  async onSendCode() {
    const { phone, wait } = this.data
    if (wait > 0) return
    if (!/^1\d{10}$/.test(phone)) {
      say(words().enrol.phoneHint)
      return
    }
    try {
      const { retryAfterSeconds } = await shop.members.sendSmsCode({ body: { phone } })
      this.countDown(retryAfterSeconds)
      say(words().enrol.codeSent)
    } catch (error) {
      say(messageOf(error))
    }
  },

  countDown(seconds: number) {
    const show = (wait: number) => {
      const { sendAgain, sendCode } = words().enrol
      this.setData({ wait, sendLabel: wait > 0 ? fill(sendAgain, { seconds: wait }) : sendCode })
    }
    clearInterval(this.timer)
    show(seconds)
    this.timer = setInterval(() => {
      show(this.data.wait - 1)
      if (this.data.wait <= 0) clearInterval(this.timer)
    }, 1000)
  },

  onOpen() {
    const { phone, code, agreed } = this.data
    if (!agreed) this.onMustAgree()
    else if (/^1\d{10}$/.test(phone) && /^\d{6}$/.test(code)) void this.enrol({ by: 'sms', phone, code })
  },

  async enrol(phone: PhoneProof) {
    if (this.data.busy) return
    this.setData({ busy: true })
    void wx.showLoading({ title: words().enrol.opening, mask: true })
    const granted = this.data.consents.map(consent => consent.granted)
    try {
      const result = await shop.members.enrol({
        body: enrolBody({
          termsVersion: this.termsVersion,
          phone,
          questions: this.questions,
          granted,
          origin: stored('origin'),
        }),
      })
      void wx.hideLoading()
      if (result.outcome === 'enrolled') {
        this.celebrate(result.member, result.oldCards.filter(card => card.state !== 'bound').length)
      } else {
        const { claimId, memberName, ways, attemptsLeft } = result
        void wx.navigateTo({
          url: `/packages/enrol/claim/claim?id=${claimId}&name=${encodeURIComponent(memberName)}&ways=${ways.join(',')}&left=${attemptsLeft}`,
        })
      }
    } catch (error) {
      void wx.hideLoading()
      say(messageOf(error), 3000)
      if (error instanceof ApiError && error.code === 'members.termsOutdated') void this.load()
    } finally {
      this.setData({ busy: false })
    }
  },

  celebrate(member: Parameters<typeof keepHolder>[0], cardsFound: number) {
    keepHolder(member)
    forget('origin')
    const found = cardsFound > 0 ? fill(words().enrol.foundCards, { count: cardsFound }) : ''
    this.setData({ screen: 'done', cardNo: groupsOfFour(member.cardNo), found })
    void prepareToAsk().then(() => this.setData({ canRemind: remindable('enrol')?.label ?? '' }))
  },

  async onRemind() {
    if (!(await askForMessage('enrol'))) return
    this.setData({ canRemind: '' })
    say(words().enrol.reminded)
  },

  onOldCards() {
    void wx.redirectTo({ url: '/packages/enrol/old-cards/old-cards' })
  },

  onCard() {
    void wx.switchTab({ url: '/pages/code/code' })
  },
})
