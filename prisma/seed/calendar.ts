/** What a business date means to the trade. */
export interface Day {
  /** YYYY-MM-DD */
  date: string
  /** 0 = Sunday. */
  weekday: number
  month: number
  /** Tuesday is 会员日. */
  memberDay: boolean
  /** Traffic relative to an ordinary day. */
  traffic: number
  /** Names of the festivals whose season this day belongs to. */
  seasons: readonly Season[]
  schoolHoliday: boolean
}

/** Seasons that move demand for tagged product families. */
export type Season = '年货节' | '春节' | '元宵' | '清明' | '端午' | '中秋' | '冬至' | '618' | '双11' | '夏' | '冬'

const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone: 'UTC' })
const dayMs = 86_400_000

/** Chinese calendar month and day of a date, e.g. `8/15`; leap months carry `bis`, so no festival falls into them. */
export function lunarDate(date: string): string {
  const parts = lunar.formatToParts(new Date(`${date}T12:00:00Z`))
  const part = (type: string) => parts.find(p => p.type === type)?.value ?? ''
  return `${part('month')}/${part('day')}`
}

/** The date `days` later (or earlier, negative). */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
}

/** Day of the month of a solar term in this century: 清明 (April) and 冬至 (December). */
function solarTerm(year: number, constant: number): number {
  const y = year % 100
  return Math.floor(y * 0.2422 + constant) - Math.floor(y / 4)
}

/** Date of each festival that touches a window of dates. */
export function festivals(from: string, until: string): { season: Season; date: string }[] {
  const found: { season: Season; date: string }[] = []
  const byLunar: Record<string, Season> = { '1/1': '春节', '1/15': '元宵', '5/5': '端午', '8/15': '中秋' }
  for (let date = addDays(from, -40); date <= addDays(until, 40); date = addDays(date, 1)) {
    const season = byLunar[lunarDate(date)]
    if (season !== undefined) found.push({ season, date })
    const year = Number(date.slice(0, 4))
    const pad = (day: number) => String(day).padStart(2, '0')
    if (date === `${year}-04-${pad(solarTerm(year, 4.81))}`) found.push({ season: '清明', date })
    if (date === `${year}-12-${pad(solarTerm(year, 21.94))}`) found.push({ season: '冬至', date })
    if (date.endsWith('-06-18')) found.push({ season: '618', date })
    if (date.endsWith('-11-11')) found.push({ season: '双11', date })
  }
  return found
}

/** The seasons and their weight in traffic, counted in days from the festival's date. */
function seasonsOf(
  date: string,
  dates: readonly { season: Season; date: string }[],
): { season: Season; traffic: number }[] {
  return dates.flatMap(({ season, date: festival }): { season: Season; traffic: number }[] => {
    const away = Math.round((Date.parse(date) - Date.parse(festival)) / dayMs)
    if (season === '春节') {
      if (away >= -21 && away < -2) return [{ season: '年货节', traffic: 1.22 + (away + 21) * 0.018 }]
      if (away >= -2 && away < 0) return [{ season: '年货节', traffic: 1.25 }]
      if (away >= 0 && away < 7) return [{ season: '春节', traffic: away < 3 ? 0.38 : 0.6 }]
      return []
    }
    if (season === '中秋' || season === '端午')
      return away >= -12 && away <= 0 ? [{ season, traffic: away >= -4 ? 1.22 : 1.06 }] : []
    if (season === '618' || season === '双11') return away >= -3 && away <= 1 ? [{ season, traffic: 1.1 }] : []
    return away >= -4 && away <= 0 ? [{ season, traffic: 1.08 }] : []
  })
}

const weekdayTraffic = [1.18, 0.88, 1.12, 0.9, 0.92, 1.0, 1.2]

/** Every business date of a window with its meaning, in order. */
export function calendar(from: string, until: string): Day[] {
  const dates = festivals(from, until)
  const days: Day[] = []
  for (let date = from; date <= until; date = addDays(date, 1)) {
    const weekday = new Date(`${date}T12:00:00Z`).getUTCDay()
    const month = Number(date.slice(5, 7))
    const active = seasonsOf(date, dates)
    const seasons = active.map(s => s.season)
    if (month >= 6 && month <= 8) seasons.push('夏')
    if (month === 12 || month <= 2) seasons.push('冬')
    const traffic = active.reduce((product, s) => product * s.traffic, weekdayTraffic[weekday] ?? 1)
    const schoolHoliday = month === 7 || month === 8 || seasons.includes('年货节') || seasons.includes('春节')
    days.push({ date, weekday, month, memberDay: weekday === 2, traffic, seasons, schoolHoliday })
  }
  return days
}
