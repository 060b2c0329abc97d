import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPace, type Pace } from '../../../server/modules/wechat/service/pace.ts'
import { world, type World } from '../../support/world.ts'

// Quotas that several processes keep together. The counting is Redis' own; no figure here depends on how fast anything runs.
let shop: World
const LIMITS = { perSecond: { template: 100 }, perMinute: { mass: 9 }, perDay: { subscribe: 7 } }
beforeAll(async () => {
  shop = await world({ WECHAT_LIMITS: JSON.stringify(LIMITS) })
})
afterAll(() => shop.close())

const senders = (count: number): Pace[] => Array.from({ length: count }, () => createPace(shop.kernel))

test('eight senders at once, greedy for three seconds: no second gives more turns than the limit', async () => {
  const given = new Map<string, number>()
  const end = performance.now() + 3_000
  await Promise.all(
    senders(8).map(async pace => {
      while (performance.now() < end) {
        const taken = await pace.take('wx-a', 'template', 7)
        if (!('turns' in taken)) await sleep(Math.min(taken.waitMs, 20))
      }
    }),
  )
  for (const key of await shop.kernel.redis.keys('*:pace}:wx-a:template:*'))
    given.set(key, Number(await shop.kernel.redis.get(key)))
  expect(given.size).toBeGreaterThan(0)
  for (const count of given.values()) expect(count).toBeLessThanOrEqual(100)
})

test('a minute’s quota is shared: no minute gives more, and who comes too late waits for the next', async () => {
  const given = new Map<number, number>()
  const waits: number[] = []
  const minute = async (): Promise<number> => Math.floor(Number((await shop.kernel.redis.time())[0]) / 60)
  await Promise.all(
    senders(6).map(async pace => {
      for (let tries = 0; tries < 5; tries++) {
        const [before, taken, after] = [await minute(), await pace.take('wx-m', 'mass', 2), await minute()]
        if (!('turns' in taken)) waits.push(taken.waitMs)
        // One that was given across the turn of a minute may belong to either.
        else if (before === after) given.set(before, (given.get(before) ?? 0) + taken.turns.length)
      }
    }),
  )
  for (const count of given.values()) expect(count).toBeLessThanOrEqual(9)
  expect([...given.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0)
  expect(waits.length).toBeGreaterThan(0)
  expect(waits.every(wait => wait > 0 && wait <= 60_001)).toBe(true)
})

test('a day’s quota is shared, and the next day of the shop’s zone begins anew', async () => {
  const [one, other] = senders(2)
  shop.clock.set('2026-11-22T15:59:00Z')
  const count = async (pace: Pace | undefined, wanted: number): Promise<number> => {
    for (;;) {
      const taken = await pace?.take('wx-b', 'subscribe', wanted)
      if (taken === undefined) return 0
      if ('turns' in taken) return taken.turns.length
      if (taken.until !== null) return 0
      // So near the end of a second no turns are given.
      await sleep(taken.waitMs)
    }
  }
  expect((await count(one, 5)) + (await count(other, 5)) + (await count(one, 5))).toBe(7)
  const taken = await one?.take('wx-b', 'subscribe', 1)
  expect(taken).toEqual({ waitMs: 60_000, until: new Date('2026-11-22T16:00:00Z') })
  shop.clock.set('2026-11-22T16:00:00Z')
  expect(await count(other, 5)).toBe(5)
})

test('what WeChat says of a spent quota holds for every process until its known end', async () => {
  const [one, other] = senders(2)
  shop.clock.set('2026-11-22T04:00:20Z')
  expect(await one?.stop('wx-c', 'template', 'minute')).toEqual(new Date('2026-11-22T04:01:00.500Z'))
  expect(await other?.take('wx-c', 'template', 1)).toMatchObject({ until: new Date('2026-11-22T04:01:00.500Z') })
  shop.clock.set('2026-11-22T04:01:01Z')
  for (let tries = 0; ; tries++) {
    const taken = await other?.take('wx-c', 'template', 1)
    if (taken !== undefined && 'turns' in taken) break
    expect(taken).toMatchObject({ until: null })
    expect(tries).toBeLessThan(50)
    await sleep(100)
  }
  expect(await one?.stop('wx-c', 'template', 'day')).toEqual(new Date('2026-11-22T16:00:00Z'))
})
