import { messageOf, shop } from '../../../api/index.ts'
import { dayText, whole } from '../../../lib/format.ts'
import { fill, language, words } from '../../../lib/i18n/index.ts'
import { ask, dressWith, loading, say } from '../../../lib/page.ts'
import { lunarDayName } from './lunar-words.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

type Mine = Awaited<ReturnType<typeof shop.rewards.myBirthday>>
type Birthday = NonNullable<Mine['birthday']>
const unset: Birthday = { calendar: 'solar', leap: false, month: 0, day: 0 }

const monthDays = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

function dayName(calendar: Birthday['calendar'], day: number): string {
  const t = own[language()]
  if (calendar === 'solar') return fill(t.day, { day })
  return fill(t.lunarDay, { day: language() === 'en' ? day : lunarDayName(day) })
}

function monthName({ calendar, month, leap }: Omit<Birthday, 'day'>): string {
  const t = own[language()]
  if (calendar === 'solar') return fill(t.month, { month })
  return fill(leap ? t.leapMonth : t.lunarMonth, { month: t.lunarMonths.split(' ')[month - 1] ?? month })
}

const birthdayName = (birthday: Birthday): string =>
  `${monthName(birthday)}${language() === 'en' ? ', ' : ''}${dayName(birthday.calendar, birthday.day)}`

Page({
  data: {
    t: zh,
    common: words().common,
    screen: 'loading',
    problem: '',
    gifts: [] as string[],
    giftText: '',
    last: '',
    next: '',
    birthday: '',
    note: '',
    canChange: true,
    ...unset,
    months: [] as string[],
    days: [] as string[],
    busy: false,
  },

  onLoad() {
    dressWith(this, own)
    void this.load()
  },

  load() {
    return loading(this, async () => this.show(await shop.rewards.myBirthday()))
  },

  show({ birthday, changeFrom, next, gift, lastGift }: Mine) {
    const t = own[language()]
    this.setData({
      screen: 'ready',
      gifts: gift
        ? [...(gift.points > 0 ? [fill(t.giftPoints, { points: whole(gift.points) })] : []), ...gift.coupons]
        : [],
      giftText: gift
        ? gift.daysBefore + gift.daysAfter === 0
          ? t.giftOnDay
          : fill(t.giftText, { before: gift.daysBefore, after: gift.daysAfter })
        : '',
      last: lastGift ? fill(t.last, { day: dayText(lastGift.givenOn) }) : '',
      next: next ? fill(t.next, { day: dayText(next) }) : '',
      birthday: birthday ? birthdayName(birthday) : '',
      canChange: changeFrom === null,
      note: changeFrom === null ? t.only : fill(t.locked, { day: dayText(changeFrom) }),
      ...birthday,
    })
    this.offer()
  },

  /** Fills the two pickers for the calendar that is chosen. */
  offer() {
    const { calendar, month, leap, day } = this.data
    const most = calendar === 'lunar' ? 30 : (monthDays[month - 1] ?? 31)
    this.setData({
      months: numbers(12).map(number => monthName({ calendar, month: number, leap: calendar === 'lunar' && leap })),
      days: numbers(most).map(number => dayName(calendar, number)),
      day: day > most ? 0 : day,
    })
  },

  onCalendar({ currentTarget }: WechatMiniprogram.TouchEvent) {
    const calendar: Birthday['calendar'] = currentTarget.dataset['calendar'] === 'lunar' ? 'lunar' : 'solar'
    this.setData({ calendar, leap: false })
    this.offer()
  },

  onLeap({ detail }: WechatMiniprogram.CustomEvent<{ checked: boolean }>) {
    this.setData({ leap: detail.checked })
    this.offer()
  },

  onMonth({ detail }: WechatMiniprogram.PickerChange) {
    this.setData({ month: Number(detail.value) + 1 })
    this.offer()
  },

  onDay({ detail }: WechatMiniprogram.PickerChange) {
    this.setData({ day: Number(detail.value) + 1 })
  },

  async onSave() {
    const { calendar, month, day, leap, busy } = this.data
    if (busy || month === 0 || day === 0) return
    const body = { calendar, month, day, leap: calendar === 'lunar' && leap }
    const t = own[language()]
    if (!(await ask(t.doIt, fill(t.sure, { day: birthdayName(body) }), t.title))) return
    this.setData({ busy: true })
    try {
      this.show(await shop.rewards.changeMyBirthday({ body }))
      say(words().common.saved)
    } catch (error) {
      say(messageOf(error))
    } finally {
      this.setData({ busy: false })
    }
  },
})
