import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { ProductCouponPort, RailOutcome } from '../../../server/modules/coupons/service/rail-port.ts'
import { couponRail } from '../../../server/modules/coupons/service/rail.ts'
import { START, world, type World } from '../../support/world.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

/** WeChat's side: remembers every number, and has bad days. */
function twin(days: readonly string[]) {
  const book = new Map<string, RailOutcome>()
  const sent = new Map<string, number>()
  let call = 0
  const port: ProductCouponPort = {
    async act({ requestNo, openid }) {
      const day = days[call++ % days.length]
      if (day === 'lost') throw new Error('the connection broke before it arrived')
      if (!book.has(requestNo)) {
        const outcome: RailOutcome =
          openid === 'full' ? { is: 'refused', reason: 'USER_LIMIT' } : { is: 'done', railCode: `W${requestNo}` }
        book.set(requestNo, outcome)
        if (outcome.is === 'done') sent.set(openid, (sent.get(openid) ?? 0) + 1)
      }
      if (day === 'dropped') throw new Error('the answer was lost')
      return book.get(requestNo) ?? { is: 'refused', reason: '' }
    },
    async outcomeOf(requestNo) {
      if (days[call++ % days.length] === 'deaf') throw new Error('WeChat is busy')
      return book.get(requestNo) ?? null
    },
  }
  return { port, book, sent }
}

test('invariant 27: every request to WeChat has one known outcome, the same on both sides, whatever broke on the way', async () => {
  const signal = new AbortController().signal
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('good', 'lost', 'dropped', 'deaf', 'good'), { minLength: 3, maxLength: 12 }),
      fc.boolean(),
      async (days, isKilled) => {
        await shop.db.deleteFrom('coupon_rail_request').execute()
        shop.clock.set(START)
        const { port, book, sent } = twin([...days, 'good', 'good'])
        const rails = [couponRail(shop.kernel, port), couponRail(shop.kernel, port)]
        const plan = (openid: string, couponId: string) =>
          inTransaction(shop.db, tx =>
            rails[0]?.plan(tx, { couponId, kind: 'send', stockId: 'ST1', appId: 'wx1', openid, railCode: null }),
          )
        const people = ['a', 'b', 'c', 'full']
        for (const openid of people) {
          const couponId = `coupon-of-${openid}`.padEnd(26, '0')
          expect(await plan(openid, couponId)).toBe(await plan(openid, couponId))
        }
        // A process took one and died before it could say anything.
        if (isKilled)
          await shop.db
            .updateTable('coupon_rail_request')
            .set({ state: 'sending', lease: shop.kernel.newId(), due: shop.clock.now() })
            .where('openid', '=', 'a')
            .execute()
        for (let round = 0; round < 40; round++) {
          await Promise.all(rails.map(rail => rail.deliver(signal)))
          shop.clock.advance(61_000)
          await Promise.all(rails.map(rail => rail.resolve(signal)))
        }
        const rows = await shop.db.selectFrom('coupon_rail_request').selectAll().execute()
        for (const row of rows) {
          const theirs = book.get(row.requestNo)
          expect(row.state).toBe(theirs?.is)
          expect(row.railCode).toBe(theirs?.is === 'done' ? theirs.railCode : null)
        }
        expect(rows.map(row => row.state).toSorted()).toEqual(['done', 'done', 'done', 'refused'])
        expect([...sent.values()]).toEqual([1, 1, 1])
      },
    ),
    { numRuns: 8 },
  )
}, 120_000)
