import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { rewardsApi } from '../../../server/modules/rewards/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { newProduct, openStores, shopperWith, tap, type Shopper } from './mall.ts'

let on: Stage
let owner: StaffUser
beforeAll(async () => {
  on = await stage()
  await openStores(on.shop)
  owner = await on.shop.as('owner')
})
afterAll(() => on.close())

const mine = async ({ headers }: Shopper): Promise<string[]> =>
  (await on.shop.call(rewardsApi, headers).myOrders({ query: {} })).items.map(order => order.orderId)
const ownerOf = async (orderId: string): Promise<string | undefined> =>
  (await on.shop.db.selectFrom('reward_order').select('memberId').where('id', '=', orderId).executeTakeFirst())
    ?.memberId
const order = async (who: Shopper, productId: string): Promise<string> =>
  (
    await on.shop.call(rewardsApi, who.headers).exchange({
      params: { productId },
      body: { key: tap(), way: 'pickUp', storeCode: 'S01' },
    })
  ).orderId
const lastTurn = async (memberId: string): Promise<string | null | undefined> =>
  (await on.shop.db.selectFrom('birthday_turn').select('lastOn').where('memberId', '=', memberId).executeTakeFirst())
    ?.lastOn

test('what a merged member has exchanged waits under the kept one, both at their limit; undone, each has their own', async () => {
  const ann = await shopperWith(on, '安女士', 5000)
  const bob = await shopperWith(on, '包先生', 5000)
  const productId = await newProduct(owner, { memberLimit: 1 })
  const hers = await order(ann, productId)
  const his = await order(bob, productId)
  await on.shop.db.insertInto('birthday_turn').values({ memberId: bob.memberId, lastOn: '2026-10-01' }).execute()

  const { mergeId } = await owner.call(membersApi).merge({
    params: { memberId: ann.memberId },
    body: { otherId: bob.memberId, evidence: 'idCard', note: '身份证与两张卡一致' },
  })
  expect(await ownerOf(his)).toBe(ann.memberId)
  expect((await mine(ann)).toSorted()).toEqual([hers, his].toSorted())
  // One person, one birthday gift: whoever had it last.
  expect(await lastTurn(ann.memberId)).toBe('2026-10-01')

  await owner.call(membersApi).undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })
  expect([await ownerOf(hers), await ownerOf(his)]).toEqual([ann.memberId, bob.memberId])
})
