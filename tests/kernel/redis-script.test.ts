import { afterEach, expect, test } from 'vitest'
import { redisScript } from '../../server/kernel/redis.ts'
import { world, type World } from '../support/world.ts'

let w: World
afterEach(() => w.close())

test('a script is known to a Redis that has never heard of it, and to one that has forgotten it', async () => {
  w = await world()
  const { redis, config } = w.kernel
  const key = `${config.REDIS_PREFIX}:scripts`
  const count = redisScript(`return redis.call('INCRBY', KEYS[1], ARGV[1])`)
  expect(await count(redis, [key], [2])).toBe(2)
  expect(await count(redis, [key], [3])).toBe(5)
  await redis.script('FLUSH')
  expect(await count(redis, [key], [1])).toBe(6)
  // What goes wrong within a script is said, and not tried again.
  const wrong = redisScript(`redis.call('INCRBY', KEYS[1], 10) return redis.call('LPUSH', KEYS[1], 'x')`)
  await expect(wrong(redis, [key], [])).rejects.toThrow('WRONGTYPE')
  expect(await redis.get(key)).toBe('16')
})
