import { hash } from 'node:crypto'
import { Redis } from 'ioredis'

export type { Redis } from 'ioredis'

/** A connection that answers at once with an error while Redis is away, and comes back by itself. */
export function createRedis(url: string, options: { keyPrefix?: string } = {}): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: 1,
    enableOfflineQueue: true,
    connectTimeout: 3_000,
    commandTimeout: 5_000,
    retryStrategy: times => Math.min(200 * times, 2_000),
    ...options,
  })
  // Without a listener ioredis prints; the caller of the failed command sees the error.
  redis.on('error', () => undefined)
  return redis
}

/** A connection for BullMQ workers, which block and must never give up. */
export function createQueueRedis(url: string): Redis {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: times => Math.min(200 * times, 2_000) })
  redis.on('error', () => undefined)
  return redis
}

/** Whether an error means that Redis could not be reached. */
export const isRedisDown = (error: unknown): boolean =>
  error instanceof Error &&
  (error.name === 'MaxRetriesPerRequestError' ||
    error.message === 'Connection is closed.' ||
    error.message === 'Command timed out' ||
    /ECONNREFUSED.*|Stream isn't writeable/.test(error.message))

/** A script of Redis: sent once and named by its hash from then on; one that has forgotten it (restarted) is sent it anew. */
export function redisScript(text: string) {
  const sha = hash('sha1', text)
  return async (redis: Redis, keys: readonly string[], values: readonly (string | number)[]): Promise<unknown> => {
    try {
      return await redis.evalsha(sha, keys.length, ...keys, ...values)
    } catch (error) {
      // Said before anything was done, so that it may be asked again.
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error
      return redis.eval(text, keys.length, ...keys, ...values)
    }
  }
}
