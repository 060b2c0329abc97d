import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { race } from '../../../bench/races/race.ts'
import { testEnvironment, world, type World } from '../../support/world.ts'

/** The clients are processes of their own: they are given this shop's whole environment. */
const environment = () => ({ ...process.env, ...testEnvironment(), REDIS_PREFIX: shop.config.REDIS_PREFIX })

// The race that `npm run bench -- races` runs large, small: real client processes, a slow cable, one killed on the way.
let shop: World
beforeEach(async () => {
  shop = await world()
})
afterEach(() => shop.close())

test('the same race leaves ours without a difference, and the pattern of reading, checking and writing with some', async () => {
  const results = await race({ kernel: shop.kernel, modules: shop.modules }, environment(), {
    clients: 2,
    acts: 160,
    stock: 30,
    kills: 1,
    slowBy: 3,
    only: ['coupons.ours', 'coupons.read-check-write', 'points.ours'],
  })
  const differences = Object.fromEntries(results.map(one => [one.pattern, one.differences]))
  expect(differences).toMatchObject({ 'coupons.ours': 0, 'points.ours': 0 })
  expect(results.find(({ pattern }) => pattern === 'coupons.ours')).toMatchObject({ made: 30, allowed: 30 })
  expect(differences['coupons.read-check-write']).toBeGreaterThan(0)
}, 180_000)
