/** A token as it is kept: `refreshAt` is when to ask for a new one, before it ends. All times in Unix milliseconds. */
export interface StoredToken {
  token: string
  refreshAt: number
  expiresAt: number
}

/**
 * Where tokens live, shared by all processes of an application. Every method must be atomic.
 * `lock` gives a fencing value or null; `save` writes only while that value still holds the lock, so a slow
 * process cannot overwrite a newer token; `drop` removes the token only if it still is the one that failed;
 * `mayForce` counts forced refreshes (WeChat: 20 a day, 30 s apart) and says whether one more is allowed.
 */
export interface TokenStore {
  read: (appId: string) => Promise<StoredToken | null>
  lock: (appId: string, ttlMs: number) => Promise<string | null>
  save: (appId: string, token: StoredToken, fence: string) => Promise<boolean>
  unlock: (appId: string, fence: string) => Promise<void>
  drop: (appId: string, badToken: string) => Promise<void>
  mayForce: (appId: string) => Promise<boolean>
}

const forcedADay = 20
const forcedApartMs = 30_000
const dayMs = 86_400_000

/** A store for one process: tests, scripts, the sandbox's own checks. */
export const memoryTokenStore = (now: () => number = Date.now): TokenStore => {
  const tokens = new Map<string, StoredToken>()
  const locks = new Map<string, { fence: string; until: number }>()
  const forced = new Map<string, number[]>()
  let fences = 0
  const holds = (appId: string, fence: string): boolean => locks.get(appId)?.fence === fence
  return {
    read: async appId => tokens.get(appId) ?? null,
    lock: async (appId, ttlMs) => {
      const held = locks.get(appId)
      if (held !== undefined && held.until > now()) return null
      const fence = String(++fences)
      locks.set(appId, { fence, until: now() + ttlMs })
      return fence
    },
    save: async (appId, token, fence) => {
      if (!holds(appId, fence)) return false
      tokens.set(appId, token)
      return true
    },
    unlock: async (appId, fence) => {
      if (holds(appId, fence)) locks.delete(appId)
    },
    drop: async (appId, badToken) => {
      if (tokens.get(appId)?.token === badToken) tokens.delete(appId)
    },
    mayForce: async appId => {
      const times = (forced.get(appId) ?? []).filter(at => at > now() - dayMs)
      if (times.length >= forcedADay || (times.at(-1) ?? -Infinity) > now() - forcedApartMs) return false
      forced.set(appId, [...times, now()])
      return true
    },
  }
}

/** The two commands needed of a Redis client; ioredis fits as it is. */
export interface RedisLike {
  get: (key: string) => Promise<string | null>
  eval: (script: string, keys: number, ...args: (string | number)[]) => Promise<unknown>
}

const scripts = {
  lock: `local n = redis.call('INCR', KEYS[2])
    if redis.call('SET', KEYS[1], n, 'NX', 'PX', ARGV[1]) then return tostring(n) end
    return false`,
  save: `if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1`,
  unlock: `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1`,
  drop: `local kept = redis.call('GET', KEYS[1])
    local read, value = pcall(cjson.decode, kept)
    if read and type(value) == 'table' and value.token == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1`,
  // The instants of the last refreshes, newest first: however a day is cut, no twenty-first stands within it.
  force: `local now, most, day = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[4])
    local last = redis.call('LINDEX', KEYS[1], 0)
    if last and now - tonumber(last) < tonumber(ARGV[3]) then return 0 end
    local oldest = redis.call('LINDEX', KEYS[1], most - 1)
    if oldest and now - tonumber(oldest) < day then return 0 end
    redis.call('LPUSH', KEYS[1], ARGV[1])
    redis.call('LTRIM', KEYS[1], 0, most - 1)
    redis.call('PEXPIRE', KEYS[1], day)
    return 1`,
}

/** What is kept; something that is no token of ours counts as none, so that it is replaced and not tripped over. */
const readStored = (text: string | null): StoredToken | null => {
  let stored: unknown
  try {
    stored = JSON.parse(text ?? 'null')
  } catch {
    return null
  }
  if (typeof stored !== 'object' || stored === null) return null
  const { token, refreshAt, expiresAt } = stored as Record<string, unknown>
  if (typeof token !== 'string' || typeof refreshAt !== 'number' || typeof expiresAt !== 'number') return null
  return { token, refreshAt, expiresAt }
}

/** A store shared by all processes through Redis; keys are hash-tagged by app, so Redis Cluster works unchanged. */
export const redisTokenStore = (
  redis: RedisLike,
  options: { prefix?: string; now?: () => number } = {},
): TokenStore => {
  const { prefix = 'wx', now = Date.now } = options
  const key = (appId: string, part: string): string => `${prefix}:{${appId}}:${part}`
  return {
    read: async appId => readStored(await redis.get(key(appId, 'at'))),
    lock: async (appId, ttlMs) => {
      const fence = await redis.eval(scripts.lock, 2, key(appId, 'lock'), key(appId, 'fence'), ttlMs)
      return typeof fence === 'string' ? fence : null
    },
    save: async (appId, token, fence) => {
      const ttl = Math.max(1, token.expiresAt - now())
      return (
        (await redis.eval(scripts.save, 2, key(appId, 'at'), key(appId, 'lock'), fence, JSON.stringify(token), ttl)) ===
        1
      )
    },
    unlock: async (appId, fence) => {
      await redis.eval(scripts.unlock, 1, key(appId, 'lock'), fence)
    },
    drop: async (appId, badToken) => {
      await redis.eval(scripts.drop, 1, key(appId, 'at'), badToken)
    },
    mayForce: async appId =>
      (await redis.eval(scripts.force, 1, key(appId, 'forcedAt'), now(), forcedADay, forcedApartMs, dayMs)) === 1,
  }
}
