import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

test('five hundred a second for the brand, over all processes: of 1,100 at once 500 go, 500 the second after, 100 then', async () => {
  const rails = [couponRail(shop.kernel, twin([]).port), couponRail(shop.kernel, twin([]).port)]
  const { redis, config } = shop.kernel
  // Seconds that nobody else has used.
  const began = Math.floor(Date.now() / 1000) + 1_000
  // The machine's time stands still here; the shop's clock, which the rate does not go by, may stand anywhere.
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: began * 1000 + 300 })
  try {
    shop.clock.set('2030-01-01T00:00:00.000Z')
    const stop = new AbortController()
    let went = 0
    const answers = Array.from({ length: 1_100 }, async (_, i) => {
      const may = await rails[i % 2]?.place(stop.signal)
      if (may === true) went += 1
      return may
    })
    /** How many have gone so far, once so many have asked for a place in that second. */
    const gone = async (second: number, asked: number): Promise<number> => {
      while (Number(await redis.get(`${config.REDIS_PREFIX}:coupon-rail:${began + second}`)) < asked);
      // Redis answers in turn: what they asked before is answered before this.
      for (let i = 0; i < 3; i++) await redis.ping()
      return went
    }
    expect(await gone(0, 1_100)).toBe(500)
    await vi.advanceTimersByTimeAsync(699)
    expect(went).toBe(500)
    await vi.advanceTimersByTimeAsync(1)
    expect(await gone(1, 600)).toBe(1_000)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(await gone(2, 100)).toBe(1_100)
    expect(await Promise.all(answers)).toEqual(answers.map(() => true))

    // Who is asked to stop while waiting does not go.
    const more = Array.from({ length: 401 }, async () => rails[0]?.place(stop.signal))
    await gone(2, 501)
    stop.abort()
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await Promise.all(more)).filter(may => may === false)).toHaveLength(1)
  } finally {
    vi.useRealTimers()
    shop.clock.set(START)
  }
})
