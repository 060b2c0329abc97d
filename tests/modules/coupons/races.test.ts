import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { couponEdges } from '../../../server/modules/coupons/repository/edges.ts'
import { couponGifts } from '../../../server/modules/coupons/service/gifts.ts'
import { world, type World } from '../../support/world.ts'
import { campaignIssues, couponNow, eventFaults, memberId, newTemplate, oneCoupon, useOf } from './coupons.ts'

// Which guard each of these proves is listed in tests/modules/GUARDS.md: take it away, and the test fails.
let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

const count = async (templateId: string): Promise<number> =>
  (await shop.db.selectFrom('coupon').select('id').where('templateId', '=', templateId).execute()).length
const issuedOf = async (templateId: string): Promise<number> =>
  (await shop.db.selectFrom('coupon_template').select('issued').where('id', '=', templateId).executeTakeFirstOrThrow())
    .issued
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

test('invariant 16: never more than the stock, though ten campaigns give at once; the counter is the count', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 60 }),
      fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 10 }),
      async (stock, sizes) => {
        const templateId = await newTemplate(shop, { stock })
        let next = 0
        const results = await Promise.all(
          sizes.map((size, i) =>
            campaignIssues(shop, templateId, `stock-${templateId}-${i}`, range(next, (next += size))),
          ),
        )
        const wanted = sizes.reduce((a, b) => a + b, 0)
        expect(await count(templateId)).toBe(Math.min(stock, wanted))
        expect(await issuedOf(templateId)).toBe(Math.min(stock, wanted))
        expect(results.reduce((sum, result) => sum + result.issued.size + result.refused.size, 0)).toBe(wanted)
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)

test.each([
  ['plenty', { perMemberLimit: 5, stock: 1000 }],
  ['one each', { perMemberLimit: 1, stock: 1000 }],
  ['just enough', { perMemberLimit: 5, stock: 30 }],
])('the same campaign sent eight times at once puts one coupon into each wallet, with %s', async (_, rule) => {
  for (let round = 0; round < 4; round++) {
    const templateId = await newTemplate(shop, rule)
    const results = await Promise.all(
      range(0, 8).map(() => campaignIssues(shop, templateId, `twice-${templateId}`, range(0, 30))),
    )
    expect(await count(templateId)).toBe(30)
    expect(await issuedOf(templateId)).toBe(30)
    // Each of the eight tells the same: nobody hears "refused" who has the coupon.
    const told = results.map(result =>
      [...result.issued.values()]
        .map(coupon => coupon.couponId)
        .toSorted()
        .join(),
    )
    expect(new Set(told).size).toBe(1)
  }
})

test('invariant 17: never more than the limit a member, though campaigns give at once', async () => {
  const templateId = await newTemplate(shop, { perMemberLimit: 2 })
  await Promise.all(range(0, 8).map(i => campaignIssues(shop, templateId, `limit-${i}`, range(0, 10))))
  for (const n of range(0, 10))
    expect(
      (
        await shop.db
          .selectFrom('coupon')
          .select('id')
          .where('templateId', '=', templateId)
          .where('memberId', '=', memberId(n))
          .execute()
      ).length,
    ).toBeLessThanOrEqual(2)
  expect(await issuedOf(templateId)).toBe(await count(templateId))
  // Asked once more by itself, everybody gets what the limit allows and no more.
  await campaignIssues(shop, templateId, 'limit-last', range(0, 10))
  await campaignIssues(shop, templateId, 'limit-really', range(0, 10))
  expect(await count(templateId)).toBe(20)
})

test('invariant 19: of twenty tills that lock one coupon at once, one gets it', async () => {
  const coupon = await oneCoupon(shop, await newTemplate(shop), 1)
  const lock = (docKey: string): Promise<boolean> =>
    inTransaction(shop.db, tx => shop.modules.coupons.lock(tx, useOf(coupon, docKey))).then(
      () => true,
      (error: unknown) => {
        if (error instanceof AppError) return false
        throw error
      },
    )
  const won = await Promise.all(range(0, 20).map(i => lock(`S01|01|2026-11-22|${i}`)))
  expect(won.filter(Boolean)).toHaveLength(1)
})

test('invariant 21: one sale told twenty times at once redeems its coupon once', async () => {
  const coupon = await oneCoupon(shop, await newTemplate(shop), 2)
  const docKey = 'S01|01|2026-11-22|R1'
  await inTransaction(shop.db, tx => shop.modules.coupons.lock(tx, useOf(coupon, docKey)))
  const held = await couponNow(shop, coupon)
  const done = await Promise.allSettled(
    range(0, 20).map(() => inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, useOf(held, docKey)))),
  )
  expect(done.filter(result => result.status === 'fulfilled')).toHaveLength(1)
  expect(
    (
      await shop.db
        .selectFrom('coupon_event')
        .select('id')
        .where('couponId', '=', coupon.id)
        .where('kind', '=', 'redeem')
        .execute()
    ).length,
  ).toBe(1)
})

// The law of the state machine: whatever tills do at once, every step in a coupon's ledger follows the one before, the
// row says what the ledger leads to, and what a sale has redeemed is given back once.
const act = fc.record({
  what: fc.constantFrom(
    'lock',
    'lock',
    'redeem',
    'redeem',
    'release',
    'giveBack',
    'reprice',
    'void',
    'gift',
    'take',
    'later',
  ),
  sale: fc.nat(2),
  coupon: fc.nat(1),
})

const links = async (): Promise<string[]> =>
  (await shop.db.selectFrom('coupon_gift').select('linkCode').execute()).map(({ linkCode }) => linkCode)
const voided = (couponId: string) => ({
  id: shop.kernel.newId(),
  couponId,
  kind: 'void',
  docKey: null,
  fen: null,
  staffId: null,
  note: null,
  at: shop.clock.now(),
})

test('invariant 18: every coupon’s ledger is a path of the state machine under any races', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(act, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      async rounds => {
        for (const table of ['coupon', 'coupon_event', 'coupon_redemption', 'coupon_gift', 'coupon_template'] as const)
          await shop.db.deleteFrom(table).execute()
        const templateId = await newTemplate(shop, { perMemberLimit: 9, columns: { giftable: 1, budget: 1200 } })
        const gifts = couponGifts(shop.kernel)
        const coupons = [await oneCoupon(shop, templateId, 3), await oneCoupon(shop, templateId, 4)]
        for (const round of rounds) {
          await Promise.all(
            round.map(async ({ what, sale, coupon: which }) => {
              const coupon = await couponNow(
                shop,
                coupons[which] ??
                  coupons[0] ??
                  (() => {
                    throw new Error('none')
                  })(),
              )
              const use = useOf(coupon, `S01|01|2026-11-22|P${sale}`)
              await inTransaction(shop.db, async tx => {
                const { lock, redeem, release, giveBack, reprice } = shop.modules.coupons
                if (what === 'lock') await lock(tx, use)
                else if (what === 'redeem') await redeem(tx, use)
                else if (what === 'release') await release(tx, use.docKey)
                else if (what === 'reprice') await reprice(tx, use.docKey, coupon.id, 100 * sale)
                else if (what === 'giveBack') await giveBack(tx, use.docKey)
                else if (what === 'void')
                  await couponEdges(tx)
                    .void(coupon.id, shop.clock.now())
                    .then(done => (done ? couponEdges(tx).record([voided(coupon.id)]) : undefined))
                else if (what === 'gift') await gifts.give(coupon.memberId, coupon.id)
                else if (what === 'take') for (const link of await links()) await gifts.take(memberId(9), link)
                else shop.clock.advance(40 * 60_000)
              }).catch((error: unknown) => {
                if (!(error instanceof AppError)) throw error
              })
            }),
          )
          expect(await eventFaults(shop)).toEqual([])
        }
      },
    ),
    { numRuns: 30 },
  )
}, 120_000)
