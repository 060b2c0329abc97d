import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, type Tx } from '../../../server/kernel/db.ts'
import { AppError } from '../../../server/kernel/errors.ts'
import { couponEdges } from '../../../server/modules/coupons/repository/edges.ts'
import { couponGifts } from '../../../server/modules/coupons/service/gifts.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { world, type World } from '../../support/world.ts'
import { campaignIssues, couponNow, eventFaults, memberId, newTemplate, oneCoupon, useOf } from './coupons.ts'

// Which guard each of these proves is listed in tests/modules/GUARDS.md: take it away, and the test fails.
let shop: World
beforeAll(async () => {
  shop = await world()
})
afterAll(() => shop.close())

const ROLLED_BACK = new Error('rolled back')
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

test('invariant 17: never more than the limit a member, whichever campaigns give to them at once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.uniqueArray(fc.nat(7), { minLength: 1 }), { minLength: 2, maxLength: 8 }),
      async (perMemberLimit, campaigns) => {
        const templateId = await newTemplate(shop, { perMemberLimit })
        const give = (i: number, members: readonly number[]) =>
          campaignIssues(shop, templateId, `limit-${templateId}-${i}`, members)
        const told = await Promise.all(campaigns.map((members, i) => give(i, members)))
        const held = await shop.db
          .selectFrom('coupon')
          .select(['memberId', 'issueKey'])
          .where('templateId', '=', templateId)
          .execute()
        for (const n of range(0, 8)) {
          const wanted = campaigns.filter(members => members.includes(n)).length
          const has = held.filter(coupon => coupon.memberId === memberId(n))
          expect(has).toHaveLength(Math.min(perMemberLimit, wanted))
          // Who was told yes has the coupon of that campaign, who was told no has not.
          const yes = told.flatMap((result, i) =>
            result.issued.has(`campaign:limit-${templateId}-${i}:${memberId(n)}`) ? [i] : [],
          )
          expect(has.map(coupon => coupon.issueKey).toSorted()).toEqual(
            yes.map(i => `campaign:limit-${templateId}-${i}:${memberId(n)}`).toSorted(),
          )
        }
        expect(await issuedOf(templateId)).toBe(held.length)
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)

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

test('invariant 21: a sale counts once, however often it is told, by however many at once, beside the rivals for its coupon', async () => {
  const telling = fc.record({ times: fc.integer({ min: 1, max: 6 }), fails: fc.boolean() })
  await fc.assert(
    // For each coupon the sales that want it.
    fc.asyncProperty(
      fc.array(fc.array(telling, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
      async wishes => {
        const templateId = await newTemplate(shop, { perMemberLimit: 9, columns: { budget: 1_000_000 } })
        const coupons: HeldCoupon[] = []
        for (const n of wishes.keys()) coupons.push(await oneCoupon(shop, templateId, n))
        const sales = wishes.flatMap((rivals, n) =>
          rivals.map((how, i) => ({ n, how, docKey: `S01|01|2026-11-22|${templateId}-${n}-${i}` })),
        )
        const { lock, redeem } = shop.modules.coupons
        const oneOf = (n: number): HeldCoupon => coupons[n] ?? expect.unreachable()
        const told = async (work: (tx: Tx) => Promise<unknown>): Promise<boolean> =>
          inTransaction(shop.db, work).then(
            () => true,
            (error: unknown) => {
              if (error instanceof AppError || error === ROLLED_BACK) return false
              throw error
            },
          )
        await Promise.all(
          sales.flatMap(({ n, how, docKey }) =>
            range(0, how.times).map(() => told(tx => lock(tx, useOf(oneOf(n), docKey)))),
          ),
        )
        const held = await Promise.all(coupons.map(coupon => couponNow(shop, coupon)))
        const paid = await Promise.all(
          sales.flatMap(({ n, how, docKey }) =>
            range(0, how.times).map(i =>
              told(async tx => {
                await redeem(tx, useOf(held[n] ?? oneOf(n), docKey))
                if (how.fails && i === 0 && how.times > 1) throw ROLLED_BACK
              }).then(done => ({ n, docKey, done })),
            ),
          ),
        )
        for (const n of coupons.keys()) {
          const uses = await shop.db
            .selectFrom('coupon_event')
            .select('docKey')
            .where('couponId', '=', oneOf(n).id)
            .where('kind', '=', 'redeem')
            .execute()
          const yes = paid.filter(one => one.n === n && one.done)
          expect(yes).toHaveLength(1)
          expect(uses.map(use => use.docKey)).toEqual(yes.map(one => one.docKey))
        }
        const template = await shop.db
          .selectFrom('coupon_template')
          .select('spent')
          .where('id', '=', templateId)
          .executeTakeFirstOrThrow()
        expect(template.spent).toBe(500 * coupons.length)
      },
    ),
    { numRuns: 25 },
  )
}, 60_000)

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
