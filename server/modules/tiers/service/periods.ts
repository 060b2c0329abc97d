import type { Window } from '../contract.ts'

/** A day far away: nothing happens by itself. */
export const NEVER = '9999-12-31'

/** The same day some months on, or the last of a shorter month. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

/** The period that a day lies in: from its first day to the day after its last. A rolling window is looked at by months. */
export function periodOf(window: Window, enrolledOn: string, day: string): { start: string; end: string } {
  if (window.kind === 'anniversary') {
    let years = Number(day.slice(0, 4)) - Number(enrolledOn.slice(0, 4))
    if (addMonths(enrolledOn, years * 12) > day) years -= 1
    return { start: addMonths(enrolledOn, years * 12), end: addMonths(enrolledOn, (years + 1) * 12) }
  }
  const months = window.kind === 'rolling' ? 1 : window.months
  const month = Math.floor((Number(day.slice(5, 7)) - 1) / months) * months + 1
  const start = `${day.slice(0, 4)}-${String(month).padStart(2, '0')}-01`
  return { start, end: addMonths(start, months) }
}
