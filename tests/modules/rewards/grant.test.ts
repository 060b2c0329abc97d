import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { world, type World } from '../../support/world.ts'
import { newTemplate } from '../coupons/coupons.ts'
import { addMembers } from '../points/people.ts'
import { codeOf, givePoints, pointsOf } from './mall.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

type Reward = Parameters<World['modules']['rewards']['grant']>[1]
const give = (reward: Reward) => inTransaction(shop.db, tx => shop.modules.rewards.grant(tx, reward))
const couponsOf = async (memberId: string): Promise<number> =>
  (await shop.modules.coupons.ofMember(shop.db, memberId)).length

test('a key gives once for ever, however often and at once it is asked; the same key for something else is refused', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  const couponTemplateId = await newTemplate(shop, { perMemberLimit: 9 })
  const reward: Reward = { key: `signIn:${ann}:2026-11-22`, memberId: ann, why: 'signIn', points: 10, couponTemplateId }
  const given = await Promise.all(Array.from({ length: 12 }, () => give(reward)))
  expect(given.filter(({ isNew }) => isNew)).toHaveLength(1)
  expect(new Set(given.map(({ couponId }) => couponId)).size).toBe(1)
  expect([await pointsOf(shop, ann), await couponsOf(ann)]).toEqual([10, 1])
  for (const other of [{ memberId: bob }, { points: 11 }, { why: 'survey' as const }, { couponTemplateId: null }])
    expect(await codeOf(give({ ...reward, ...other }))).toBe('rewards.keyReused')
  expect(await pointsOf(shop, bob)).toBe(0)
})

test('is the coupon gone, the points are given all the same and it says why there is no coupon; a repeat says the same', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  const couponTemplateId = await newTemplate(shop, { stock: 1 })
  const reward = (memberId: string): Reward => ({
    key: `birthday:${memberId}:2026`,
    memberId,
    why: 'birthday',
    points: 50,
    couponTemplateId,
  })
  expect(await give(reward(ann))).toMatchObject({ points: 50, refused: null })
  expect(await give(reward(bob))).toMatchObject({ points: 50, couponId: null, refused: 'stock' })
  expect(await give(reward(bob))).toMatchObject({ couponId: null, refused: 'stock', isNew: false })
  expect(await pointsOf(shop, bob)).toBe(50)
})

test('what fails later in the caller’s transaction has given nothing', async () => {
  const [ann = ''] = await addMembers(shop, 1)
  const reward: Reward = { key: `survey:${ann}`, memberId: ann, why: 'survey', points: 5 }
  await expect(
    inTransaction(shop.db, async tx => {
      await shop.modules.rewards.grant(tx, reward)
      throw new Error('the caller falls')
    }),
  ).rejects.toThrow('the caller falls')
  expect(await pointsOf(shop, ann)).toBe(0)
  expect(await give(reward)).toMatchObject({ isNew: true })
})

test('points taken under a key are taken once and come back once', async () => {
  const [ann = ''] = await addMembers(shop, 1)
  await givePoints(shop, ann, 100)
  const { take, giveBack } = shop.modules.rewards
  const pay = () => inTransaction(shop.db, tx => take(tx, { key: 'game:1', memberId: ann, points: 30 }))
  await Promise.all([pay(), pay(), pay()])
  expect(await pointsOf(shop, ann)).toBe(70)
  const back = () => inTransaction(shop.db, tx => giveBack(tx, { key: 'game:1', points: 30 }))
  await Promise.all([back(), back(), back()])
  expect(await pointsOf(shop, ann)).toBe(100)
  expect(await codeOf(inTransaction(shop.db, tx => take(tx, { key: 'game:2', memberId: ann, points: 101 })))).toBe(
    'points.notEnough',
  )
})
