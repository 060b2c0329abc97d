import { Redis } from 'ioredis'
import { afterAll, describe, expect, it } from 'vitest'
import { memoryTokenStore, redisTokenStore, type TokenStore } from '../../wechat-api-ts/src/index.ts'

// oxlint-disable-next-line node/no-process-env
const redis = new Redis(process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379', { lazyConnect: true })
const prefix = `wxtest-${Date.now()}`
afterAll(async () => {
  const keys = await redis.keys(`${prefix}*`)
  if (keys.length > 0) await redis.del(...keys)
  redis.disconnect()
})

const HOUR = 3_600_000
const token = (name: string) => ({ token: name, refreshAt: Date.now() + 1000, expiresAt: Date.now() + 60_000 })
const stores: [string, (now?: () => number) => TokenStore][] = [
  ['memory', now => memoryTokenStore(now)],
  ['redis', now => redisTokenStore(redis, { prefix, ...(now === undefined ? {} : { now }) })],
]

describe.each(stores)('a token store in %s', (name, make) => {
  const store = make()
  it('lets one hold the lock, and only the holder save', async () => {
    const fence = (await store.lock('wxA', 10_000)) ?? ''
    expect(fence).not.toBe('')
    expect(await store.lock('wxA', 10_000)).toBeNull()
    expect(await store.save('wxA', token('late'), 'somebody else')).toBe(false)
    expect(await store.read('wxA')).toBeNull()
    expect(await store.save('wxA', token('a'), fence)).toBe(true)
    expect(await store.read('wxA')).toMatchObject({ token: 'a' })
    await store.unlock('wxA', 'somebody else')
    expect(await store.lock('wxA', 10_000)).toBeNull()
    await store.unlock('wxA', fence)
    expect(await store.lock('wxA', 10_000)).not.toBeNull()
  })

  it('a slow holder whose lock ran out cannot overwrite a newer token', async () => {
    const slow = (await store.lock('wxB', 20)) ?? ''
    await new Promise(resolve => setTimeout(resolve, 40))
    const quick = (await store.lock('wxB', 10_000)) ?? ''
    expect(quick).not.toBe(slow)
    await store.save('wxB', token('new'), quick)
    expect(await store.save('wxB', token('old'), slow)).toBe(false)
    expect(await store.read('wxB')).toMatchObject({ token: 'new' })
  })

  it('drops a token only if it is the refused one', async () => {
    const fence = (await store.lock('wxC', 10_000)) ?? ''
    await store.save('wxC', token('c2'), fence)
    await store.drop('wxC', 'c1')
    expect(await store.read('wxC')).toMatchObject({ token: 'c2' })
    await store.drop('wxC', 'c2')
    expect(await store.read('wxC')).toBeNull()
    await store.drop('wxC', 'c2')
  })

  it('allows one forced refresh at once', async () => {
    expect(await Promise.all([1, 2, 3].map(() => store.mayForce(`wxD-${name}`)))).toEqual([true, false, false])
  })

  it('forces at most every 30 seconds and 20 times in any 24 hours, wherever the day is cut', async () => {
    let now = Date.parse('2026-11-23T15:50:00Z')
    const counted = make(() => now)
    const key = `wxF-${name}`
    const allowed = async (stepMs: number, times: number) => {
      let count = 0
      for (let i = 0; i < times; i++, now += stepMs) if (await counted.mayForce(key)) count++
      return count
    }
    expect(await allowed(1_000, 30)).toBe(1)
    expect(await counted.mayForce(key)).toBe(true)
    now += 12 * HOUR
    expect(await allowed(30_000, 30)).toBe(18)
    // The first two are a day old now; the eighteen of noon still count.
    now += 12 * HOUR
    expect(await allowed(30_000, 30)).toBe(2)
    now += 12 * HOUR
    expect(await allowed(30_000, 30)).toBe(18)
  })
})

it('what somebody else has put under the key in redis counts as no token', async () => {
  const store = redisTokenStore(redis, { prefix })
  for (const text of ['', 'plain', '{"token":1}', '[]', '"x"']) {
    await redis.set(`${prefix}:{wxE}:at`, text)
    expect(await store.read('wxE')).toBeNull()
    await store.drop('wxE', 'x')
  }
})
