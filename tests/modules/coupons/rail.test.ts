import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { ProductCouponPort, RailOutcome } from '../../../server/modules/coupons/service/rail-port.ts'
import { couponRail } from '../../../server/modules/coupons/service/rail.ts'
import { miniprogramAccount, startSandbox } from '../../../sandbox/index.ts'
import { couponsOf } from '../../../sandbox/pay/product-coupons.ts'
import { payOf } from '../../../sandbox/pay/state.ts'
import { addPerson } from '../../../sandbox/state/world.ts'
import { systemClock } from '../../../server/kernel/clock.ts'
import { wechatRail } from '../../../server/modules/coupons/service/rail-port.ts'
import { productCoupons } from '../../../server/modules/wechat/index.ts'
import { START, world, type World } from '../../support/world.ts'

const DONE = { is: 'done', state: 'EFFECTIVE' } as const
const batch = { productCouponId: 'PC1', stockId: 'ST1' }
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
    isOpen: async () => true,
    prepare: async () => true,
    stateOf: async () => null,
    async act({ requestNo, openid }) {
      const day = days[call++ % days.length]
      if (day === 'lost') throw new Error('the connection broke before it arrived')
      if (!book.has(requestNo)) {
        const outcome: RailOutcome = openid === 'full' ? { is: 'refused', reason: 'USER_LIMIT' } : DONE
        book.set(requestNo, outcome)
        if (outcome.is === 'done') sent.set(openid, (sent.get(openid) ?? 0) + 1)
      }
      if (day === 'dropped') throw new Error('the answer was lost')
      return book.get(requestNo) ?? { is: 'refused', reason: '' }
    },
    async outcomeOf({ requestNo }) {
      if (days[call++ % days.length] === 'deaf') throw new Error('WeChat is busy')
      // How a coupon stands tells what was done; a refusal leaves no trace.
      return book.get(requestNo)?.is === 'done' ? DONE : null
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
        const rail = couponRail(shop.kernel, port)
        const rails = [rail, couponRail(shop.kernel, port)]
        const plan = (openid: string, couponId: string) =>
          inTransaction(shop.db, tx =>
            rail.plan(tx, { couponId, kind: 'send', ...batch, appId: 'wx1', openid, couponCode: `K${openid}` }),
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
          expect(row.state).toBe(book.get(row.requestNo)?.is)
        }
        expect(rows.map(row => row.state).toSorted()).toEqual(['done', 'done', 'done', 'refused'])
        expect([...sent.values()]).toEqual([1, 1, 1])
      },
    ),
    { numRuns: 8 },
  )
}, 120_000)

test('a coupon on WeChat’s rail, signed and answered: sent, used, given back; a full batch refuses, a lost answer is asked about', async () => {
  const signal = new AbortController().signal
  await shop.db.deleteFrom('coupon_rail_request').execute()
  shop.clock.set(START)
  const sandbox = await startSandbox()
  try {
    const { mchid, serial, privateKeyPem, apiV3Key, platformSerial, platformPublicKeyPem } = payOf(
      sandbox.world,
    ).merchant()
    const wechat = productCoupons({
      mchId: mchid,
      serial,
      privateKey: privateKeyPem,
      apiV3Key,
      platformKeys: { [platformSerial]: platformPublicKeyPem },
      baseUrl: sandbox.url,
      clock: systemClock,
      brandId: '120344',
    })
    const rail = couponRail(
      shop.kernel,
      wechatRail(async () => ({ coupons: wechat, notifyUrl: '' })),
    )
    const { appId } = miniprogramAccount
    const openid = addPerson(sandbox.world, { name: '小林' }).openids[appId] ?? ''
    const plan = (couponCode: string, kind: 'send' | 'use' | 'return', stockId = 'ST1') =>
      inTransaction(shop.db, tx =>
        rail.plan(tx, { couponId: couponCode.padEnd(26, '0'), kind, ...batch, stockId, appId, openid, couponCode }),
      )
    const states = async () =>
      (await shop.db.selectFrom('coupon_rail_request').select(['couponCode', 'kind', 'state', 'reason']).execute())
        .map(row => `${row.couponCode} ${row.kind} ${row.state} ${row.reason}`.trim())
        .toSorted()
    sandbox.world.faults.add({
      match: { path: '/v3/marketing/*' },
      fault: { do: 'drop', when: 'after' },
      skip: 0,
      times: 1,
      chance: 1,
    })
    await plan('KONE', 'send')
    await plan('KTWO', 'send', 'ST-full')
    await rail.deliver(signal)
    shop.clock.advance(61_000)
    await rail.resolve(signal)
    await rail.deliver(signal)
    shop.clock.advance(61_000)
    await rail.resolve(signal)
    // Given out, it waits for our yes.
    await rail.deliver(signal)
    expect(await states()).toEqual(['KONE confirm done', 'KONE send done', 'KTWO send refused RULE_LIMIT'])
    await plan('KONE', 'use')
    await rail.deliver(signal)
    expect(couponsOf(sandbox.world).get('KONE')?.state).toBe('USED')
    await plan('KONE', 'return')
    await rail.deliver(signal)
    expect(couponsOf(sandbox.world).get('KONE')?.state).toBe('EFFECTIVE')
    expect((await states()).every(state => / (done|refused)/.test(state))).toBe(true)
    expect(couponsOf(sandbox.world).size).toBe(1)
  } finally {
    await sandbox.stop()
  }
})
