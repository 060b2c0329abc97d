import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { formatDecimal4 } from '../../../server/kernel/money.ts'
import { CouponRules, CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Goods } from '../../../server/modules/coupons/index.ts'
import { anyCoupons, anyGoods } from '../coupons/baskets.ts'
import { untilSeen } from '../../support/seen.ts'
import {
  answersOf,
  asks,
  asksBack,
  basketOf,
  bringsBack,
  buyerAt,
  commits,
  faultsOf,
  newBuyers,
  newReceipt,
  newTemplates,
  openDay,
  tillAt,
  told,
  type Day,
  type Piece,
} from './day.ts'
import { riceFor, takesOff } from './simple.ts'

// Partial returns of one sale come to three tills at the same moment, in any order. What happened there is what happens when
// they come one after the other, each told beforehand what it will get; and that is what the coupons say of partial returns.
let day: Day
beforeAll(async () => {
  day = await openDay()
})
afterAll(() => day.shop.close())

type Answer = Awaited<ReturnType<typeof bringsBack>>
/** What a return comes to, apart from whose coupons and which receipt. */
const essence = (
  back: Pick<Answer, 'refund' | 'full' | 'paid' | 'withheld' | 'coupons' | 'pointsBack' | 'points'>,
) => ({
  refund: back.refund,
  full: back.full,
  paid: back.paid,
  withheld: back.withheld,
  coupons: back.coupons.map(({ outcome, discount }) => [outcome, discount]),
  pointsBack: back.pointsBack,
  taken: back.points?.taken,
})

const anyPart = fc.record({ line: fc.nat(7), part: fc.integer({ min: 1, max: 4 }), till: fc.nat(2) })

test('invariant 24: returns that come to several tills at once end as if they had come one by one, each told beforehand; none is below zero', async () => {
  let steps = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          anyCoupons(3),
          anyGoods,
          fc.array(fc.array(anyPart, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
          fc.constantFrom(0, 100),
          async (candidates, goods, rounds, points) => {
            const templateIds = await newTemplates(day, candidates, { budget: 100_000_000, bearHq: 50, bearSupplier: 50, bearStore: 0 }) // prettier-ignore
            const buyers = await newBuyers(day, 2, { templateIds, points })
            const sell = async (n: number) => {
              const buyer = buyerAt(buyers, n)
              const wish = { buyer, lines: basketOf(goods), codes: buyer.coupons.map(each => each.code), points }
              const quote = await asks(tillAt(day, n), wish)
              const codes = quote.coupons.map(each => each.code)
              return commits(tillAt(day, n), newReceipt(), { ...wish, codes, points: quote.pointsPay.points })
            }
            const [crowd, alone] = await Promise.all([sell(0), sell(1)])
            const paid = crowd.payable + (crowd.pointsPaid?.fen ?? 0)
            expect([alone.payable, alone.discount]).toEqual([crowd.payable, crowd.discount])
            let refunded = 0

            /** One return of the twin sale by itself: what is said beforehand is what is done. */
            const oneByOne = async (
              till: number,
              pieces: readonly Piece[] | undefined,
              there: Answer,
            ): Promise<void> => {
              const said = await asksBack(tillAt(day, till), alone.docKey, pieces)
              const done = await bringsBack(tillAt(day, till), alone.docKey, pieces)
              expect(essence(said)).toEqual(essence(done))
              expect(essence(there)).toEqual(essence(done))
              expect(done.refund).toBeGreaterThanOrEqual(0)
              expect(done.pointsBack.fen).toBeGreaterThanOrEqual(0)
              for (const { discount } of done.coupons) expect(discount).toBeGreaterThanOrEqual(0)
              refunded += done.refund + done.pointsBack.fen
              expect(refunded).toBeLessThanOrEqual(paid)
              steps += 1
            }

            for (const round of rounds) {
              const done = await Promise.all(
                round.map(async ({ line, part, till }) => {
                  const { lineNo = 0, quantity = 0 } = goods[line % goods.length] ?? {}
                  const piece = { lineNo, quantity: formatDecimal4(BigInt(Math.ceil(quantity / part))) }
                  // Somebody asks at the same moment, and changes nothing by it.
                  const [answer] = await Promise.all([
                    told(bringsBack(tillAt(day, till), crowd.docKey, [piece])),
                    told(asksBack(tillAt(day, till + 1), crowd.docKey, [piece])),
                  ])
                  return { piece, till, answer }
                }),
              )
              const went = done.flatMap(({ answer, ...more }) => (answer.ok ? [{ ...more, there: answer.answer }] : []))
              for (const { answer } of done) if (!answer.ok) expect(answer.code).toBe('till.tooMuch')
              // The sale is held while a return is written down: their documents are in the order in which they came.
              went.sort((a, b) => (a.there.documentId < b.there.documentId ? -1 : 1))
              for (const { piece, till, there } of went) await oneByOne(till, [piece], there)
            }
            const last = answersOf(
              await Promise.all([0, 1, 2].map(n => told(bringsBack(tillAt(day, n), crowd.docKey)))),
            )
            expect(last.length).toBeLessThanOrEqual(1)
            for (const there of last) await oneByOne(0, undefined, there)
            expect(refunded).toBe(paid)
          },
        ),
        { numRuns: 6, endOnFailure: true },
      ),
    () => steps > 10,
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)

test('invariant 23: what is left of weighed goods comes back after a part of them did, to the last gram', async () => {
  const [buyer] = await newBuyers(day, 1)
  if (buyer === undefined) throw new Error('nobody')
  const lines = basketOf(riceFor(2_000, 12_488))
  const sold = await commits(tillAt(day, 0), newReceipt(), { buyer, lines, codes: [] })
  const first = await bringsBack(tillAt(day, 1), sold.docKey, [{ lineNo: 1, quantity: '0.4163' }])
  // As doubles the two parts are more than 1.2488.
  const rest = await bringsBack(tillAt(day, 2), sold.docKey, [{ lineNo: 1, quantity: '0.8325' }])
  expect([first.refund, rest.refund, rest.full]).toEqual([666, 1_334, true])
})

test('invariant 24: what stays after a coupon that a first return gave back costs its full price at the next one too', async () => {
  const terms = { ...takesOff(2_000), returnPolicy: 'restore' as const }
  const [buyer] = await newBuyers(day, 1, { templateIds: await newTemplates(day, [{ terms }]) })
  if (buyer === undefined) throw new Error('nobody')
  const lines = basketOf(riceFor(6_000, 30_000))
  const codes = buyer.coupons.map(each => each.code)
  const { docKey } = await commits(tillAt(day, 0), newReceipt(), { buyer, lines, codes })
  const one = [{ lineNo: 1, quantity: '1' }]
  const refunds: number[] = []
  for (let n = 0; n < 3; n++) refunds.push((await bringsBack(tillAt(day, n), docKey, one)).refund)
  // Three for ¥60 less 20: two of them cost the ¥40 that were paid, one costs ¥20.
  expect(refunds).toEqual([0, 2_000, 2_000])
})

/** Lines of whole pieces at whole fen. */
const anyPieces = fc.array(fc.record({ fen: fc.integer({ min: 100, max: 20_000 }), pieces: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 3 }) // prettier-ignore
const anyOneCoupon = fc.record({
  percent: fc.boolean(),
  off: fc.integer({ min: 1, max: 95 }),
  threshold: fc.integer({ min: 0, max: 30_000 }),
  policy: fc.constantFrom('keep' as const, 'reprice' as const, 'restore' as const),
})

test('invariant 24: what stays is paid as the coupon says of partial returns: its share kept, reckoned anew, or none of it', async () => {
  let used = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(fc.record({ pieces: anyPieces, coupon: anyOneCoupon }), { minLength: 2, maxLength: 4 }),
          fc.array(fc.record({ line: fc.nat(2), till: fc.nat(2) }), { minLength: 2, maxLength: 5 }),
          async (drawn, steps) => {
            // Several sales live at the same time at the same tills; each of them is reckoned by its own rule.
            await Promise.all(
              drawn.map(async ({ pieces, coupon: { percent, off, threshold, policy } }, n) => {
                const terms = CouponTerms.parse({
                  kind: percent ? 'percentOff' : 'amountOff',
                  amountOff: percent ? 0 : off * 100,
                  payPercent: percent ? 100 - off : null,
                  maxOff: null,
                  threshold,
                  stackGroup: '',
                  returnPolicy: policy,
                  rules: CouponRules.parse({}),
                })
                const [buyer] = await newBuyers(day, 1, { templateIds: await newTemplates(day, [{ terms }]) })
                if (buyer === undefined) throw new Error('nobody')
                const goods: Goods = pieces.map(({ fen, pieces: count }, i) => ({ lineNo: i + 1, productCode: 'tea', categories: ['food'], amount: fen * 100, quantity: count * 10_000, takes: 'goods' as const })) // prettier-ignore
                const wish = { buyer, lines: basketOf(goods), codes: buyer.coupons.map(each => each.code) }
                const quote = await asks(tillAt(day, n), wish)
                const sold = await commits(tillAt(day, n), newReceipt(), { ...wish, codes: quote.coupons.map(each => each.code) }) // prettier-ignore
                if (sold.discount > 0) used += 1

                // The rule in the test's own words.
                const gone = pieces.map(() => 0)
                const shares = sold.shares.map(share => share.discount)
                let [refunded, takesOff] = [0, sold.discount]
                const reckoned = (): number => {
                  const cut = (fen: number, at: number) =>
                    fen - Math.floor((fen * (gone[at] ?? 0)) / (pieces[at]?.pieces ?? 1))
                  const list = pieces.reduce((total, { fen }, at) => total + cut(fen, at), 0)
                  const own = pieces.reduce((total, { fen }, at) => total + cut(fen - (shares[at] ?? 0), at), 0)
                  const anew = percent ? Math.floor((list * off + 50) / 100) : Math.min(off * 100, list)
                  const mayCount = policy === 'reprice' && list > 0 && list >= threshold
                  const costs = policy === 'keep' ? own : list - Math.min(takesOff, mayCount ? anew : 0)
                  const before = refunded
                  refunded = Math.max(refunded, sold.payable - costs)
                  takesOff = Math.max(0, list - (sold.payable - refunded))
                  return refunded - before
                }
                for (const { line, till } of steps) {
                  const at = line % pieces.length
                  if ((gone[at] ?? 0) >= (pieces[at]?.pieces ?? 0)) continue
                  gone[at] = (gone[at] ?? 0) + 1
                  const wanted = [{ lineNo: at + 1, quantity: '1' }]
                  const said = await asksBack(tillAt(day, till), sold.docKey, wanted)
                  const done = await bringsBack(tillAt(day, till + 1), sold.docKey, wanted)
                  expect([said.refund, done.refund]).toEqual([done.refund, reckoned()])
                }
              }),
            )
          },
        ),
        { numRuns: 12, endOnFailure: true },
      ),
    () => used > 4,
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)
