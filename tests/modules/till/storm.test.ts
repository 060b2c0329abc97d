import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decimal4, decimal4FromFen, fenFromDecimal4 } from '../../../server/kernel/money.ts'
import { CouponRules, CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Candidate, Goods } from '../../../server/modules/coupons/index.ts'
import type { Committed } from '../../../server/modules/till/contract.ts'
import { anyCoupons, anyGoods } from '../coupons/baskets.ts'
import { untilSeen } from '../../support/seen.ts'
import {
  answersOf,
  asks,
  basketOf,
  bringsBack,
  buyerAt,
  commits,
  eligible,
  faultsOf,
  fenOf,
  locks,
  newBuyers,
  newReceipt,
  newTemplates,
  openDay,
  tillAt,
  told,
  type Day,
  type Told,
} from './day.ts'

// A small day of a shop: three tills of two stores serve a few people at the same time, through the API over the network,
// and fall over each other's coupons, points and receipts. Then the tables are read, and what they say is reckoned anew.
let day: Day
beforeAll(async () => {
  day = await openDay()
})
afterAll(() => day.shop.close())

const sum = (fen: readonly number[]): number => fen.reduce((total, each) => total + each, 0)

/** What the tables hold of a sale. */
async function booked(docKey: string) {
  const { db } = day.shop
  const sale = await db.selectFrom('till_sale').selectAll().where('docKey', '=', docKey).executeTakeFirstOrThrow()
  const lines = await db
    .selectFrom('till_sale_line')
    .selectAll()
    .where('docKey', '=', docKey)
    .orderBy('lineNo')
    .execute()
  const coupons = await db.selectFrom('till_sale_coupon').selectAll().where('docKey', '=', docKey).execute()
  const redemptions = await db.selectFrom('coupon_redemption').selectAll().where('docKey', '=', docKey).execute()
  const paid = await db.selectFrom('till_sale_points').selectAll().where('docKey', '=', docKey).executeTakeFirst()
  const document = await db.selectFrom('sales_line').select('net').where('documentId', '=', sale.documentId).execute()
  return { sale, lines, coupons, redemptions, pointsFen: paid?.fen ?? 0, document }
}
type Booked = Awaited<ReturnType<typeof booked>>
const sharesOf = (linesJson: string): { lineNo: number; share: number }[] =>
  JSON.parse(linesJson) as { lineNo: number; share: number }[]

/** 0 ≤ discount ≤ what it is for; nobody is paid for shopping. */
function neverTooMuch({ sale, coupons, pointsFen }: Booked, goods: Goods, terms: (couponId: string) => CouponTerms) {
  const total = fenFromDecimal4(BigInt(sum(goods.map(({ amount }) => amount))))
  expect(total - sale.discount - pointsFen).toBeGreaterThanOrEqual(0)
  expect(sale.discount).toBeGreaterThanOrEqual(0)
  expect(sale.discount).toBeLessThanOrEqual(sum(goods.map(fenOf)))
  for (const { couponId, discount, linesJson } of coupons) {
    const reach = eligible(terms(couponId), goods)
    expect(discount).toBeGreaterThanOrEqual(0)
    expect(discount).toBeLessThanOrEqual(sum(reach.map(fenOf)))
    for (const { lineNo, share } of sharesOf(linesJson)) {
      expect(share).toBeGreaterThanOrEqual(0)
      if (share > 0) expect(reach.map(each => each.lineNo)).toContain(lineNo)
    }
  }
}

/** The shares of the lines sum to the discount, in every book that keeps them. */
function addsUp({ sale, lines, coupons, redemptions, document }: Booked, goods: Goods, told: Committed) {
  expect(sum(coupons.map(({ discount }) => discount))).toBe(sale.discount)
  expect(sum(redemptions.map(({ discount, takenBack }) => discount - takenBack))).toBe(sale.discount)
  expect(redemptions.map(({ costHq, costStore, costSupplier }) => costHq + costStore + costSupplier)).toEqual(
    redemptions.map(({ discount }) => discount),
  )
  for (const { discount, linesJson } of coupons)
    expect(sum(sharesOf(linesJson).map(({ share }) => share))).toBe(discount)
  for (const [at, each] of goods.entries()) {
    const { couponDiscount = -1, net = '' } = lines[at] ?? {}
    const borne = coupons.flatMap(({ linesJson }) => sharesOf(linesJson)).filter(({ lineNo }) => lineNo === each.lineNo)
    expect(couponDiscount).toBe(sum(borne.map(({ share }) => share)))
    expect(decimal4(net) + decimal4FromFen(couponDiscount)).toBe(BigInt(each.amount))
    expect(decimal4(net) >= 0n).toBe(true)
    expect(told.shares[at]).toEqual({ lineNo: each.lineNo, discount: couponDiscount, net })
  }
  const inBooks = document.reduce((total, { net }) => total + decimal4(net), 0n)
  expect(fenFromDecimal4(inBooks)).toBe(told.payable + (told.pointsPaid?.fen ?? 0))
}

/** Every other ¥ off is more than most baskets cost, from the first fen on. */
const generous = (candidate: Candidate, at: number): Candidate => {
  const { terms } = candidate
  const more = terms.kind === 'amountOff' && at % 2 === 0 ? { threshold: 0, amountOff: terms.amountOff * 100 } : {}
  return { ...candidate, terms: { ...terms, ...more } }
}

const anyVisit = fc.record({
  goods: anyGoods,
  who: fc.nat(1),
  till: fc.nat(2),
  /** Which of the coupons the customer shows, by their place in the wallet. */
  shown: fc.array(fc.nat(3), { maxLength: 4 }),
  points: fc.constantFrom(0, 0, 100, 700, 5_000),
  how: fc.constantFrom('pays', 'pays', 'locks and pays', 'pays what was shown'),
})

test('invariants 22, 23: of tills that sell at the same moment no sale takes off more than there is, and the shares of its lines are its discount', async () => {
  let sales = 0
  let coupons = 0
  await untilSeen(
    () =>
      fc.assert(
        fc.asyncProperty(
          anyCoupons(4).map(all => all.map(generous)),
          fc.array(anyVisit, { minLength: 3, maxLength: 8 }),
          async (candidates, visits) => {
            const templateIds = await newTemplates(day, candidates)
            const buyers = await newBuyers(day, 2, { templateIds, points: 5_000, each: 2 })
            const terms = (couponId: string): CouponTerms => {
              const { templateId } =
                buyers.flatMap(buyer => buyer.coupons).find(each => each.couponId === couponId) ?? {}
              const found = candidates[templateIds.indexOf(templateId ?? '')]
              if (found === undefined) throw new Error('a coupon from nowhere')
              return found.terms
            }
            const done = await Promise.all(
              visits.map(async ({ goods, who, till: n, shown, points, how }): Promise<Told<Committed>> => {
                const [till, buyer, receipt] = [tillAt(day, n), buyerAt(buyers, who), newReceipt()]
                const codes = [...new Set(shown.flatMap(at => buyer.coupons[at % buyer.coupons.length]?.code ?? []))]
                const wish = { buyer, lines: basketOf(goods), codes, points }
                const quote = await asks(till, wish, receipt)
                const counted = { ...wish, codes: quote.coupons.map(each => each.code), points: quote.pointsPay.points }
                if (how === 'locks and pays') {
                  const held = await told(locks(till, receipt, counted))
                  if (!held.ok) return held
                }
                const paid = how === 'pays what was shown' ? { paid: quote.payable } : {}
                return told(commits(till, receipt, { ...counted, ...paid }))
              }),
            )
            for (const [at, each] of done.entries()) {
              const goods = visits[at]?.goods ?? []
              if (!each.ok) {
                // Whoever came too late was told why.
                expect(each.zh).not.toBe('')
                continue
              }
              const found = await booked(each.answer.docKey)
              neverTooMuch(found, goods, terms)
              addsUp(found, goods, each.answer)
              sales += 1
              coupons += found.coupons.length
            }
          },
        ),
        { numRuns: 10, endOnFailure: true },
      ),
    // Most of what was drawn really was a sale, and many a one with coupons.
    () => sales > 15 && coupons > 2,
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)

const keeps = (terms: Partial<CouponTerms>): CouponTerms =>
  CouponTerms.parse({
    kind: 'amountOff',
    amountOff: 0,
    payPercent: null,
    maxOff: null,
    threshold: 0,
    stackGroup: '',
    returnPolicy: 'keep',
    rules: CouponRules.parse({}),
    ...terms,
  })

const anyBack = fc.record({ sale: fc.nat(2), line: fc.nat(3), pieces: fc.integer({ min: 1, max: 4 }), till: fc.nat(2) })

test('invariant 23: what returns give back of a line is what was paid for it, to the fen, whoever brings what back where at the same moment', async () => {
  const anySale = fc.array(fc.record({ fen: fc.integer({ min: 1, max: 30_000 }), pieces: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 4 }) // prettier-ignore
  await fc.assert(
    fc.asyncProperty(
      fc.array(anySale, { minLength: 1, maxLength: 3 }),
      fc.array(fc.array(anyBack, { minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 2 }),
      fc.integer({ min: 1, max: 5_000 }),
      async (baskets, rounds, amountOff) => {
        const terms = [keeps({ amountOff, stackGroup: 'a' }), keeps({ kind: 'percentOff', payPercent: 83, stackGroup: 'b' })] // prettier-ignore
        const templateIds = await newTemplates(
          day,
          terms.map(each => ({ terms: each })),
          { budget: 10_000_000, bearHq: 40, bearStore: 60 },
        )
        const buyers = await newBuyers(day, baskets.length, { templateIds, points: 100 })
        const sales = await Promise.all(
          baskets.map(async (pieces, at) => {
            const goods = pieces.map(({ fen, pieces: n }, i) => ({ lineNo: i + 1, productCode: 'rice', categories: ['food'], amount: fen * 100, quantity: n * 10_000, takes: 'goods' as const })) // prettier-ignore
            const [till, buyer] = [tillAt(day, at), buyerAt(buyers, at)]
            const wish = { buyer, lines: basketOf(goods), codes: buyer.coupons.map(each => each.code), points: 100 }
            const quote = await asks(till, wish)
            const codes = quote.coupons.map(each => each.code)
            const sold = await commits(till, newReceipt(), { ...wish, codes, points: quote.pointsPay.points })
            return { sold, pieces, back: pieces.map(() => ({ pieces: 0, fen: 0 })) }
          }),
        )
        /** Brings pieces of one line back; what came back is added up by the test. */
        const bring = async ({
          sale: n,
          line: l,
          pieces,
          till,
        }: typeof anyBack extends fc.Arbitrary<infer T> ? T : never) => {
          const sale = sales[n % sales.length]
          const at = l % (sale?.pieces.length ?? 1)
          const line = sale?.back[at]
          if (sale === undefined || line === undefined) throw new Error('no such line')
          const piece = { lineNo: at + 1, quantity: String(pieces) }
          const done = await told(bringsBack(tillAt(day, till), sale.sold.docKey, [piece]))
          if (!done.ok) return expect(['till.tooMuch']).toContain(done.code)
          line.pieces += pieces
          line.fen += done.answer.refund + done.answer.pointsBack.fen
        }
        const look = (): void => {
          for (const { sold, pieces, back } of sales)
            for (const [at, { pieces: whole }] of pieces.entries()) {
              const net = Math.round(Number(sold.shares[at]?.net) * 100)
              const line = back[at] ?? { pieces: -1, fen: -1 }
              expect(line.pieces).toBeLessThanOrEqual(whole)
              expect(line.fen).toBe(Math.floor((net * line.pieces) / whole))
            }
        }
        for (const round of rounds) {
          await Promise.all(round.map(bring))
          look()
        }
        // Two tills bring the rest back at once: one of them does, if there is any.
        for (const { sold, pieces, back } of sales) {
          const left = sum(pieces.map(({ pieces: n }, at) => n - (back[at]?.pieces ?? 0)))
          const last = await Promise.all([0, 2].map(n => told(bringsBack(tillAt(day, n), sold.docKey))))
          expect(answersOf(last)).toHaveLength(left > 0 ? 1 : 0)
          const rest = sum(answersOf(last).map(each => each.refund + each.pointsBack.fen))
          expect(sum(back.map(({ fen }) => fen)) + rest).toBe(sold.payable + (sold.pointsPaid?.fen ?? 0))
          const { sale, coupons } = await booked(sold.docKey)
          expect([sale.state, sale.refunded]).toEqual(['returned', sold.payable + (sold.pointsPaid?.fen ?? 0)])
          expect(coupons.filter(({ state }) => state === 'used')).toEqual([])
        }
      },
    ),
    { numRuns: 10, endOnFailure: true },
  )
  expect(await faultsOf(day)).toEqual([])
}, 120_000)
