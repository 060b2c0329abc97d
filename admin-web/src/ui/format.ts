/** The shop's zone; every day and hour on screen is the shop's. */
export const shopZone = 'Asia/Shanghai'

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })

/** 1234567 → '1,234,567'. */
export const countText = (count: number): string => grouped.format(count)

/** Integer fen → '¥12,345.60'; a negative sum keeps its sign before the ¥. */
export const fenText = (fen: number): string => `${fen < 0 ? '-' : ''}¥${cents.format(Math.abs(fen) / 100)}`

/** What an ERP states, '12.3400', → '¥12.34'; more than two places are kept where they mean something. */
export function amountText(amount: string): string {
  const negative = amount.startsWith('-')
  const [whole = '0', fraction = ''] = amount.replace(/^-/, '').split('.')
  const places = fraction.replace(/0+$/, '').padEnd(2, '0')
  return `${negative ? '-' : ''}¥${grouped.format(BigInt(whole === '' ? '0' : whole))}.${places}`
}

/** A quantity as it is stated, '0.8300' → '0.83', '2.0000' → '2'. */
export const quantityText = (quantity: string): string =>
  quantity.includes('.') ? quantity.replace(/0+$/, '').replace(/\.$/, '') : quantity

/** For tight places only: 128000 → '12.8万' or '128k'. The exact value belongs in a tooltip. */
export function compactText(value: number, locale: string): string {
  const size = Math.abs(value)
  const short = (unit: number, name: string): string => `${(value / unit).toFixed(1).replace(/\.0$/, '')}${name}`
  if (locale === 'en') {
    if (size >= 1_000_000) return short(1_000_000, 'M')
    return size >= 10_000 ? short(1000, 'k') : countText(value)
  }
  if (size >= 100_000_000) return short(100_000_000, '亿')
  return size >= 10_000 ? short(10_000, '万') : countText(value)
}

/** The change against an earlier value, '+3.2%'; null when there is nothing to compare with. */
export function changeText(now: number, before: number): string | null {
  if (before === 0) return null
  const change = ((now - before) / Math.abs(before)) * 100
  const sign = change > 0 ? '+' : ''
  return `${sign}${Math.abs(change) >= 1000 ? grouped.format(change) : change.toFixed(1)}%`
}

interface Parts {
  readonly year: string
  readonly day: string
  readonly time: string
  readonly seconds: string
}

const shopParts = new Intl.DateTimeFormat('en-GB', {
  timeZone: shopZone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hour12: false,
})

function partsOf(iso: string): Parts {
  const part: Record<string, string> = {}
  for (const { type, value } of shopParts.formatToParts(new Date(iso))) part[type] = value
  const of = (name: string): string => part[name] ?? ''
  return {
    year: of('year'),
    day: `${of('month')}-${of('day')}`,
    time: `${of('hour')}:${of('minute')}`,
    seconds: of('second'),
  }
}

/** The language of the page, for what is said outside of a part; a part that must follow a change says its own. */
const spoken = (): string =>
  // Also read where there is no page: by a test that knows only Node.
  (globalThis as { document?: { documentElement: { lang: string } } }).document?.documentElement.lang ?? ''

const WEEKDAYS = {
  zh: ['周日', '周一', '周二', '周三', '周四', '周五', '周六'],
  en: ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
} as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** A day 'YYYY-MM-DD' as it is said: '11月22日 周日', 'Sun 22 Nov'; its year only where that is asked for. */
function daySaid(day: string, locale: string, hasYear: boolean): string {
  const at = new Date(`${day}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return day
  const [year, month, date, weekday] = [at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), at.getUTCDay()]
  if (locale.startsWith('en'))
    return `${WEEKDAYS.en[weekday] ?? ''} ${date} ${MONTHS[month] ?? ''}${hasYear ? ` ${year}` : ''}`
  return `${hasYear ? `${year}年` : ''}${month + 1}月${date}日 ${WEEKDAYS.zh[weekday] ?? ''}`
}

/** A day to be read, 'YYYY-MM-DD' → '11月22日 周日' or 'Sun 22 Nov'; another year is named. */
export const dayText = (day: string, locale: string = spoken(), now: Date = new Date()): string =>
  daySaid(day, locale, day.slice(0, 4) !== partsOf(now.toISOString()).year)

/** A moment to be read, in the shop's zone: '11月22日 周日 18:06' or 'Sun 22 Nov 18:06'; another year is named. */
export function whenText(iso: string, locale: string = spoken(), now: Date = new Date()): string {
  const { year, day, time } = partsOf(iso)
  return `${dayText(`${year}-${day}`, locale, now)} ${time}`
}

/** For dense tables only: '11-22 18:06', another year named. The whole moment belongs in the hover. */
export function whenShort(iso: string, now: Date = new Date()): string {
  const { year, day, time } = partsOf(iso)
  return year === partsOf(now.toISOString()).year ? `${day} ${time}` : `${year}-${day} ${time}`
}

/** A moment to the second, with year and weekday: what a hover says. */
export function whenExact(iso: string, locale: string = spoken()): string {
  const { year, day, time, seconds } = partsOf(iso)
  return `${daySaid(`${year}-${day}`, locale, true)} ${time}:${seconds}`
}

/** '2026-11-22 19:05:33' in the shop's zone: for inputs and files. */
export function whenFull(iso: string): string {
  const { year, day, time, seconds } = partsOf(iso)
  return `${year}-${day} ${time}:${seconds}`
}

/** The shop's day of an instant, 'YYYY-MM-DD'. */
export function shopDayOf(at: Date): string {
  const { year, day } = partsOf(at.toISOString())
  return `${year}-${day}`
}

/** The instant of a wall-clock time 'YYYY-MM-DD HH:mm' in the shop's zone. */
export function shopInstantOf(wall: string): Date {
  const asUtc = Date.parse(`${wall.replace(' ', 'T')}:00Z`)
  // What the zone's clock shows then is off by the zone's distance; asked twice, because a change of the hour may lie between.
  const off = (at: number): number => Date.parse(`${whenFull(new Date(at).toISOString()).replace(' ', 'T')}Z`) - at
  return new Date(asUtc - off(asUtc - off(asUtc)))
}

/** A day some days away from another, both 'YYYY-MM-DD'. */
export const dayPlus = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** '11-22' of 'YYYY-MM-DD'. */
export const shortDay = (day: string): string => day.slice(5)

/** A spelled-out length of time: 75 → '1 分 15 秒'. */
export function durationText(seconds: number, locale: string): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60]
  const unit = locale === 'en' ? [' h', ' min', ' s'] : [' 小时', ' 分', ' 秒']
  if (hours > 0) return `${hours}${unit[0]} ${minutes}${unit[1]}`
  if (minutes > 0) return rest === 0 ? `${minutes}${unit[1]}` : `${minutes}${unit[1]} ${rest}${unit[2]}`
  return `${rest}${unit[2]}`
}

/** 20 digits in groups of four, as on the card. */
export const cardNoText = (cardNo: string): string => cardNo.replace(/(\d{4})(?=\d)/g, '$1 ')

const scale = 10_000n

/** The exact sum of amounts that an ERP stated, as a decimal string of four places. */
export function sumAmounts(amounts: readonly string[]): string {
  let total = 0n
  for (const amount of amounts) {
    const negative = amount.startsWith('-')
    const [whole = '0', fraction = ''] = amount.replace(/^-/, '').split('.')
    const units = BigInt(whole === '' ? '0' : whole) * scale + BigInt(fraction.padEnd(4, '0').slice(0, 4))
    total += negative ? -units : units
  }
  const size = total < 0n ? -total : total
  return `${total < 0n ? '-' : ''}${size / scale}.${String(size % scale).padStart(4, '0')}`
}
