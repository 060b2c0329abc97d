import fc from 'fast-check'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { EarningRules, pointsApi } from '../../../server/modules/points/contract.ts'
import { untilSeen } from '../../support/seen.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { addMembers } from './people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt, type Receipt } from './receipts.ts'
import { ruled } from './ruled.ts'

/** The laws of earning and of debts, with everybody at it on connections of their own: the tables say what one alone would have made. */
let shop: World
let owner: StaffUser
let agent: StaffUser
beforeAll(async () => {
  shop = await world({ DATABASE_POOL: '24' })
  ;[owner, agent] = [await shop.as('owner'), await shop.as('agent')]
  await stockShelf(shop)
})
afterAll(() => shop.close())
beforeEach(() => shop.db.deleteFrom('points_rules').execute())

let numbers = 0
const newDoc = (): string => `P${String((numbers += 1)).padStart(25, '0')}`
const yuan = (fen: number): string => (fen / 100).toFixed(2)
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0
const creditOf = (id: string): Promise<number> => shop.modules.points.creditedFor(shop.db, id)

/** How a document is told: in which order, by how many at once, and whether a first try is rolled back. */
const telling = fc.record({ order: fc.nat(), twice: fc.boolean(), fails: fc.nat(3).map(n => n === 0) })
type Telling = typeof telling extends fc.Arbitrary<infer T> ? T : never

/** Writes and settles documents all at once: each told as an event tells it, none of them a second time by us. */
async function tellAtOnce(documents: readonly { receipt: Receipt; how: Telling }[]): Promise<void> {
  const told = documents
    .toSorted((a, b) => a.how.order - b.how.order)
    .map(async ({ receipt, how }) => {
      await writeReceipt(shop, receipt)
      if (how.fails)
        await inTransaction(shop.db, async tx => {
          await shop.modules.points.settle(tx, [receipt.id])
          throw new Error('rolled back')
        }).catch((error: unknown) => expect(error).toMatchObject({ message: 'rolled back' }))
      await Promise.all([settle(shop, [receipt.id]), ...(how.twice ? [settle(shop, [receipt.id])] : [])])
    })
  for (const one of await Promise.allSettled(told)) if (one.status === 'rejected') throw one.reason
}

const piece = fc.record({ fen: fc.integer({ min: 1, max: 4000 }), how: telling })
const sale = fc.record({
  who: fc.nat(1),
  how: telling,
  lines: fc.array(
    fc.record({
      product: fc.constantFrom('rice', 'chicken', 'bag', 'unknown'),
      kept: fc.integer({ min: 0, max: 6000 }),
      /** What comes back of the line, in so many returns. */
      back: fc.array(piece, { maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
})
type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never
const boughtFen = ({ kept, back }: Sale['lines'][number]): number => back.reduce((sum, { fen }) => sum + fen, kept)

/** The documents of a sale: the receipt with all that was bought, and a return for each piece. */
function documentsOf({ who, how, lines }: Sale, members: readonly string[], more: Partial<Receipt> = {}) {
  const id = newDoc()
  const memberId = members[who] ?? ''
  const bought = lines.map(line => ({ product: line.product, net: yuan(boughtFen(line)) }))
  const returns = lines.flatMap(({ product, back }) =>
    back.map(({ fen, how: told }) => ({
      how: told,
      receipt: { id: newDoc(), memberId, type: 'return' as const, original: id, lines: [{ product, net: yuan(-fen) }] },
    })),
  )
  return { id, memberId, documents: [{ how, receipt: { id, memberId, lines: bought, ...more } }, ...returns] }
}

const when = (given: object) => EarningRules.shape.multipliers.unwrap().element.shape.when.parse(given)
const multipliers = [
  { name: 'fresh', percent: 150, when: when({ categories: ['fresh'] }) },
  { name: 'rice', percent: 133, when: when({ products: ['rice'] }) },
  { name: 'friday', percent: 250, when: when({ weekdays: [5] }) },
]
const PERCENTS: Readonly<Record<string, readonly bigint[]>> = {
  chicken: [150n, 250n],
  rice: [133n, 250n],
  unknown: [250n],
  bag: [],
}

test('invariant 8, invariant 9: receipts and returns settled all at once, in parts and in any order, are worth what the lines that stayed are worth, cut once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({ points: fc.integer({ min: 1, max: 3 }), fen: fc.constantFrom(100, 150, 1000) }),
      fc.constantFrom('highest', 'multiply'),
      fc.record({ receipt: fc.constantFrom(null, 40), day: fc.constantFrom(null, null, 70) }),
      fc.array(sale, { minLength: 2, maxLength: 4 }),
      async (rate, together, caps, sales) => {
        await ruled(shop, { rate, together, caps, multipliers })
        const members = await addMembers(shop, 4)
        const families = sales.map(one => documentsOf(one, members))
        await tellAtOnce(families.flatMap(family => family.documents))
        // One after the other, and as if what came back had never been bought.
        for (const { who, lines } of sales) {
          const never = newDoc()
          const kept = lines.map(line => ({ product: line.product, net: yuan(line.kept) }))
          await writeReceipt(shop, { id: never, memberId: members[2 + who] ?? '', lines: kept })
          await settle(shop, [never])
        }
        for (const who of [0, 1]) expect(await balance(members[who] ?? '')).toBe(await balance(members[2 + who] ?? ''))

        // By plain fractions: nothing is cut but the points of a receipt.
        const worths = sales.map(({ lines }) => {
          const over = lines.reduce((sum, { product, kept }) => {
            const percents = PERCENTS[product] ?? []
            const times =
              together === 'multiply'
                ? percents.reduce((a, b) => a * b, 10n ** BigInt(4 - 2 * percents.length))
                : (percents.toSorted((a, b) => Number(b - a))[0] ?? 0n) * 100n
            return sum + (percents.length === 0 ? 0n : BigInt(kept) * times)
          }, 0n)
          const points = Number((over * BigInt(rate.points)) / (BigInt(rate.fen) * 10_000n))
          return Math.min(points, caps.receipt ?? points)
        })
        for (const who of [0, 1]) {
          const sum = worths.reduce((all, points, i) => all + (sales[i]?.who === who ? points : 0), 0)
          expect(await balance(members[who] ?? '')).toBe(Math.min(sum, caps.day ?? sum))
        }
        if (caps.day === null)
          for (const [i, { documents }] of families.entries()) {
            const credits = await Promise.all(documents.map(one => creditOf(one.receipt.id)))
            expect(credits.reduce((a, b) => a + b, 0)).toBe(worths[i])
          }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

test('invariant 10: what was paid by points, coupons or cards earns as the rule says, also when receipts and their returns are settled at once', async () => {
  const fen = fc.integer({ min: 1, max: 9000 })
  const policy = fc.constantFrom('share', 'receipt', null)
  await fc.assert(
    fc.asyncProperty(
      fc.record({ points: policy, giftCard: policy }),
      fc.array(
        fc.record({
          who: fc.nat(1),
          how: telling,
          paid: fc.record({ wechat: fen, points: fc.option(fen, { nil: 0 }), giftCard: fc.option(fen, { nil: 0 }) }),
          back: fc.array(fc.record({ percent: fc.integer({ min: 1, max: 50 }), how: telling }), { maxLength: 2 }),
        }),
        { minLength: 2, maxLength: 6 },
      ),
      async (policies, sales) => {
        const tenders = Object.entries(policies).flatMap(([method, one]) =>
          one === null ? [] : [{ method, policy: one }],
        )
        await ruled(shop, { tenders })
        const members = await addMembers(shop, 2)
        const families = sales.map(({ who, how, paid, back }) => {
          const all = paid.wechat + paid.points + paid.giftCard
          const pieces = back.map(one => ({ fen: Math.max(1, Math.floor((all * one.percent) / 100)), how: one.how }))
          const kept = Math.max(0, all - pieces.reduce((sum, one) => sum + one.fen, 0))
          const payments = Object.entries(paid)
            .filter(([, amount]) => amount > 0)
            .map(([method, amount]) => ({ method, amount: yuan(amount) }))
          const family = documentsOf({ who, how, lines: [{ product: 'rice', kept, back: pieces }] }, members, {
            payments,
          })
          const refused = (['points', 'giftCard'] as const).some(one => policies[one] === 'receipt' && paid[one] > 0)
          const out = (['points', 'giftCard'] as const).reduce(
            (sum, one) => sum + (policies[one] === 'share' ? paid[one] : 0),
            0,
          )
          return { ...family, worth: refused ? 0 : Number((BigInt(kept) * BigInt(all - out)) / (BigInt(all) * 100n)) }
        })
        await tellAtOnce(families.flatMap(family => family.documents))
        for (const { documents, worth } of families) {
          const credits = await Promise.all(documents.map(one => creditOf(one.receipt.id)))
          expect(credits.reduce((a, b) => a + b, 0)).toBe(worth)
        }
        for (const memberId of members) {
          const own = families.filter(family => family.memberId === memberId)
          expect(await balance(memberId)).toBe(own.reduce((sum, family) => sum + family.worth, 0))
        }
      },
    ),
    { numRuns: 20, endOnFailure: true },
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

const act = fc.record({
  do: fc.constantFrom('adjust', 'adjust', 'adjust', 'grant', 'return'),
  amount: fc.integer({ min: -90, max: 60 }).filter(amount => amount !== 0),
})

test('invariant 11: people who take at once push nobody below the limit, nothing usable stands beside a debt at any entry, and whatever is earned pays it first', async () => {
  const looked = { refused: 0, paid: 0 }
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 0, max: 120 }),
          fc.array(fc.array(act, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 3 }),
          async (limit, rounds) => {
            await ruled(shop, { debtLimit: { otherwise: limit, tiers: {} }, adjustLimit: 100_000 })
            const [memberId = ''] = await addMembers(shop, 1)
            const entries = () =>
              shop.db.selectFrom('points_entry').selectAll().where('memberId', '=', memberId).orderBy('seq').execute()
            for (const round of rounds) {
              const before = (await entries()).length
              const answers = await Promise.all(
                round.map(async ({ do: what, amount }) => {
                  const key = `limit-${(numbers += 1)}`
                  if (what === 'grant')
                    await inTransaction(shop.db, tx =>
                      shop.modules.points.grant(tx, [{ key, memberId, points: Math.abs(amount) }]),
                    )
                  if (what === 'return') {
                    const id = newDoc()
                    await writeReceipt(shop, { id, memberId, type: 'return', lines: [{ product: 'rice', net: '-25' }] })
                    await settle(shop, [id])
                  }
                  if (what !== 'adjust') return null
                  const call = owner
                    .call(pointsApi)
                    .adjust({ params: { memberId }, body: { key, amount, reason: '盘点调整' } })
                  const code = await call.then(
                    () => null,
                    (error: unknown) => (error as { code: string }).code,
                  )
                  return { key: `adjust:${memberId}:${key}`, amount, code }
                }),
              )
              const after = await entries()
              // Every balance that there was while they were at it.
              const balances = [
                after[before - 1]?.balanceAfter ?? 0,
                ...after.slice(before).map(one => one.balanceAfter),
              ]
              for (const answer of answers) {
                if (answer === null) continue
                const found = after.filter(one => one.key === answer.key)
                expect(found.map(one => one.amount)).toEqual(answer.code === null ? [answer.amount] : [])
                if (answer.code === null) continue
                looked.refused += 1
                expect([answer.code, Math.min(...balances) + answer.amount < -limit]).toEqual([
                  'points.debtLimit',
                  true,
                ])
              }
            }
            let [usable, owed] = [0, 0]
            for (const { key, reason, amount, active, debt } of await entries()) {
              if (amount > 0 && owed > 0) {
                looked.paid += 1
                expect([key, debt]).toEqual([key, -Math.min(owed, amount)])
              }
              usable += active
              owed += debt
              expect([key, usable >= 0, owed >= 0, Math.min(usable, owed)]).toEqual([key, true, true, 0])
              if (reason === 'adjustment' && amount < 0) expect([key, owed <= limit]).toEqual([key, true])
            }
          },
        ),
        { numRuns: 20, endOnFailure: true },
      ),
    () => Math.min(looked.refused, looked.paid) > 0,
  )
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

test('many small adjustments at once count as one large one: above the limit of a day they wait, whoever is first', async () => {
  await ruled(shop, { adjustLimit: 1000 })
  const [memberId = ''] = await addMembers(shop, 1)
  const give = () =>
    agent.call(pointsApi).adjust({
      params: { memberId },
      body: { key: `small-${(numbers += 1)}`.padEnd(8, '0'), amount: 300, reason: '顾客投诉补偿' },
    })
  const answers = await Promise.all(Array.from({ length: 8 }, give))
  expect(answers.filter(answer => !answer.waiting)).toHaveLength(3)
  expect(await balance(memberId)).toBe(900)
})

test('invariant 7: who has waited for the account over midnight is served on the new day: what lapsed in between has its days of grace', async () => {
  await ruled(shop, { graceDays: 3 })
  shop.clock.set('2026-11-22T15:59:59.000Z')
  const [memberId = ''] = await addMembers(shop, 1)
  const { grant, spend, giveBack } = shop.modules.points
  const granted = { key: `eve-${(numbers += 1)}`, memberId, points: 40, expiresOn: '2026-11-23' }
  const spendKey = `eve-${(numbers += 1)}`
  await inTransaction(shop.db, tx => grant(tx, [granted]))
  await inTransaction(shop.db, tx => spend(tx, { key: spendKey, memberId, points: 30 }))
  const { promise: isHeld, resolve: held } = Promise.withResolvers<void>()
  const first = inTransaction(shop.db, async tx => {
    await grant(tx, [{ ...granted, key: `eve-${(numbers += 1)}`, points: 1 }])
    held()
    // The other one stands in line by now, or comes later: it is the new day either way.
    await pause(150)
    shop.clock.set('2026-11-22T16:00:00.000Z')
  })
  await isHeld
  await inTransaction(shop.db, tx => giveBack(tx, { key: `eve-${(numbers += 1)}`, spendKey, points: 30 }))
  await first
  const entries = await shop.db
    .selectFrom('points_entry')
    .select(['reason', 'amount'])
    .where('memberId', '=', memberId)
    .orderBy('seq')
    .execute()
  expect(entries.slice(3).map(({ reason, amount }) => `${reason} ${amount}`)).toEqual([
    'expiry -11',
    'giveBack 30',
    'expiry -30',
    'grace 30',
  ])
})
