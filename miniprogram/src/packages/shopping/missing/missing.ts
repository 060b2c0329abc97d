import { messageOf, shop } from '../../../api/index.ts'
import { dateText, dayText, shopDay, whole, yuanOfFen } from '../../../lib/format.ts'
import { fill, words } from '../../../lib/i18n/index.ts'
import { dressWith, loading, say } from '../../../lib/page.ts'
import { loadStores, storeName } from '../../../lib/stores.ts'
import * as own from './words.ts'

type Claim = NonNullable<NonNullable<Parameters<typeof shop.points.askForReceipt>[0]>['body']>
const SHOWN_LENGTH = 5

Page({
  data: {
    t: own.zh,
    common: words().common,
    screen: 'loading',
    place: '',
    storeCode: '',
    date: '',
    /** the day as it is read */
    day: '',
    today: '',
    time: '',
    amount: '',
    ready: false,
    busy: false,
    answer: '',
    answerText: '',
    claims: [] as { key: string; what: string; state: string }[],
    problem: '',
  },

  onLoad(query: { store?: string }) {
    dressWith(this, own)
    const today = shopDay(Date.now())
    this.setData({
      today,
      date: today,
      day: dateText(today),
      storeCode: query.store ?? '',
      place: this.data.t.storeNone,
    })
    void this.load()
  },

  load() {
    return loading(this, async () => {
      const [{ items }] = await Promise.all([shop.points.myLateClaims(), loadStores().catch(() => [])])
      const t = this.data.t
      this.setData({
        screen: 'ready',
        claims: items.slice(0, SHOWN_LENGTH).map(({ claimId, claim, state, points, decision }) => ({
          key: claimId,
          what:
            'code' in claim
              ? t.byCode
              : `${storeName(claim.storeCode)} · ${dateText(claim.businessDate)} · ¥${yuanOfFen(claim.amount)}`,
          state: fill(t.states[state], { points: whole(points ?? 0), why: decision ?? '' }),
        })),
      })
    })
  },

  check() {
    const { storeCode, time, amount } = this.data
    this.setData({
      ready: storeCode !== '' && time !== '' && /^\d{1,6}(\.\d{1,2})?$/.test(amount) && Number(amount) > 0,
    })
  },

  onStore({ detail }: WechatMiniprogram.CustomEvent<{ storeCode: string | null }>) {
    const storeCode = detail.storeCode ?? ''
    this.setData({ storeCode, place: storeCode === '' ? this.data.t.storeNone : storeName(storeCode) })
    this.check()
  },

  onDate({ detail }: WechatMiniprogram.PickerChange) {
    const date = String(detail.value)
    this.setData({ date, day: dateText(date) })
  },

  onTime({ detail }: WechatMiniprogram.PickerChange) {
    this.setData({ time: String(detail.value) })
    this.check()
  },

  onAmount({ detail }: WechatMiniprogram.Input) {
    this.setData({ amount: detail.value.trim() })
    this.check()
  },

  async onScan() {
    const scanned = await wx.scanCode({ scanType: ['qrCode', 'barCode'] }).catch(() => null)
    if (scanned === null) return
    if (scanned.result.length < 8) {
      say(this.data.t.notOurs)
      return
    }
    await this.claim({ code: scanned.result.trim() })
  },

  async onSubmit() {
    const { ready, storeCode, date, time, amount } = this.data
    if (!ready) return
    await this.claim({ storeCode, businessDate: date, time, amount: Math.round(Number(amount) * 100) })
  },

  async claim(body: Claim) {
    if (this.data.busy) return
    this.setData({ busy: true, answer: '', answerText: '' })
    const t = this.data.t
    try {
      const outcome = await shop.points.askForReceipt({ body })
      if (outcome.outcome === 'waiting')
        this.setData({ answer: fill(t.waiting, { day: dayText(outcome.dueOn) }), answerText: t.waitingText })
      else
        this.setData({
          answer: outcome.points === 0 ? t.none : fill(t.credited, { points: whole(outcome.points) }),
          answerText: fill(t.creditedText, { balance: whole(outcome.balance) }),
        })
      await this.load()
    } catch (error) {
      say(messageOf(error), 3000)
    } finally {
      this.setData({ busy: false })
    }
  },
})
