import { messageOf, shop } from '../../../api/index.ts'
import { dayText, whole } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { cellsOf, monthFrom, type Cell } from './calendar.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

type Calendar = Awaited<ReturnType<typeof shop.rewards.mySignIn>>

/** What a gift is called: 20 积分 和 满39减5. */
function giftText(t: typeof zh, { points, coupon }: { points: number; coupon: string | null }): string {
  const sum = points > 0 ? fill(t.points, { points: whole(points) }) : ''
  return sum && coupon ? fill(t.and, { one: sum, other: coupon }) : sum || coupon || ''
}

Page({
  data: {
    t: zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    isOn: true,
    busy: false,
    signedToday: false,
    button: '',
    streak: '',
    longest: '',
    next: '',
    month: '',
    monthText: '',
    isThisMonth: true,
    weekdays: [] as { number: number; name: string }[],
    cells: [] as Cell[],
    bonuses: [] as { when: string; gift: string }[],
    makeUp: '',
  },

  cost: 0,

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    void wx.stopPullDownRefresh()
  },

  load() {
    return loading(this, async () => {
      const { month } = this.data
      this.show(await shop.rewards.mySignIn(month === '' ? {} : { query: { month } }))
    })
  },

  show(calendar: Calendar) {
    const t = own[language()]
    const { makeUp, nextBonus, month } = calendar
    this.cost = makeUp?.costPoints ?? 0
    const [year = '', number = ''] = month.split('-')
    this.setData({
      screen: 'ready',
      isOn: calendar.isOn,
      signedToday: calendar.signedToday,
      button: calendar.nextPoints > 0 ? fill(t.sign, { points: calendar.nextPoints }) : t.signPlain,
      streak: fill(t.streak, { days: calendar.streak }),
      longest: calendar.longest > calendar.streak ? fill(t.longest, { days: calendar.longest }) : '',
      next: nextBonus ? fill(t.next, { days: nextBonus.missing, gift: giftText(t, nextBonus) }) : '',
      month,
      monthText: fill(t.month, { year, month: Number(number) }),
      isThisMonth: calendar.today.startsWith(month),
      weekdays: t.weekdays.split(' ').map((name, number) => ({ number, name })),
      cells: cellsOf(month, calendar.today, calendar.days, makeUp && makeUp.left > 0 ? makeUp.days : []),
      bonuses: calendar.bonuses.map(bonus => ({
        when: fill(bonus.repeats ? t.bonusAgain : t.bonusOnce, { days: bonus.days }),
        gift: giftText(t, bonus),
      })),
      makeUp:
        makeUp && makeUp.left > 0 && makeUp.days.length > 0
          ? fill(makeUp.costPoints > 0 ? t.makeUpLeft : t.makeUpFree, { left: makeUp.left, points: makeUp.costPoints })
          : '',
    })
  },

  async count(work: () => ReturnType<typeof shop.rewards.signIn>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      const { points, bonusPoints, coupons, calendar } = await work()
      const t = own[language()]
      this.show(calendar)
      const lines = [
        ...(points + bonusPoints > 0 ? [fill(t.got, { points: points + bonusPoints })] : []),
        ...(coupons > 0 ? [t.gotCoupon] : []),
      ]
      say(lines.join(' · ') || t.signed)
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },

  onSign() {
    if (!this.data.signedToday) void this.count(() => shop.rewards.signIn())
  },

  async onDay({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const day = String(currentTarget.dataset['day'])
    if (this.data.cells.find(cell => cell.day === day)?.state !== 'open') return
    const t = own[language()]
    const content = fill(this.cost > 0 ? t.makeUpSure : t.makeUpSureFree, { day: dayText(day), points: this.cost })
    if (await ask(t.doIt, content, t.makeUp)) void this.count(() => shop.rewards.makeUpSignIn({ body: { day } }))
  },

  onMonth({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const by = Number(currentTarget.dataset['by'])
    if (by > 0 && this.data.isThisMonth) return
    this.setData({ month: monthFrom(this.data.month, by) })
    void this.load()
  },
})
