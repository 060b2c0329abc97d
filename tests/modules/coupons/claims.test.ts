import { afterEach, beforeEach, expect, test } from 'vitest'
import { Redis } from 'ioredis'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { ApiError } from '../../support/http.ts'
import { raceAt } from '../../support/race.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { newTemplate } from './coupons.ts'

let on: Stage
beforeEach(async () => {
  on = await stage()
})
afterEach(() => on.close())

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const tap = (n: number | string): string => `tap-${String(n).padStart(6, '0')}`
/** A moment on the shop's clock, so many minutes from now. */
const inMinutes = (minutes: number): string => new Date(on.shop.clock.now().getTime() + minutes * 60_000).toISOString()

const offers = async (
  templateId: string,
  quantity: number,
  more: Partial<Parameters<ReturnType<typeof marketing>['putOffer']>[0]['body']> = {},
): Promise<string> => {
  const { offerId } = await (await owner()).call(couponsApi).putOffer({
    params: { templateId },
    body: { shelf: 'recommended', releases: [{ at: inMinutes(-1), quantity }], ...more },
  })
  return offerId
}
const owner = () => on.shop.as('owner')
const marketing = (user: Awaited<ReturnType<typeof owner>>) => user.call(couponsApi)
const shopper = async (name: string) => {
  const { memberId, headers } = await on.enrols(on.person(name))
  return { memberId, coupons: on.shop.call(couponsApi, headers) }
}
const rows = async (templateId: string): Promise<number> =>
  (await on.shop.db.selectFrom('coupon').select('id').where('templateId', '=', templateId).execute()).length
const counters = async (templateId: string) => ({
  template: (
    await on.shop.db
      .selectFrom('coupon_template')
      .select('issued')
      .where('id', '=', templateId)
      .executeTakeFirstOrThrow()
  ).issued,
  offer: (
    await on.shop.db
      .selectFrom('coupon_offer')
      .select('claimed')
      .where('templateId', '=', templateId)
      .executeTakeFirstOrThrow()
  ).claimed,
})
/** Claims of many members at once, past the door: members are only ids here. */
const crowd = (offerId: string, count: number) =>
  Promise.all(
    range(count).map(n =>
      on.shop.modules.coupons.claim(`M${String(n).padStart(25, '0')}`, offerId, tap(n)).then(answer => answer.is),
    ),
  )

test('a shopper claims at the centre, and the same tap again is the same coupon', async () => {
  const templateId = await newTemplate(on.shop)
  const offerId = await offers(templateId, 2)
  const lin = await shopper('林女士')
  expect((await lin.coupons.couponCentre({ query: {} })).items).toMatchObject([
    { offerId, standing: 'claimable', gone: 0, mine: 0 },
  ])
  const first = await lin.coupons.claim({ params: { offerId }, body: { key: tap(1) } })
  expect(first.outcome).toBe('claimed')
  expect(await lin.coupons.claim({ params: { offerId }, body: { key: tap(1) } })).toEqual(first)
  expect(await lin.coupons.claim({ params: { offerId }, body: { key: tap(2) } })).toMatchObject({ outcome: 'limit' })
  expect((await lin.coupons.wallet({ query: {} })).items.map(({ couponId }) => couponId)).toEqual([first.couponId])
  expect((await lin.coupons.couponCentre({ query: {} })).items).toMatchObject([
    { standing: 'claimed', mine: 1, gone: 50 },
  ])
})

test('sold out says when more is released, and then it can be claimed again', async () => {
  const templateId = await newTemplate(on.shop)
  const offerId = await offers(templateId, 1, {
    releases: [
      { at: inMinutes(-1), quantity: 1 },
      { at: inMinutes(60), quantity: 5 },
    ],
  })
  const [lin, wang] = [await shopper('林女士'), await shopper('王先生')]
  expect((await lin.coupons.claim({ params: { offerId }, body: { key: tap(1) } })).outcome).toBe('claimed')
  expect((await wang.coupons.claim({ params: { offerId }, body: { key: tap(1) } })).outcome).toBe('soldOut')
  expect((await wang.coupons.couponCentre({ query: {} })).items).toMatchObject([
    { standing: 'soldOut', gone: 100, next: { quantity: 5 } },
  ])
  on.shop.clock.advance(3_600_001)
  expect((await wang.coupons.claim({ params: { offerId }, body: { key: tap(2) } })).outcome).toBe('claimed')
})

test('an offer of one store is shown there, one for newcomers to those who are new', async () => {
  const [west, fresh] = [await newTemplate(on.shop, { stores: ['WEST1'] }), await newTemplate(on.shop)]
  const [, freshOffer] = [
    await offers(west, 5, { shelf: 'store' }),
    await offers(fresh, 5, { shelf: 'newcomer', newDays: 7 }),
  ]
  const lin = await shopper('林女士')
  const shelves = async (storeCode: string) =>
    (await lin.coupons.couponCentre({ query: { storeCode } })).items.map(({ shelf }) => shelf)
  expect((await shelves('WEST1')).toSorted()).toEqual(['newcomer', 'store'])
  expect(await shelves('EAST1')).toEqual(['newcomer'])
  on.shop.clock.advance(8 * 86_400_000)
  expect(await shelves('EAST1')).toEqual([])
  const refused = await lin.coupons
    .claim({ params: { offerId: freshOffer }, body: { key: tap(1) } })
    .catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(ApiError)
  expect(refused).toMatchObject({ status: 403, code: 'coupons.newcomersOnly' })
})

test('who names no store sees the offers of the usual one', async () => {
  await offers(await newTemplate(on.shop, { stores: ['WEST1'] }), 5, { shelf: 'store' })
  await offers(await newTemplate(on.shop, { stores: ['EAST1'] }), 5, { shelf: 'store' })
  const lin = await shopper('林女士')
  const stores = async (query: { storeCode?: string } = {}) =>
    (await lin.coupons.couponCentre({ query })).items.map(({ stores: at }) => at?.[0])
  expect((await stores()).toSorted()).toEqual(['EAST1', 'WEST1'])
  await on.shop.db.updateTable('member').set({ homeStoreCode: 'WEST1' }).where('id', '=', lin.memberId).execute()
  expect(await stores()).toEqual(['WEST1'])
  expect(await stores({ storeCode: 'EAST1' })).toEqual(['EAST1'])
})

test('of two hundred who claim at once exactly the stock is sold, in few transactions', async () => {
  const templateId = await newTemplate(on.shop, { stock: 1000 })
  const offerId = await offers(templateId, 60)
  const said = await crowd(offerId, 200)
  expect(said.filter(is => is === 'claimed')).toHaveLength(60)
  expect(said.filter(is => is === 'soldOut')).toHaveLength(140)
  expect(await rows(templateId)).toBe(60)
  expect(await counters(templateId)).toEqual({ template: 60, offer: 60 })
  const { transactions } = await on.shop.db
    .selectFrom('outbox')
    .select(eb => eb.fn.countAll<string>().as('transactions'))
    .where('name', '=', 'coupons.issued')
    .executeTakeFirstOrThrow()
  expect(Number(transactions)).toBeLessThan(10)
})

test('never more than is released or in stock, though a campaign gives and a hundred claim at once', async () => {
  const templateId = await newTemplate(on.shop, { stock: 50 })
  const offerId = await offers(templateId, 40)
  const campaign = inTransaction(on.shop.db, tx =>
    on.shop.modules.coupons.issue(
      tx,
      templateId,
      range(30).map(n => ({ memberId: `C${String(n).padStart(25, '0')}`, key: `campaign:x:${n}` })),
    ),
  )
  const said = await crowd(offerId, 100)
  const given = (await campaign).issued.size
  const claimed = said.filter(is => is === 'claimed').length
  expect(claimed).toBeLessThanOrEqual(40)
  expect(given + claimed).toBe(50)
  expect(await counters(templateId)).toEqual({ template: 50, offer: claimed })
})

test('a rival in every gap between two statements of a claim sells nothing twice', async () => {
  for (let gap = 0; gap < 5; gap++) {
    const templateId = await newTemplate(on.shop, { stock: 10 })
    const offerId = await offers(templateId, 1)
    const settle = on.shop.modules.coupons.settleClaims
    const race = await raceAt(
      on.shop.db,
      gap,
      tx => settle(tx, offerId, [{ memberId: 'A'.padEnd(26, '0'), key: `claim:a:${gap}` }]),
      () => on.shop.modules.coupons.claim('B'.padEnd(26, '0'), offerId, tap(gap)),
    )
    expect(race.statements).toBeGreaterThan(3)
    expect(await rows(templateId)).toBe(1)
    expect(await counters(templateId)).toEqual({ template: 1, offer: 1 })
  }
})

test('a hot offer queues at the gate, the jobs settle it, and exactly the stock is sold', async () => {
  const templateId = await newTemplate(on.shop, { stock: 1000 })
  const offerId = await offers(templateId, 70, { hot: true })
  const said = await crowd(offerId, 150)
  expect(said.filter(is => is === 'queued')).toHaveLength(70)
  expect(said.filter(is => is === 'soldOut')).toHaveLength(80)
  const lin = await shopper('林女士')
  await on.shop.drain()
  expect(await rows(templateId)).toBe(70)
  expect(await counters(templateId)).toEqual({ template: 70, offer: 70 })
  expect((await lin.coupons.claim({ params: { offerId }, body: { key: tap(900) } })).outcome).toBe('soldOut')
  // Who waited hears yes now, and a repeat of the tap is the same coupon.
  const first = `M${'0'.repeat(25)}`
  const status = await on.shop.modules.coupons.claimStatus(first, offerId, tap(0))
  expect(status.is).toBe('claimed')
  expect(await on.shop.modules.coupons.claim(first, offerId, tap(0))).toEqual(status)
})

test('a gate that forgets everything sells nothing twice and loses nobody who was told yes', async () => {
  const templateId = await newTemplate(on.shop, { stock: 1000 })
  const offerId = await offers(templateId, 50, { hot: true })
  await crowd(offerId, 30)
  // The queue is lost before anybody settled it: nobody had heard yes, and the phones ask again.
  const redis = new Redis(on.shop.config.REDIS_URL)
  const keys = await redis.keys(`*${on.shop.config.REDIS_PREFIX}:claims*`)
  await redis.del(...keys)
  redis.disconnect()
  expect(await on.shop.modules.coupons.claimStatus(`M${'0'.repeat(25)}`, offerId, tap(0))).toEqual({ is: 'again' })
  await crowd(offerId, 80)
  await on.shop.drain()
  expect(await rows(templateId)).toBe(50)
  expect(await counters(templateId)).toEqual({ template: 50, offer: 50 })
})

test('what has been released stays: an offer cannot be made smaller than what was claimed of it', async () => {
  const templateId = await newTemplate(on.shop)
  const offerId = await offers(templateId, 3)
  await crowd(offerId, 3)
  const refused = await offers(templateId, 2).catch((error: unknown) => error)
  expect(refused).toMatchObject({ status: 409, code: 'coupons.releasedPast' })
  await offers(templateId, 4)
  expect((await crowd(offerId, 5)).filter(is => is === 'claimed')).toHaveLength(4)
})
