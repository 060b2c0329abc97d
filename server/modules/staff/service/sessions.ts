import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Redis } from '../../../kernel/redis.ts'

const LASTS_S = 12 * 3_600

const Session = z.object({ staffId: z.string(), epoch: z.number(), csrf: z.string() })
export type Session = z.output<typeof Session>

/** Sessions live in Redis under a hash of their token: a copy of Redis gives nobody a session. */
export function sessionStore(redis: Redis, prefix: string) {
  const keyOf = (token: string): string => `${prefix}:session:${createHash('sha256').update(token).digest('base64url')}`
  return {
    async open(staffId: string, epoch: number): Promise<{ token: string; session: Session }> {
      const token = randomBytes(32).toString('base64url')
      const session = { staffId, epoch, csrf: randomBytes(24).toString('base64url') }
      await redis.set(keyOf(token), JSON.stringify(session), 'EX', LASTS_S)
      return { token, session }
    },
    /** The session of a token, which lasts another twelve hours from now; null when it has ended. */
    async find(token: string): Promise<Session | null> {
      const text = await redis.getex(keyOf(token), 'EX', LASTS_S)
      return text === null ? null : Session.parse(JSON.parse(text))
    },
    async close(token: string): Promise<void> {
      await redis.del(keyOf(token))
    },
  }
}
