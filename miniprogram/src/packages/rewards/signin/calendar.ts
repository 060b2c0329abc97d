/** A cell of the calendar; an empty `day` is a gap before the first of the month. */
export interface Cell {
  day: string
  date: string
  /** signed · madeUp · open (can be made up for) · today · plain · ahead */
  state: string
}

/** The month as weeks from Monday to Sunday. */
export function cellsOf(
  month: string,
  today: string,
  signed: readonly { day: string; madeUp: boolean }[],
  open: readonly string[],
): Cell[] {
  const first = new Date(`${month}-01T00:00:00Z`)
  const before = (first.getUTCDay() + 6) % 7
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  const stateOf = (day: string): string => {
    const found = signed.find(one => one.day === day)
    if (found) return found.madeUp ? 'madeUp' : 'signed'
    if (open.includes(day)) return 'open'
    if (day === today) return 'today'
    return day > today ? 'ahead' : 'plain'
  }
  const gaps = Array.from({ length: before }, (_, i) => ({ day: `gap${i}`, date: '', state: 'gap' }))
  const days = Array.from({ length }, (_, i) => {
    const day = `${month}-${String(i + 1).padStart(2, '0')}`
    return { day, date: String(i + 1), state: stateOf(day) }
  })
  return [...gaps, ...days]
}

/** The month so many months from another. */
export function monthFrom(month: string, by: number): string {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7)
}
