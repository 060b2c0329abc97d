/** Days from Excel's zero to 1970-01-01, and what a workbook of the old Mac calendar lies behind. */
const EPOCH = 25_569
const MAC_EPOCH = 1_462
/** 9999-12-31: what is larger is no date, whatever its format says. */
const LAST_DAY = 2_958_466

/** Characters that XML cannot carry stand as _xHHHH_ (ECMA-376 §22.9.2.19). */
export const unescaped = (text: string): string =>
  text.includes('_x')
    ? text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text

/** A number as it was meant: 15 digits are what Excel keeps. */
export function numberText(text: string): string {
  if (text.length <= 15 && /^(?:0|-?[1-9]\d*)$/.test(text)) return text
  const value = Number(text)
  if (text.trim() === '' || Number.isNaN(value)) return text.trim()
  // Zero has no sign in a table.
  return Number.isInteger(value) ? (value + 0).toFixed(0) : String(Number(value.toPrecision(15)))
}

/**
 * A moment as people write it. Excel keeps it as days with a fraction (08:26 comes out as 08:25:59.999), so it is rounded
 * to the second; a fraction without a day is a time of day.
 */
export function momentText(text: string, isMac: boolean): string {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value < LAST_DAY)) return numberText(text)
  const days = isMac && value >= 1 ? value + MAC_EPOCH : value
  const moment = new Date(Math.round((days - EPOCH) * 86_400) * 1000).toISOString()
  const time = moment.slice(11, 19)
  if (value < 1) return time
  return time === '00:00:00' ? moment.slice(0, 10) : `${moment.slice(0, 10)} ${time}`
}

/** A cell of type `d` says its moment in ISO 8601. */
export const isoText = (text: string): string =>
  text
    .trim()
    .replace(/^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2}).*$/, '$1 $2')
    .replace(/ 00:00:00$/, '')

/** Built-in formats that show a date or a time, those of Chinese, Japanese and Korean Excel included (ECMA-376 §18.8.30). */
const isBuiltInDate = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)

/** Whether a number format shows a date or a time: one of its sections has letters of dates and no digits of numbers. */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return isBuiltInDate(id)
  const plain = code
    .replaceAll(/"[^"]*"?|\\.|_.|\*./g, ' ')
    .replaceAll(/\[(h+|m+|s+)\]/gi, '$1')
    .replaceAll(/\[[^\]]*\]/g, '')
    .toLowerCase()
  return plain.split(';').some(section => {
    const bare = section.replaceAll(/s\.0+/g, 's')
    return !/[#?0]|general/.test(bare) && /[ymdhse]/.test(bare)
  })
}
