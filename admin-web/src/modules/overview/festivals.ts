/** Lunar festivals by month and day of the Chinese calendar, and the fixed ones of the trade by 'MM-DD'. */
const lunar: Readonly<Record<string, { zh: string; en: string }>> = {
  '1-1': { zh: '春节', en: 'Spring Festival' },
  '1-15': { zh: '元宵', en: 'Lantern' },
  '5-5': { zh: '端午', en: 'Dragon Boat' },
  '7-7': { zh: '七夕', en: 'Qixi' },
  '8-15': { zh: '中秋', en: 'Mid-Autumn' },
  '9-9': { zh: '重阳', en: 'Chongyang' },
  '12-8': { zh: '腊八', en: 'Laba' },
  '12-23': { zh: '小年', en: 'Little New Year' },
}
const solar: Readonly<Record<string, { zh: string; en: string }>> = {
  '01-01': { zh: '元旦', en: 'New Year' },
  '05-01': { zh: '劳动节', en: 'Labour Day' },
  '06-18': { zh: '618', en: '618' },
  '10-01': { zh: '国庆', en: 'National Day' },
  '11-11': { zh: '双11', en: 'Double 11' },
  '12-12': { zh: '双12', en: 'Double 12' },
}
const calendar = new Intl.DateTimeFormat('en-u-ca-chinese', { timeZone: 'UTC', month: 'numeric', day: 'numeric' })

/** The lunar month and day of 'YYYY-MM-DD', '8-15'; a leap month carries no festival. */
export function lunarDay(day: string): string {
  const parts = calendar.formatToParts(new Date(`${day}T00:00:00Z`))
  const of = (type: string): string => parts.find(part => part.type === type)?.value ?? ''
  return `${of('month')}-${of('day')}`
}

/** The festivals among days, by day. */
export function festivalsOf(days: readonly string[], locale: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const day of days) {
    const festival = solar[day.slice(5)] ?? lunar[lunarDay(day)]
    if (festival !== undefined) found[day] = locale === 'en' ? festival.en : festival.zh
  }
  return found
}
