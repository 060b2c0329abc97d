import { dayOf, monthOf } from '../state/calendar.ts'
import type { World } from '../state/world.ts'

/** Calls a minute by path (wechat-protocol §2.1, §3.4, §4.2). */
export const minuteQuotas: Record<string, number> = {
  '/cgi-bin/stable_token': 10_000,
  '/cgi-bin/message/mass/sendall': 60,
  '/cgi-bin/message/mass/send': 60,
  '/wxa/getwxacodeunlimit': 5000,
  '/wxa/media_check_async': 2000,
  '/sns/oauth2/access_token': 50_000,
}

interface Counter {
  period: string | number
  count: number
}

/** Who has called how often (calls a day as the table of endpoints tells them); the day is the platform's in Asia/Shanghai, the minute the machine's. */
export interface Quotas {
  /** 0 when the call may go on, else 45011 or 45009. */
  take: (appId: string, path: string, daily: number | null) => 0 | 45009 | 45011
  of: (appId: string, path: string, daily: number | null) => { limit: number; used: number } | null
  clear: (appId: string) => boolean
  clearOne: (appId: string, path: string) => boolean
}

/** Counts in memory: a look-up and an increment for each call. */
export const createQuotas = (world: World): Quotas => {
  const days = new Map<string, Counter>()
  const minutes = new Map<string, Counter>()
  const clearings = new Map<string, Counter>()
  const counter = (among: Map<string, Counter>, key: string, period: string | number): Counter => {
    const known = among.get(key)
    if (known?.period === period) return known
    const fresh = { period, count: 0 }
    among.set(key, fresh)
    return fresh
  }
  const limitOf = (path: string, daily: number | null): number | null => world.settings.dailyQuotas[path] ?? daily
  const mayClear = (key: string, most: number): boolean => {
    const cleared = counter(clearings, key, monthOf(world.now()))
    if (cleared.count >= most) return false
    cleared.count++
    return true
  }
  return {
    take: (appId, path, daily) => {
      const aMinute = world.settings.minuteQuotas[path] ?? minuteQuotas[path]
      const aDay = limitOf(path, daily)
      if (aMinute === undefined && aDay === null) return 0
      const key = `${appId} ${path}`
      const minute = counter(minutes, key, Math.floor(Date.now() / 60_000))
      if (aMinute !== undefined && minute.count >= aMinute) return 45011
      const day = counter(days, key, dayOf(world.now()))
      if (aDay !== null && day.count >= aDay) return 45009
      minute.count++
      day.count++
      return 0
    },
    of: (appId, path, daily) => {
      const limit = limitOf(path, daily)
      return limit === null ? null : { limit, used: counter(days, `${appId} ${path}`, dayOf(world.now())).count }
    },
    clear: appId => {
      if (!mayClear(appId, world.settings.clearQuotaAMonth)) return false
      for (const [key, day] of days) if (key.startsWith(`${appId} `)) day.count = 0
      return true
    },
    clearOne: (appId, path) => {
      if (!mayClear(`${appId} one`, world.settings.clearOneQuotaAMonth)) return false
      counter(days, `${appId} ${path}`, dayOf(world.now())).count = 0
      return true
    },
  }
}
