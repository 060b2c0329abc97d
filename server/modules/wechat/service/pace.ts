import { performance } from 'node:perf_hooks'
import type { WechatLimits } from '../../../kernel/config.ts'
import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { redisScript } from '../../../kernel/redis.ts'

/** The part of a second in which messages leave: the rest is for what is delayed on its way, so that none falls into the next. */
const SPAN_MS = 950
/** What was not used by then is lost: catching up later in the second would crowd it. */
const LATE_MS = 300
/** How far ahead turns are given: a message that waits for its turn already counts as under way, should the process fall. */
const AHEAD_MS = 50
/** A message that has not left by then has lost its turn, and so near the end none are given. */
const END_MS = 970
const LAST_MS = 930

/** A little below the limit: whose clock cuts the seconds is not known. */
const within = (perSecond: number): number => Math.max(1, Math.floor(perSecond * 0.995))

/*
 * KEYS: the counters of the rates, of the minutes, of the days. ARGV: how many are wanted, how many rates and how many minutes
 * there are, all budgets in the keys' order, the days' time to live in ms. Returns how many were given, Redis' millisecond
 * within the second and the turns (ms within the second); none given: how long to wait (ms), -1 when a day is used up.
 */
const takeTurns = redisScript(`
local t = redis.call('TIME')
local second, at = t[1], math.floor(tonumber(t[2]) / 1000)
local give, rates = tonumber(ARGV[1]), tonumber(ARGV[2])
local days = rates + tonumber(ARGV[3])
local minute = ':' .. math.floor(tonumber(second) / 60)
for i = days + 1, #KEYS do
  local left = tonumber(ARGV[3 + i]) - tonumber(redis.call('GET', KEYS[i]) or '0')
  if left <= 0 then return {0, at, -1} end
  give = math.min(give, left)
end
for i = rates + 1, days do
  local left = tonumber(ARGV[3 + i]) - tonumber(redis.call('GET', KEYS[i] .. minute) or '0')
  if left <= 0 then return {0, at, (60 - tonumber(second) % 60) * 1000 - at + 1} end
  give = math.min(give, left)
end
local used = {}
for i = 1, rates do
  local budget = tonumber(ARGV[3 + i])
  used[i] = tonumber(redis.call('GET', KEYS[i] .. ':' .. second) or '0')
  used[i] = math.max(used[i], math.floor(budget * (at - ${LATE_MS}) / ${SPAN_MS}))
  give = math.min(give, budget - used[i])
end
if give <= 0 or at >= ${LAST_MS} then return {0, at, 1001 - at} end
for i = 1, rates do
  local budget = tonumber(ARGV[3 + i])
  local near = math.floor((at + ${AHEAD_MS}) * budget / ${SPAN_MS}) + 1 - used[i]
  if near <= 0 then return {0, at, math.ceil(used[i] * ${SPAN_MS} / budget) - at} end
  give = math.min(give, near)
end
local answer = {give, at}
for n = 0, give - 1 do
  local turn = 0
  for i = 1, rates do turn = math.max(turn, (used[i] + n) * ${SPAN_MS} / tonumber(ARGV[3 + i])) end
  answer[n + 3] = math.floor(turn)
end
for i = 1, rates do redis.call('SET', KEYS[i] .. ':' .. second, used[i] + give, 'PX', 3000) end
for i = rates + 1, days do
  redis.call('INCRBY', KEYS[i] .. minute, give)
  redis.call('PEXPIRE', KEYS[i] .. minute, 120000)
end
for i = days + 1, #KEYS do
  redis.call('INCRBY', KEYS[i], give)
  redis.call('PEXPIRE', KEYS[i], ARGV[#ARGV])
end
return answer`)

/** A further rate that a group of messages keeps over all processes, e.g. that of campaigns. */
export interface OwnRate {
  readonly name: string
  readonly perSecond: number
}

/** A turn to send: when (of performance.now()), and until when it holds. */
export interface Turn {
  readonly at: number
  readonly until: number
}

/** Turns for some of the messages, or how long there are none. */
export type Taken =
  | { readonly turns: readonly Turn[] }
  /** `until` is set where the wait is long: a day's quota, or WeChat's own word. */
  | { readonly waitMs: number; readonly until: Date | null }

/**
 * WeChat's quotas by account and route, held by all processes together in Redis: so many a second and a minute, cut by
 * Redis' own clock, so many a day of the shop; and what WeChat said itself (45009, 45011), until its known end.
 */
export function createPace({ redis, clock, config }: Pick<Kernel, 'redis' | 'clock' | 'config'>) {
  const limits: WechatLimits = config.WECHAT_LIMITS
  // The braces keep the keys of one script in one slot of a cluster.
  const base = `{${config.REDIS_PREFIX}:pace}`
  const stopKey = (appId: string, route: string): string => `${base}:stop:${appId}:${route}`
  const nextDay = (now: Date): Date =>
    shopInstant(`${addDays(shopDay(now, config.SHOP_ZONE), 1)} 00:00`, config.SHOP_ZONE) ?? now

  async function stoppedUntil(appId: string, route: string): Promise<Date | null> {
    const until = Number((await redis.get(stopKey(appId, route))) ?? 0)
    return until > clock.now().getTime() ? new Date(until) : null
  }

  return {
    /** Takes turns for up to `wanted` messages; fewer where the second is nearly full. Throws when Redis is away. */
    async take(appId: string, route: string, wanted: number, own: OwnRate | null = null): Promise<Taken> {
      const now = clock.now()
      const stopped = await stoppedUntil(appId, route)
      if (stopped !== null) return { waitMs: stopped.getTime() - now.getTime(), until: stopped }
      const perSecond = limits.perSecond[route]
      const perMinute = limits.perMinute[route]
      const perDay = limits.perDay[route]
      const rates = [
        ...(perSecond === undefined ? [] : [{ key: `${base}:${appId}:${route}`, budget: within(perSecond) }]),
        ...(own === null ? [] : [{ key: `${base}:own:${own.name}`, budget: within(own.perSecond) }]),
      ]
      const minutes = perMinute === undefined ? [] : [{ key: `${base}:${appId}:${route}:minute`, budget: perMinute }]
      const days =
        perDay === undefined
          ? []
          : [{ key: `${base}:${appId}:${route}:${shopDay(now, config.SHOP_ZONE)}`, budget: perDay }]
      const all = [...rates, ...minutes, ...days]
      const before = performance.now()
      const answer = await takeTurns(
        redis,
        all.map(({ key }) => key),
        [wanted, rates.length, minutes.length, ...all.map(({ budget }) => budget), 2 * 86_400_000],
      )
      const [given = 0, at = 0, ...turns] = Array.isArray(answer) ? answer.map(Number) : []
      if (given === 0) {
        const [waitMs = 1_000] = turns
        return waitMs < 0
          ? { waitMs: nextDay(now).getTime() - now.getTime(), until: nextDay(now) }
          : { waitMs, until: null }
      }
      // Redis read its clock between the question and the answer; taken as late as possible, a turn is never early.
      const origin = performance.now() - at
      const oldest = before - at
      return { turns: turns.map(turn => ({ at: origin + turn, until: oldest + END_MS })) }
    },
    /** WeChat says that a quota is spent: of the minute (45011), or of the day (45009). Returns until when all wait. */
    async stop(appId: string, route: string, span: 'minute' | 'day'): Promise<Date> {
      const now = clock.now()
      const until = span === 'day' ? nextDay(now) : new Date(Math.floor(now.getTime() / 60_000) * 60_000 + 60_000 + 500)
      const lasts = Math.max(until.getTime() - now.getTime(), 1_000)
      await redis.set(stopKey(appId, route), until.getTime(), 'PX', lasts)
      return until
    },
  }
}
export type Pace = ReturnType<typeof createPace>
