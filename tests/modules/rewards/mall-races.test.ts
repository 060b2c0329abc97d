import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { codeOf, newProduct, openStores, pointsOf, runJob, shopperWith, tap, type Shopper } from './mall.ts'

// The law: whatever members and staff do at once, over connections of their own, the stock is sold exactly, every limit
// holds, and every point is either in a member's hand or in an order that stands.
let on: Stage
let owner: StaffUser
let people: Shopper[] = []
const POINTS = 100_000
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i)

beforeAll(async () => {
  on = await stage()
  await openStores(on.shop)
  owner = await on.shop.as('owner')
  people = await Promise.all(range(4).map(i => shopperWith(on, `会员${i}`, POINTS)))
}, 60_000)
afterAll(() => on.close())

const who = (i: number): Shopper =>
  people[i % people.length] ?? { memberId: '', headers: { authorization: '' }, person: on.person() }
const exchange = (i: number, productId: string, key = tap()) =>
  on.shop
    .call(rewardsApi, who(i).headers)
    .exchange({ params: { productId }, body: { key, way: 'pickUp', storeCode: 'S01' } })

const standing = (productId: string) =>
  on.shop.db
    .selectFrom('reward_order')
    .select(['id', 'memberId', 'points', 'state'])
    .where('productId', '=', productId)
    .where('state', 'not in', ['cancelled', 'returned'])
    .execute()
const takenOf = async (productId: string): Promise<number> =>
  (await owner.call(rewardsApi).product({ params: { productId } })).taken

/** Points of everybody against what the orders that stand have cost. */
async function pointsAddUp(): Promise<void> {
  const orders = await on.shop.db
    .selectFrom('reward_order')
    .select(['memberId', 'points'])
    .where('state', 'not in', ['cancelled', 'returned'])
    .execute()
  for (const { memberId } of people) {
    const spent = orders.filter(order => order.memberId === memberId).reduce((sum, { points }) => sum + points, 0)
    expect(await pointsOf(on.shop, memberId)).toBe(POINTS - spent)
  }
}

test('forty taps at once on ten pieces: ten are sold, each is paid once, the others keep their points', async () => {
  const productId = await newProduct(owner, { stock: 10, points: 70 })
  const told = await Promise.all(range(40).map(i => codeOf(exchange(i, productId))))
  expect(told.filter(code => code === 'done')).toHaveLength(10)
  expect(new Set(told)).toEqual(new Set(['done', 'rewards.soldOut']))
  expect([(await standing(productId)).length, await takenOf(productId)]).toEqual([10, 10])
  await pointsAddUp()
}, 60_000)

test('one tap told twelve times at once is one order, and everybody is told the same', async () => {
  const productId = await newProduct(owner, { stock: 10, points: 70, memberLimit: 1 })
  const key = tap()
  const orders = await Promise.all(range(12).map(() => exchange(0, productId, key)))
  expect(new Set(orders.map(({ orderId }) => orderId)).size).toBe(1)
  expect(await takenOf(productId)).toBe(1)
  await pointsAddUp()
})

test('twelve taps at once of a member who may have two: two', async () => {
  const productId = await newProduct(owner, { stock: 100, points: 70, memberLimit: 2 })
  const told = await Promise.all(range(12).map(() => codeOf(exchange(1, productId))))
  expect(told.filter(code => code === 'done')).toHaveLength(2)
  expect(new Set(told)).toEqual(new Set(['done', 'rewards.limit']))
  expect(await takenOf(productId)).toBe(2)
  await pointsAddUp()
})

test('one code shown at eight desks at once is handed over at one', async () => {
  const productId = await newProduct(owner, { isReadyAtOnce: true })
  const { code } = await exchange(2, productId)
  const told = await Promise.all(
    range(8).map(() => codeOf(owner.call(rewardsApi).handOver({ body: { key: tap(), code: code ?? '' } }))),
  )
  expect(told.toSorted()).toEqual(['done', ...range(7).map(() => 'rewards.pickedUp')])
})

const act = fc.record({
  what: fc.constantFrom(
    'take' as const,
    'take' as const,
    'cancel' as const,
    'hand' as const,
    'ready' as const,
    'sweep' as const,
  ),
  who: fc.nat(3),
  which: fc.nat(5),
})

test('taking, cancelling, laying ready, handing over and the sweep, all at once: stock, limits and points add up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(act, { minLength: 2, maxLength: 10 }), { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 6 }),
      async (rounds, stock) => {
        const productId = await newProduct(owner, { stock, points: 30, memberLimit: 2, claimDays: 1 })
        const all = (): Promise<{ id: string; memberId: string; code: string }[]> =>
          on.shop.db
            .selectFrom('reward_order')
            .select(['id', 'memberId', 'code'])
            .where('productId', '=', productId)
            .orderBy('id')
            .execute()
        for (const round of rounds) {
          const orders = await all()
          await Promise.all(
            round.map(async ({ what, who: i, which }) => {
              const order = orders[which % Math.max(1, orders.length)]
              const desk = owner.call(rewardsApi)
              if (what === 'take') await codeOf(exchange(i, productId))
              else if (what === 'sweep') await runJob(on.shop, 'rewards.sweep')
              else if (order === undefined) return
              else if (what === 'cancel') {
                const { headers } = people.find(one => one.memberId === order.memberId) ?? who(0)
                await codeOf(on.shop.call(rewardsApi, headers).cancelMyOrder({ params: { orderId: order.id } }))
              } else if (what === 'ready') await codeOf(desk.makeReady({ params: { orderId: order.id } }))
              else await codeOf(desk.handOver({ body: { key: tap(), code: order.code } }))
            }),
          )
          const stand = await standing(productId)
          expect(await takenOf(productId)).toBe(stand.length)
          expect(stand.length).toBeLessThanOrEqual(stock)
          for (const { memberId } of people)
            expect(stand.filter(order => order.memberId === memberId).length).toBeLessThanOrEqual(2)
          await pointsAddUp()
          on.shop.clock.set(new Date(on.shop.clock.now().getTime() + 43_200_000))
        }
      },
    ),
    { numRuns: 12 },
  )
  expect((await on.shop.modules.points.verify()).differences).toEqual([])
}, 180_000)
