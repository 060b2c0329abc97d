import { language } from './i18n/index.ts'

// The shop's day and clock: all stores are in China, wherever the phone may be.
const shopOffset = 8 * 3_600_000
const weekdays = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
}
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (value: number) => String(value).padStart(2, '0')
const shopClock = (at: string | number) => new Date((typeof at === 'number' ? at : Date.parse(at)) + shopOffset)

/** The shop's calendar day 'YYYY-MM-DD' of a moment. */
export function shopDay(at: string | number): string {
  return shopClock(at).toISOString().slice(0, 10)
}

/** A whole number with thousands separators: 12,860. */
export function whole(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Yuan of a decimal text, as printed: '63.4000' → '63.40', '7.9650' → '7.965', with separators and sign. */
export function yuan(decimal: string): string {
  const [, sign = '', units = '0', fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(decimal) ?? []
  const cents = fraction.replace(/0+$/, '').padEnd(2, '0')
  const zero = /^0*$/.test(units + fraction)
  return `${zero ? '' : sign}${whole(Number(units))}.${cents}`
}

/** A price with its sign before the ¥: ¥63.40, −¥15.90. */
export function price(decimal: string): string {
  const amount = yuan(decimal)
  return amount.startsWith('-') ? `−¥${amount.slice(1)}` : `¥${amount}`
}

/** The price of an amount in fen: 128140 → '¥1,281.40'. */
export function fenPrice(fen: number): string {
  return price((fen / 100).toFixed(2))
}

/** The yuan of an amount in fen, without fen where there are none: 500 → '5', 128140 → '1,281.40'. */
export function yuanOfFen(fen: number): string {
  return yuan((fen / 100).toFixed(2)).replace('.00', '')
}

/** A quantity without the zeros behind it: '0.8300' → '0.83', '2.0000' → '2'. */
export function quantity(decimal: string): string {
  return decimal.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')
}

/** Whether a decimal text is below zero. */
export function isNegative(decimal: string): boolean {
  return decimal.startsWith('-') && /[1-9]/.test(decimal)
}

/** Whether a decimal text is zero. */
export function isZero(decimal: string): boolean {
  return !/[1-9]/.test(decimal)
}

/** Points with their sign: +63, −20. */
export function signedPoints(points: number): string {
  return `${points < 0 ? '−' : '+'}${whole(Math.abs(points))}`
}

/** A calendar day in words: 11月21日 / 21 Nov; with the year when it is not `now`'s. For sentences and ranges. */
export function dayText(day: string, now: number = Date.now()): string {
  const [year = '', month = '', date = ''] = day.split('-')
  const sameYear = shopDay(now).startsWith(year)
  if (language() === 'en') return `${Number(date)} ${months[Number(month) - 1] ?? ''}${sameYear ? '' : ` ${year}`}`
  return `${sameYear ? '' : `${year}年`}${Number(month)}月${Number(date)}日`
}

/** A day that stands alone, with its weekday: 11月22日 周日 / Sun 22 Nov. */
export function dateText(day: string, now: number = Date.now()): string {
  const weekday = weekdays[language()][new Date(day).getUTCDay()] ?? ''
  return language() === 'en' ? `${weekday} ${dayText(day, now)}` : `${dayText(day, now)} ${weekday}`
}

/** A day of the week, 1 = Monday … 7 = Sunday: 周一 / Mon. */
export function weekdayText(day: number): string {
  return weekdays[language()][day % 7] ?? ''
}

/** A month 'YYYY-MM' in words, always with its year: 2026年11月 / Nov 2026. */
export function monthText(yearAndMonth: string): string {
  const [year = '', month = ''] = yearAndMonth.split('-')
  if (language() === 'en') return `${months[Number(month) - 1] ?? ''} ${year}`
  return `${year}年${Number(month)}月`
}

/** Time of day in the shop: 19:05. */
export function clockText(at: string): string {
  const clock = shopClock(at)
  return `${two(clock.getUTCHours())}:${two(clock.getUTCMinutes())}`
}

/** A moment that stands alone: 11月22日 周日 18:06 / Sun 22 Nov 18:06; today's is the time alone. */
export function momentText(at: string, now: number = Date.now()): string {
  return shopDay(at) === shopDay(now) ? clockText(at) : dayAndTime(at, now)
}

/** The same with its day also today. */
export function dayAndTime(at: string, now: number = Date.now()): string {
  return `${dateText(shopDay(at), now)} ${clockText(at)}`
}

/** An end of a range, without the weekday: 11月22日 22:00. */
export function rangeEnd(at: string, now: number = Date.now()): string {
  return `${dayText(shopDay(at), now)} ${clockText(at)}`
}

/** A moment in a label that has little room, without the weekday; today's is the time alone. */
export function shortMoment(at: string, now: number = Date.now()): string {
  return shopDay(at) === shopDay(now) ? clockText(at) : rangeEnd(at, now)
}

/** Until when a coupon is good: 今天 22:00 前, 明天 22:00 前, 11月30日前. */
export function untilText(
  at: string,
  words: { today: string; tomorrow: string; day: string },
  now: number = Date.now(),
): string {
  const day = shopDay(at)
  if (day === shopDay(now)) return words.today.replace('{time}', clockText(at))
  if (day === shopDay(now + 86_400_000)) return words.tomorrow.replace('{time}', clockText(at))
  return words.day.replace('{day}', dayText(day, now))
}

/** Digits in groups of four, as on a card: 8801 0203 0405 0607 0809. */
export function groupsOfFour(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, '$1 ')
}
