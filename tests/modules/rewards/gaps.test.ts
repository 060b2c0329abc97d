import { afterAll, beforeAll, expect, test } from 'vitest'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { raceDoor, type RaceDoor } from '../../support/race-door.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { ledgerFaults } from '../points/receipts.ts'
import { codeOf, givePoints, newProduct, openStores, pointsOf, shopperWith, tap, type Shopper } from './mall.ts'

// Between any two statements of an exchange or a draw, somebody else exchanges or draws: stock, points and prizes are exact.
let on: Stage
let owner: StaffUser
let door: RaceDoor
let ann: Shopper
let bob: Shopper

beforeAll(async () => {
  on = await stage()
  await openStores(on.shop)
  owner = await on.shop.as('owner')
  door = await raceDoor(on.shop)
  ann = await shopperWith(on, '安', 100_000)
  bob = await shopperWith(on, '波', 100_000)
}, 60_000)
afterAll(async () => {
  await door.close()
  await on.close()
})

const order = (key: string) => ({ key, way: 'pickUp' as const, storeCode: 'S01' })
const standing = async (productId: string): Promise<number> =>
  (
    await on.shop.db
      .selectFrom('reward_order')
      .select('id')
      .where('productId', '=', productId)
      .where('state', 'not in', ['cancelled', 'returned'])
      .execute()
  ).length

test('the last piece is exchanged by two at once: in every gap one has it, and only that one has paid', async () => {
  const mine = door.call(rewardsApi, ann.headers)
  const theirs = on.shop.call(rewardsApi, bob.headers)
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const productId = await newProduct(owner, { stock: 1, points: 70 })
    const before = [await pointsOf(on.shop, ann.memberId), await pointsOf(on.shop, bob.memberId)]
    const params = { productId }
    const race = await door.at(
      gap,
      () => mine.exchange({ params, body: order(tap()) }),
      () => theirs.exchange({ params, body: order(tap()) }),
    )
    statements = Math.max(statements, race.statements)
    const at = `gap ${gap}`
    expect([race.result.status, race.other.status].toSorted(), at).toEqual(['fulfilled', 'rejected'])
    expect(await standing(productId), at).toBe(1)
    const after = [await pointsOf(on.shop, ann.memberId), await pointsOf(on.shop, bob.memberId)]
    const paid = after.map((points, i) => (before[i] ?? 0) - points)
    expect(paid, at).toEqual(race.result.status === 'fulfilled' ? [70, 0] : [0, 70])
  }
  expect(statements).toBeGreaterThanOrEqual(8)
  expect(await ledgerFaults(on.shop)).toEqual([])
}, 300_000)

test('one tap told twice, the second between any two statements of the first: one order, paid once', async () => {
  const [mine, again] = [door.call(rewardsApi, ann.headers), on.shop.call(rewardsApi, ann.headers)]
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const productId = await newProduct(owner, { stock: 5, points: 70 })
    const before = await pointsOf(on.shop, ann.memberId)
    const body = order(tap())
    const race = await door.at(
      gap,
      () => mine.exchange({ params: { productId }, body }),
      () => again.exchange({ params: { productId }, body }),
    )
    statements = Math.max(statements, race.statements)
    expect(await standing(productId), `gap ${gap}`).toBe(1)
    expect(before - (await pointsOf(on.shop, ann.memberId)), `gap ${gap}`).toBe(70)
  }
  expect(await ledgerFaults(on.shop)).toEqual([])
}, 300_000)

test('a spent wallet between any two statements of an exchange: nobody pays with points that are gone', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const person = await shopperWith(on, `小${gap}`, 100)
    const [first, second] = [
      await newProduct(owner, { stock: 5, points: 80 }),
      await newProduct(owner, { stock: 5, points: 80 }),
    ]
    const race = await door.at(
      gap,
      () => door.call(rewardsApi, person.headers).exchange({ params: { productId: first }, body: order(tap()) }),
      () => on.shop.call(rewardsApi, person.headers).exchange({ params: { productId: second }, body: order(tap()) }),
    )
    statements = Math.max(statements, race.statements)
    expect((await standing(first)) + (await standing(second)), `gap ${gap}`).toBe(1)
    expect(await pointsOf(on.shop, person.memberId), `gap ${gap}`).toBe(20)
  }
  expect(await ledgerFaults(on.shop)).toEqual([])
}, 300_000)

test('the last prize is drawn by two at once: it is won once, each has drawn once, and the draws prove themselves', async () => {
  const desk = owner.call(rewardsApi)
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const now = on.shop.clock.now().getTime()
    const { lotteryId } = await desk.createLottery({
      body: {
        name: `抽奖 ${gap}`,
        organiser: '禾谷生鲜',
        rules: '每位会员每天可免费抽一次,也可用积分加抽;奖品发完后改发安慰奖。',
        opensAt: new Date(now - 1000).toISOString(),
        closesAt: new Date(now + 86_400_000).toISOString(),
        budgetFen: 100_000,
        freePerDay: 1,
        prizes: [{ name: '一等奖', kind: 'points', points: 100, odds: 1_000_000, stock: 1 }],
      },
    })
    await desk.publishLottery({ params: { lotteryId } })
    const before = (await pointsOf(on.shop, ann.memberId)) + (await pointsOf(on.shop, bob.memberId))
    const params = { lotteryId }
    const race = await door.at(
      gap,
      () => door.call(rewardsApi, ann.headers).draw({ params, body: { key: tap(), way: 'free' } }),
      () => on.shop.call(rewardsApi, bob.headers).draw({ params, body: { key: tap(), way: 'free' } }),
    )
    statements = Math.max(statements, race.statements)
    const at = `gap ${gap}`
    expect([race.result.status, race.other.status], at).toEqual(['fulfilled', 'fulfilled'])
    const after = (await pointsOf(on.shop, ann.memberId)) + (await pointsOf(on.shop, bob.memberId))
    expect(after - before, at).toBe(100)
    expect(await desk.verifyLottery({ params: { lotteryId } }), at).toMatchObject({ seedHolds: true, wrong: [] })
    // The day’s free one is drawn: not once more, by neither.
    for (const { headers } of [ann, bob])
      expect(
        await codeOf(on.shop.call(rewardsApi, headers).draw({ params, body: { key: tap(), way: 'free' } })),
        at,
      ).not.toBe('done')
  }
  expect(statements).toBeGreaterThanOrEqual(8)
  expect(await ledgerFaults(on.shop)).toEqual([])
}, 300_000)

test('a draw for points while the points are spent: no draw without its points', async () => {
  const desk = owner.call(rewardsApi)
  const now = on.shop.clock.now().getTime()
  const { lotteryId } = await desk.createLottery({
    body: {
      name: '积分抽奖',
      organiser: '禾谷生鲜',
      rules: '每次 60 积分;奖品发完后改发安慰奖。',
      opensAt: new Date(now - 1000).toISOString(),
      closesAt: new Date(now + 86_400_000).toISOString(),
      budgetFen: 100_000,
      freePerDay: 0,
      pointsPerDraw: 60,
      pointsDrawsPerDay: 20,
      prizes: [{ name: '一等奖', kind: 'points', points: 1, odds: 1, stock: 1 }],
    },
  })
  await desk.publishLottery({ params: { lotteryId } })
  const person = await shopperWith(on, '秀', 0)
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const had = await pointsOf(on.shop, person.memberId)
    await givePoints(on.shop, person.memberId, 100 - had)
    const productId = await newProduct(owner, { stock: 5, points: 80 })
    const race = await door.at(
      gap,
      () => door.call(rewardsApi, person.headers).draw({ params: { lotteryId }, body: { key: tap(), way: 'points' } }),
      () => on.shop.call(rewardsApi, person.headers).exchange({ params: { productId }, body: order(tap()) }),
    )
    statements = Math.min(19, Math.max(statements, race.statements))
    const drawn = race.result.status === 'fulfilled'
    expect(drawn !== (race.other.status === 'fulfilled'), `gap ${gap}`).toBe(true)
    expect(await pointsOf(on.shop, person.memberId), `gap ${gap}`).toBe(drawn ? 40 : 20)
  }
  expect(await ledgerFaults(on.shop)).toEqual([])
}, 300_000)
