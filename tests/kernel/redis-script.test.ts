import { createHash } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { redisScript } from '../../server/kernel/redis.ts'
import { world, type World } from '../support/world.ts'

let w: World
afterEach(() => w.close())

test('a script runs in a Redis that has never heard of it, and from then on by its hash', async () => {
  w = await world()
  const { redis, config } = w.kernel
  const key = `${config.REDIS_PREFIX}:scripts`
  // Nobody has ever sent this text: a Redis that was restarted knows as little.
  const text = `return redis.call('INCRBY', KEYS[1], ARGV[1]) -- ${w.kernel.newId()}`
  const count = redisScript(text)
  const sha = createHash('sha1').update(text).digest('hex')
  expect(await redis.script('EXISTS', sha)).toEqual([0])
  expect(await count(redis, [key], [2])).toBe(2)
  expect(await redis.script('EXISTS', sha)).toEqual([1])
  expect(await count(redis, [key], [4])).toBe(6)
  // What goes wrong within a script is said, and not tried again.
  const wrong = redisScript(`redis.call('INCRBY', KEYS[1], 10) return redis.call('LPUSH', KEYS[1], 'x')`)
  await expect(wrong(redis, [key], [])).rejects.toThrow('WRONGTYPE')
  expect(await redis.get(key)).toBe('16')
})
