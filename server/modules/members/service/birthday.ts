import { addDays } from '../../../kernel/clock.ts'

/** The day somebody celebrates: month and day only, by the solar or the lunar calendar. */
export interface Birthday {
  readonly calendar: 'solar' | 'lunar'
  readonly month: number
  readonly day: number
  /** Born in a leap month (闰月) of the lunar calendar. */
  readonly leap: boolean
}

/** A day of the lunar calendar; `year` is the solar year in which the lunar one began. */
export interface LunarDay {
  readonly year: number
  readonly month: number
  readonly leap: boolean
  readonly day: number
}

const two = (number: number): string => String(number).padStart(2, '0')

/** A birthday as it is kept and looked up: '03-15', 'L08-15', 'L06-01+' (leap month). */
export const birthdayText = ({ calendar, month, day, leap }: Birthday): string =>
  `${calendar === 'lunar' ? 'L' : ''}${two(month)}-${two(day)}${calendar === 'lunar' && leap ? '+' : ''}`

/** What a kept birthday says; one with a year ('1980-03-15', as old files state it) is a solar one. Null = none. */
export function readBirthday(text: string): Birthday | null {
  const match = /^(?:\d{4}-)?(L?)(\d{2})-(\d{2})(\+?)$/.exec(text)
  if (match === null) return null
  const found: Birthday = {
    calendar: match[1] === 'L' ? 'lunar' : 'solar',
    month: Number(match[2]),
    day: Number(match[3]),
    leap: match[4] === '+',
  }
  return isPossible(found) ? found : null
}

/** Whether a day exists in any year of its calendar: 29 February does, 31 April and the 31st of a lunar month do not. */
export function isPossible({ calendar, month, day, leap }: Birthday): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  if (calendar === 'lunar') return day <= 30
  return !leap && day <= new Date(Date.UTC(2024, month, 0)).getUTCDate()
}

const chinese = new Intl.DateTimeFormat('en-u-ca-chinese', {
  timeZone: 'UTC',
  year: 'numeric',
  month: 'numeric',
  day: 'numeric',
})
const known = new Map<string, LunarDay>()

/** The lunar day of a calendar day, by Node's own Chinese calendar. */
export function lunarDay(day: string): LunarDay {
  const before = known.get(day)
  if (before !== undefined) return before
  const parts = new Map<string, string>(
    chinese.formatToParts(new Date(`${day}T00:00:00Z`)).map(part => [part.type, part.value]),
  )
  const month = parts.get('month') ?? ''
  const found = {
    year: Number(parts.get('relatedYear')),
    month: Number.parseInt(month, 10),
    leap: month.endsWith('bis'),
    day: Number(parts.get('day')),
  }
  if (known.size > 4000) known.clear()
  known.set(day, found)
  return found
}

/**
 * The birthdays, as kept, that are celebrated on a calendar day. Whoever was born on a day that this year lacks
 * celebrates on the last day before it: 29 February on the 28th, the lunar 30th (also 除夕) on the 29th; whoever was born
 * in a leap month celebrates in it where the year has it, else in the month of the same number.
 */
export function celebratedOn(day: string): string[] {
  const solar = [day.slice(5)]
  if (day.endsWith('-02-28') && addDays(day, 1).endsWith('-03-01')) solar.push('02-29')
  const lunar = lunarDay(day)
  const next = lunarDay(addDays(day, 1))
  const days = lunar.day === 29 && next.day === 1 ? [29, 30] : [lunar.day]
  const following = lunarDay(addDays(day, 31 - lunar.day))
  const hasLeap = following.leap && following.month === lunar.month
  const leaps = lunar.leap ? [true] : hasLeap ? [false] : [false, true]
  return [
    ...solar,
    ...days.flatMap(date =>
      leaps.map(leap => birthdayText({ calendar: 'lunar', month: lunar.month, day: date, leap })),
    ),
  ]
}

/** The birthdays celebrated from one day to another, each with its day; the first where one falls twice. */
export function celebratedBetween(from: string, to: string): Map<string, string> {
  const found = new Map<string, string>()
  for (let day = from; day <= to; day = addDays(day, 1))
    for (const text of celebratedOn(day)) if (!found.has(text)) found.set(text, day)
  return found
}

/** The next day, from a day on, on which a birthday is celebrated. */
export function nextCelebration(birthday: Birthday, from: string): string {
  const text = birthdayText(birthday)
  for (let day = from, tries = 0; tries < 800; day = addDays(day, 1), tries++)
    if (celebratedOn(day).includes(text)) return day
  throw new Error(`no such birthday: ${text}`)
}

/** Whether a business date is a birthday, or lies in its month (the lunar one's in the lunar month); else null. */
export function birthdayAt(kept: string, businessDate: string): 'day' | 'month' | null {
  const birthday = readBirthday(kept)
  if (birthday === null) return null
  if (celebratedOn(businessDate).includes(birthdayText(birthday))) return 'day'
  const month = birthday.calendar === 'lunar' ? lunarDay(businessDate).month : Number(businessDate.slice(5, 7))
  return month === birthday.month ? 'month' : null
}
