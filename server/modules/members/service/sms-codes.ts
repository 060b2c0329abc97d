import { randomInt } from 'node:crypto'
import type { Kernel } from '../../../kernel/module.ts'
import { sameSecret } from '../../../kernel/secret.ts'
import { membersErrors } from '../contract.ts'
import type { SmsPort } from './deps.ts'
import { phoneHash } from './personal.ts'

const LASTS_SECONDS = 300
const PAUSE_SECONDS = 60
const TRIES = 5
/** Codes a day, to one phone and by one person: a code costs money and rings somebody's phone. */
const A_DAY = { phone: 10, person: 10 }

/** Verification codes by SMS: kept as keyed hashes in Redis, short-lived, throttled, and guessed at most five times. */
export function smsCodes({ redis, vault, config }: Pick<Kernel, 'redis' | 'vault' | 'config'>, sms: SmsPort | null) {
  const prefix = `${config.REDIS_PREFIX}:sms`
  const hashOf = (phone: string, code: string): string => vault.hash('smsCode', `${phone}:${code}`)

  async function throttle(phone: string, person: string): Promise<void> {
    const pause = await redis.set(`${prefix}:pause:${phoneHash(vault, phone)}`, '1', 'EX', PAUSE_SECONDS, 'NX')
    if (pause === null)
      throw membersErrors.smsTooOften({
        seconds: Math.max(1, await redis.ttl(`${prefix}:pause:${phoneHash(vault, phone)}`)),
      })
    for (const [key, limit] of [
      [`phone:${phoneHash(vault, phone)}`, A_DAY.phone],
      [`person:${person}`, A_DAY.person],
    ] as const) {
      const count = await redis.incr(`${prefix}:day:${key}`)
      if (count === 1) await redis.expire(`${prefix}:day:${key}`, 86_400)
      if (count > limit)
        throw membersErrors.smsTooOften({ seconds: Math.max(1, await redis.ttl(`${prefix}:day:${key}`)) })
    }
  }

  return {
    /** Sends a new code; the one before it ends. */
    async send(phone: string, person: string) {
      if (sms === null) throw membersErrors.smsOff()
      await throttle(phone, person)
      const code = String(randomInt(1_000_000)).padStart(6, '0')
      const key = `${prefix}:code:${phoneHash(vault, phone)}`
      await redis
        .multi()
        .del(key)
        .hset(key, { code: hashOf(phone, code), tries: 0 })
        .expire(key, LASTS_SECONDS)
        .exec()
      await sms.sendCode(phone, code, LASTS_SECONDS / 60)
      return { expiresInSeconds: LASTS_SECONDS, retryAfterSeconds: PAUSE_SECONDS }
    },

    /** Takes a code; throws when it is wrong, over its time, or was tried too often. A right code is used up. */
    async take(phone: string, code: string): Promise<void> {
      const key = `${prefix}:code:${phoneHash(vault, phone)}`
      const right = await redis.hget(key, 'code')
      if (right === null) throw membersErrors.smsWrong()
      // Counted before it is compared, so that parallel guesses cannot outrun the limit.
      const tries = await redis.hincrby(key, 'tries', 1)
      if (tries === 1) await redis.expire(key, LASTS_SECONDS, 'NX')
      if (tries > TRIES || !sameSecret(hashOf(phone, code), right)) throw membersErrors.smsWrong()
      if ((await redis.del(key)) !== 1) throw membersErrors.smsWrong()
    },
  }
}
export type SmsCodes = ReturnType<typeof smsCodes>
