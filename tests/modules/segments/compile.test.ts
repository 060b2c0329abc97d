import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { shopDay } from '../../../server/kernel/clock.ts'
import type { Rule, Rules } from '../../../server/modules/segments/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import type { World } from '../../support/world.ts'
import { world } from '../../support/world.ts'
import { belongs, type Household } from './brute-force.ts'
import { furnish } from './furnish.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

const compare = fc.constantFrom('atLeast' as const, 'atMost' as const)
const days = fc.option(fc.integer({ min: 1, max: 12 }), { nil: null })
const rule: fc.Arbitrary<Rule> = fc.oneof(
  fc.record({ kind: fc.constant('spent' as const), compare, fen: fc.integer({ min: 0, max: 4000 }), days }),
  fc.record({ kind: fc.constant('orders' as const), compare, count: fc.integer({ min: 0, max: 4 }), days }),
  fc.record({
    kind: fc.constant('lastOrder' as const),
    compare: fc.constantFrom('within' as const, 'before' as const),
    days: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({
    kind: fc.constant('bought' as const),
    what: fc.constant('category' as const),
    codes: fc.uniqueArray(fc.constantFrom('fresh', 'fruit', 'apple', 'dry', 'none'), { minLength: 1, maxLength: 2 }),
    days,
  }),
  fc.record({
    kind: fc.constant('bought' as const),
    what: fc.constant('product' as const),
    codes: fc.uniqueArray(fc.constantFrom('p-apple', 'p-pear', 'p-rice'), { minLength: 1, maxLength: 2 }),
    days,
  }),
  fc.record({ kind: fc.constant('points' as const), compare, points: fc.integer({ min: -20, max: 60 }) }),
  fc.constant({ kind: 'follows' as const }),
)
const rules: fc.Arbitrary<Rules> = fc.record({
  all: fc.array(rule, { maxLength: 3 }),
  any: fc.array(rule, { maxLength: 3 }),
  none: fc.array(rule, { maxLength: 2 }),
})

const household: fc.Arbitrary<Household> = fc.record({
  homeStore: fc.constantFrom('S1', 'S2', null),
  closed: fc.integer({ min: 0, max: 5 }).map(one => one === 0),
  points: fc.option(fc.integer({ min: -30, max: 80 }), { nil: null }),
  follows: fc.constantFrom('no' as const, 'unionid' as const, 'openid' as const, 'left' as const),
  receipts: fc.array(
    fc.record({
      daysAgo: fc.integer({ min: 0, max: 14 }),
      type: fc.constantFrom(
        'sale' as const,
        'sale' as const,
        'return' as const,
        'adjustment' as const,
        'void' as const,
      ),
      product: fc.constantFrom('p-apple', 'p-pear', 'p-rice'),
      fen: fc.integer({ min: 1, max: 3000 }),
    }),
    { maxLength: 5 },
  ),
})

test('any rules over any members give what plain code gives, within any stores', async () => {
  const owner = await shop.as('owner')
  const manager = await shop.as('marketer', { stores: ['S1'] })
  const today = shopDay(shop.clock.now())
  await fc.assert(
    fc.asyncProperty(
      fc.array(household, { minLength: 1, maxLength: 25 }),
      fc.array(rules, { minLength: 8, maxLength: 8 }),
      async (households, descriptions) => {
        await furnish(shop, households, today)
        for (const description of descriptions) {
          const expected = households.filter(one => belongs(one, description))
          const counted = await owner.call(segmentsApi).preview({ body: { rules: description } })
          expect(counted.count, JSON.stringify(description)).toBe(expected.length)
          expect(counted.total).toBe(households.filter(one => !one.closed).length)
          const { subscribe, noCredit, walletOnly } = counted.reach
          expect(subscribe + noCredit + walletOnly).toBe(counted.count)
          const own = await manager.call(segmentsApi).preview({ body: { rules: description, sample: false } })
          expect(own.count).toBe(expected.filter(one => one.homeStore === 'S1').length)
        }
      },
    ),
    { numRuns: 8 },
  )
})
