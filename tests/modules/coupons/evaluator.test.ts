import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CouponRules, CouponTerms } from '../../../server/modules/coupons/contract.ts'
import type { Candidate, Goods } from '../../../server/modules/coupons/index.ts'
import { apply, combine, conflict, MOST_PER_SALE } from '../../../server/modules/coupons/service/combine.ts'
import { isTime } from '../../../server/modules/coupons/service/evaluate.ts'
import { goodsRefusal, readTerms, spread } from '../../../server/modules/coupons/service/goods.ts'
import { validityOf } from '../../../server/modules/coupons/service/issue.ts'
import { belowThreshold, refusals } from '../../../server/modules/coupons/service/refusals.ts'
import { anyCoupons, anyGoods } from './baskets.ts'

const sumOf = (coupons: readonly Candidate[], goods: Goods): number =>
  apply(coupons, goods).reduce((sum, { discount }) => sum + discount, 0)
const fits = (coupons: readonly Candidate[], goods: Goods): Candidate[] =>
  coupons.filter(({ terms }) => goodsRefusal(readTerms(terms, goods), goods) === null)
const fenOf = ({ amount }: Goods[number]): number => Math.floor(amount / 100)

test('invariant 22: a discount is never below zero, never above the goods it is for, and nobody is paid for shopping', () => {
  fc.assert(
    fc.property(anyCoupons(6), anyGoods, (coupons, goods) => {
      const applied = apply(coupons, goods)
      const takers = goods.filter(line => line.takes !== 'nothing').reduce((sum, line) => sum + fenOf(line), 0)
      for (const { discount, lines } of applied) {
        expect(discount).toBeGreaterThanOrEqual(0)
        const scope = goods.filter(line => lines.some(each => each.lineNo === line.lineNo))
        expect(discount).toBeLessThanOrEqual(scope.reduce((sum, line) => sum + fenOf(line), 0))
      }
      expect(sumOf(coupons, goods)).toBeLessThanOrEqual(takers)
    }),
    { numRuns: 600 },
  )
})

test('invariant 23: the shares of the lines sum to the discount, and no line ends below zero', () => {
  fc.assert(
    fc.property(anyCoupons(6), anyGoods, (coupons, goods) => {
      const off = goods.map(() => 0)
      for (const { discount, shares, lines } of apply(coupons, goods)) {
        expect(shares.reduce((sum, { fen }) => sum + fen, 0)).toBe(discount)
        expect(lines.reduce((sum, { share }) => sum + share, 0)).toBe(discount)
        for (const { at, fen } of shares) {
          expect(fen).toBeGreaterThanOrEqual(0)
          off[at] = (off[at] ?? 0) + fen
        }
      }
      for (const [at, line] of goods.entries()) expect(off[at]).toBeLessThanOrEqual(fenOf(line))
    }),
    { numRuns: 600 },
  )
})

test('invariant 23: fen are spread by largest remainder, exactly, however large', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2_000_000_000 }), { minLength: 1, maxLength: 50 }),
      fc.nat(1_000_000),
      (weights, part) => {
        const sum = weights.reduce((a, b) => a + b, 0)
        const fen = Number((BigInt(sum) * BigInt(part)) / 1_000_000n)
        const shares = spread(fen, weights)
        expect(shares.reduce((a, b) => a + b, 0)).toBe(sum === 0 ? 0 : fen)
        for (const [at, weight] of weights.entries()) {
          const exact = sum === 0 ? 0 : (fen * weight) / sum
          expect(Math.abs((shares[at] ?? 0) - exact)).toBeLessThan(1.001)
          expect(shares[at]).toBeLessThanOrEqual(weight)
        }
      },
    ),
  )
})

test('invariant 29: exclusions are symmetric, and the order in which codes were typed changes nothing', () => {
  fc.assert(
    fc.property(
      anyCoupons(8).chain(coupons =>
        fc.record({
          coupons: fc.constant(coupons),
          typed: fc.shuffledSubarray(coupons, { minLength: coupons.length }),
        }),
      ),
      anyGoods,
      ({ coupons, typed }, goods) => {
        for (const a of coupons) for (const b of coupons) if (a !== b) expect(conflict(a, b)).toBe(conflict(b, a))
        const chosen = combine(fits(coupons, goods), goods).map(({ id }) => id)
        expect(combine(fits(typed, goods), goods).map(({ id }) => id)).toEqual(chosen)
        const shares = (list: readonly Candidate[]) =>
          apply(list, goods).map(each => [each.coupon.id, each.discount, each.shares])
        expect(shares(typed)).toEqual(shares(coupons))
      },
    ),
    { numRuns: 400 },
  )
})

test('the combination is the best there is: no other set of coupons takes off more, or as much with fewer', () => {
  fc.assert(
    fc.property(anyCoupons(8), anyGoods, (coupons, goods) => {
      const able = fits(coupons, goods)
      const chosen = combine(able, goods)
      for (const [i, a] of chosen.entries()) for (const b of chosen.slice(i + 1)) expect(conflict(a, b)).toBe(false)
      expect(chosen.length).toBeLessThanOrEqual(MOST_PER_SALE)
      const sum = sumOf(chosen, goods)
      for (let bits = 0; bits < 1 << able.length; bits++) {
        const other = able.filter((_, i) => (bits >> i) % 2 === 1)
        if (other.length > MOST_PER_SALE) continue
        if (other.some((a, i) => other.slice(i + 1).some(b => conflict(a, b)))) continue
        const theirs = sumOf(other, goods)
        expect(theirs).toBeLessThanOrEqual(sum)
        if (theirs === sum) expect(other.length).toBeGreaterThanOrEqual(chosen.length)
      }
    }),
    { numRuns: 400 },
  )
})

const terms = (more: Partial<CouponTerms>, rules: object = {}): CouponTerms =>
  CouponTerms.parse({
    kind: 'amountOff',
    amountOff: 0,
    payPercent: null,
    maxOff: null,
    threshold: 0,
    stackGroup: '',
    returnPolicy: 'keep',
    rules: CouponRules.parse(rules),
    ...more,
  })
const goods: Goods = [
  { lineNo: 1, productCode: 'rice', categories: ['grain', 'food'], amount: 600_000, quantity: 20_000, takes: 'goods' },
  { lineNo: 2, productCode: 'soap', categories: ['home'], amount: 150_000, quantity: 10_000, takes: 'goods' },
  { lineNo: 3, productCode: 'post', categories: [], amount: 80_000, quantity: 10_000, takes: 'delivery' },
  { lineNo: 4, productCode: 'smoke', categories: ['food'], amount: 900_000, quantity: 10_000, takes: 'nothing' },
]
const alone = (given: CouponTerms): number | string =>
  goodsRefusal(readTerms(given, goods), goods)?.code ??
  sumOf([{ id: 'C', templateId: 'T', validTo: new Date(), terms: given }], goods)

test('each kind takes off what it says, of the goods in its scope', () => {
  expect(alone(terms({ amountOff: 1_000, threshold: 7_500 }))).toBe(1_000)
  expect(alone(terms({ amountOff: 1_000, threshold: 7_501 }))).toBe('belowThreshold')
  expect(alone(terms({ amountOff: 9_000, threshold: 0 }))).toBe(7_500)
  expect(alone(terms({ amountOff: 9_000 }, { categories: { include: ['food'] } }))).toBe(6_000)
  expect(alone(terms({ amountOff: 9_000 }, { categories: { exclude: ['grain'] } }))).toBe(1_500)
  expect(alone(terms({ amountOff: 9_000 }, { products: { include: ['none'] } }))).toBe('nothingEligible')
  expect(alone(terms({ kind: 'percentOff', payPercent: 88 }))).toBe(900)
  expect(alone(terms({ kind: 'percentOff', payPercent: 88, maxOff: 500 }))).toBe(500)
  expect(alone(terms({ kind: 'exchange' }, { gives: ['soap'] }))).toBe(1_500)
  expect(alone(terms({ kind: 'exchange' }, { gives: ['rice'] }))).toBe(3_000)
  expect(alone(terms({ kind: 'exchange' }, { gives: ['tea'] }))).toBe('addProduct')
  // A gift does not buy itself: the sixty yuan of rice do.
  expect(alone(terms({ kind: 'gift', threshold: 6_000 }, { gives: ['soap'] }))).toBe(1_500)
  expect(alone(terms({ kind: 'gift', threshold: 6_001 }, { gives: ['soap'] }))).toBe('belowThreshold')
  expect(alone(terms({ kind: 'freeShipping', threshold: 7_500 }))).toBe(800)
  expect(alone(terms({ kind: 'freeShipping', maxOff: 600 }))).toBe(600)
})

test('days and hours are the shop’s; hours past midnight belong to the day they began on', () => {
  const at = (rules: object, text: string): boolean => isTime(CouponRules.parse(rules), new Date(text), 'Asia/Shanghai')
  const weekend = { weekdays: [6, 7] }
  expect(at(weekend, '2026-11-20T15:59:59Z')).toBe(false)
  expect(at(weekend, '2026-11-20T16:00:00Z')).toBe(true)
  expect(at(weekend, '2026-11-22T16:00:00Z')).toBe(false)
  const morning = { hours: { from: '08:00', to: '10:00' } }
  expect([at(morning, '2026-11-22T00:00:00Z'), at(morning, '2026-11-22T02:00:00Z')]).toEqual([true, false])
  const saturdayNight = { weekdays: [6], hours: { from: '22:00', to: '02:00' } }
  expect(at(saturdayNight, '2026-11-21T17:30:00Z')).toBe(true)
  expect(at(saturdayNight, '2026-11-20T17:30:00Z')).toBe(false)
  expect(at(saturdayNight, '2026-11-21T18:00:00Z')).toBe(false)
})

test('what the cashier says aloud has at most fourteen characters, in both languages something', () => {
  for (const { text } of [...Object.values(refusals), belowThreshold(1), belowThreshold(99_999_999)]) {
    expect(text.zh.length, text.zh).toBeLessThanOrEqual(14)
    expect(text.en.length).toBeGreaterThan(3)
  }
})

test('days count from the shop’s day on which a coupon begins, which may be some days after it was given', () => {
  const at = (more: object) =>
    validityOf(
      { validDays: 3, startsAfterDays: 0, validFrom: null, validTo: null, ...more },
      new Date('2026-11-22T17:00:00Z'),
      'Asia/Shanghai',
    )
  // One in the morning of the 23rd in Shanghai.
  expect(at({}).validFrom).toEqual(new Date('2026-11-22T17:00:00Z'))
  const later = at({ startsAfterDays: 2 })
  expect(later.validFrom).toEqual(new Date('2026-11-24T16:00:00Z'))
  expect(later.validTo.getTime() - at({}).validTo.getTime()).toBe(2 * 86_400_000)
})
