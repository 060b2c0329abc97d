const digits = '一二三四五六七八九十'

/** A day of a lunar month in Chinese: 初一, 十五, 廿三, 三十. */
export function lunarDayName(day: number): string {
  if (day === 10) return '初十'
  if (day === 20) return '二十'
  if (day === 30) return '三十'
  const unit = digits[(day - 1) % 10] ?? ''
  return `${['初', '十', '廿'][Math.floor((day - 1) / 10)] ?? ''}${unit}`
}
