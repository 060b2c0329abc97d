import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { givingBack } from '../../../server/modules/coupons/service/giving-back.ts'
import { railFollow } from '../../../server/modules/coupons/service/rail-follow.ts'
import type { ProductCouponPort, RailRequest } from '../../../server/modules/coupons/service/rail-port.ts'
import { couponRail } from '../../../server/modules/coupons/service/rail.ts'
import { couponEdges } from '../../../server/modules/coupons/repository/edges.ts'
import { START, world, type World } from '../../support/world.ts'
import { couponNow, eventFaults, newTemplate, oneCoupon, useOf } from './coupons.ts'

// What our side asks and what WeChat says cross each other on the way.
const signal = new AbortController().signal
let shop: World
beforeAll(async () => {
  shop = await world()
})
beforeEach(() => shop.clock.set(START))
afterAll(() => shop.close())

type State = 'CONFIRMING' | 'EFFECTIVE' | 'USED' | 'DEACTIVATED'
const AFTER: Readonly<Record<RailRequest['kind'], State>> = {
  send: 'EFFECTIVE',
  confirm: 'EFFECTIVE',
  use: 'USED',
  return: 'EFFECTIVE',
  deactivate: 'DEACTIVATED',
}

/** WeChat, as it stands for one coupon; `onAsk` happens while it is being asked, `onAct` before it acts. */
function wechat(happens: { onAsk?: () => Promise<void>; onAct?: (kind: string) => void } = {}) {
  const side: { state: State; done: string[] } = { state: 'EFFECTIVE', done: [] }
  const port: ProductCouponPort = {
    isOpen: async () => true,
    prepare: async () => true,
    async act({ kind }) {
      happens.onAct?.(kind)
      side.done.push(kind)
      side.state = AFTER[kind]
      return { is: 'done', state: side.state }
    },
    outcomeOf: async () => null,
    async stateOf() {
      await happens.onAsk?.()
      return { state: side.state, usedAt: null }
    },
  }
  const rail = couponRail(shop.kernel, port)
  const people = async (_: unknown, ids: readonly string[]) => ({
    appId: 'wx1',
    openids: new Map(ids.map(id => [id, `openid-${id}`])),
  })
  return { side, rail, follow: railFollow(shop.kernel, rail, port, people, givingBack(shop.kernel)) }
}
let members = 0
async function onRail({ rail, follow }: ReturnType<typeof wechat>): Promise<HeldCoupon> {
  const templateId = await newTemplate(shop, { columns: { wechatProductId: 'PC1', wechatStockId: 'ST1' } })
  const coupon = await oneCoupon(shop, templateId, (members += 1))
  await follow.issued(templateId, [coupon.id])
  await rail.deliver(signal)
  return coupon
}
const use = (coupon: HeldCoupon, docKey: string) =>
  inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, useOf(coupon, docKey)))
const railRow = (coupon: HeldCoupon) =>
  shop.db.selectFrom('coupon_rail').selectAll().where('couponId', '=', coupon.id).executeTakeFirstOrThrow()

test('requests of one coupon go one after the other, also when a return is heard of before its use', async () => {
  let isLost = true
  const there = wechat({
    onAct: kind => {
      if (kind === 'send' && isLost) throw new Error('the connection broke')
    },
  })
  const coupon = await onRail(there)
  await there.follow.returned(coupon.id, 'sale', 'restored')
  expect(await there.follow.used(coupon.id, 'sale')).toBe(true)
  await there.rail.deliver(signal)
  // Nobody knows whether it was sent: nothing else is asked before that is known.
  expect(there.side.done).toEqual([])
  isLost = false
  for (let round = 0; round < 3; round++) {
    shop.clock.advance(61_000)
    await there.rail.resolve(signal)
    await there.rail.deliver(signal)
  }
  expect(there.side.done).toEqual(['send', 'use', 'return'])
  expect(await eventFaults(shop)).toEqual([])
})

test('an answer that was on its way while our till used the coupon is not believed', async () => {
  const there = wechat({
    onAsk: async () => {
      await use(coupon, 'till')
      await there.follow.used(coupon.id, 'till')
      await there.rail.deliver(signal)
    },
  })
  const coupon = await onRail(there)
  await there.follow.heard(coupon.code)
  await there.follow.look(signal)
  expect(there.side.state).toBe('USED')
  expect(await railRow(coupon)).toMatchObject({ state: 'USED', usedTwice: 0, uses: 0 })
  expect((await couponNow(shop, coupon)).docKey).toBe('till')
})

test('used there while it is made void here is a loss, and stays void', async () => {
  const there = wechat()
  const coupon = await onRail(there)
  await inTransaction(shop.db, async tx => {
    await couponEdges(tx).void(coupon.id, shop.clock.now())
    await couponEdges(tx).record([
      { id: shop.kernel.newId(), couponId: coupon.id, kind: 'void', docKey: null, fen: null, staffId: null, note: null, at: shop.clock.now() }, // prettier-ignore
    ])
  })
  there.side.state = 'USED'
  await there.follow.heard(coupon.code)
  await there.follow.look(signal)
  await there.follow.heard(coupon.code)
  await there.follow.look(signal)
  expect((await couponNow(shop, coupon)).state).toBe('void')
  expect(await railRow(coupon)).toMatchObject({ state: 'USED', usedTwice: 1, uses: 0 })
  expect(await eventFaults(shop)).toEqual([])
})

test('without a word of WeChat a coupon that can be used is asked about once a day', async () => {
  let asked = 0
  const there = wechat({
    onAsk: async () => {
      asked += 1
    },
  })
  const coupon = await onRail(there)
  await there.follow.look(signal)
  expect(asked).toBe(0)
  there.side.state = 'USED'
  shop.clock.advance(24 * 3_600_000 + 1)
  await there.follow.look(signal)
  await there.follow.look(signal)
  expect(asked).toBe(1)
  expect(await couponNow(shop, coupon)).toMatchObject({ state: 'redeemed', docKey: `wechat:${coupon.code}:1` })
  expect(await eventFaults(shop)).toEqual([])
})
