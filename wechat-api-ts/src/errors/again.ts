import type { WechatError } from './error.ts'
import type { SpentUntil } from './table.ts'

const dayMs = 86_400_000
// WeChat counts days and months in Beijing time, which has no daylight saving.
const beijingMs = 8 * 3_600_000

const nextMonth = (now: number): number => {
  const there = new Date(now + beijingMs)
  return Date.UTC(there.getUTCFullYear(), there.getUTCMonth() + 1, 1) - beijingMs
}

/** When a spent quota comes back, in Unix milliseconds; null for one that does not. */
export const quotaBack = (until: SpentUntil, now: number): number | null => {
  if (until === 'ever') return null
  if (until === 'month') return nextMonth(now)
  return Math.floor((now + beijingMs) / dayMs) * dayMs + dayMs - beijingMs
}

/** The back-off before try number `tries` + 1: 1 s, 2 s, 4 s … at most a minute. Milliseconds. */
export const backOff = (tries: number): number => Math.min(60_000, 1000 * 2 ** Math.max(0, tries - 1))

/**
 * When a failed call may be made again, in Unix milliseconds; null when repeating it cannot help or might do it twice.
 * `tries` is how often it has been tried; `repeatable` says that doing it twice does no harm (an idempotent endpoint, or a
 * message with a key that WeChat still remembers).
 */
export const againAt = (
  error: WechatError,
  { now, tries, repeatable = false }: { now: number; tries: number; repeatable?: boolean },
): number | null => {
  if (error.fate === 'unknown' && !repeatable) return null
  if (error.reaction === 'retry') return now + backOff(tries)
  if (error.reaction === 'rate') return now + 60_000
  if (error.reaction === 'quota') return quotaBack(error.until ?? 'day', now)
  return null
}
