import type { Redis } from '../../../kernel/redis.ts'
import { staffErrors } from '../contract.ts'

const FREE_TRIES = 5
const PER_ADDRESS = 60
const LONGEST_S = 900

/**
 * Slows down guessing: after five wrong passwords for one name each further one locks it twice as long (30 s to
 * 15 min); one address has sixty tries in a quarter of an hour over all names.
 */
export function loginThrottle(redis: Redis, prefix: string) {
  const nameKey = (username: string): string => `${prefix}:login:name:${username.toLowerCase()}`
  const lockKey = (username: string): string => `${prefix}:login:lock:${username.toLowerCase()}`
  return {
    async check(username: string, ip: string): Promise<void> {
      const addressKey = `${prefix}:login:ip:${ip}`
      const tries = await redis.incr(addressKey)
      if (tries === 1) await redis.expire(addressKey, LONGEST_S)
      const locked = await redis.ttl(lockKey(username))
      if (locked > 0) throw staffErrors.locked({ seconds: locked })
      if (tries > PER_ADDRESS) throw staffErrors.locked({ seconds: Math.max(1, await redis.ttl(addressKey)) })
    },
    async failed(username: string): Promise<void> {
      const wrong = await redis.incr(nameKey(username))
      await redis.expire(nameKey(username), 3_600)
      if (wrong >= FREE_TRIES)
        await redis.set(lockKey(username), '1', 'EX', Math.min(LONGEST_S, 30 * 2 ** (wrong - FREE_TRIES)))
    },
    async passed(username: string): Promise<void> {
      await redis.del(nameKey(username), lockKey(username))
    },
  }
}
