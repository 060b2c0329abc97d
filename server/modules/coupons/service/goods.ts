import { allocate } from '../../../kernel/money.ts'
import type { CouponRefusal, CouponTerms } from '../contract.ts'
import { belowThreshold, refusals } from './refusals.ts'

/** A line of a basket as coupons see it. */
export interface GoodsLine {
  readonly lineNo: number
  readonly productCode: string
  /** Codes of its category and of all above it. */
  readonly categories: readonly string[]
  /** Ten-thousandths of a yuan, before any coupon. */
  readonly amount: number
  /** Ten-thousandths of a piece. */
  readonly quantity: number
  /** goods: coupons may take something off · delivery: only free delivery may · nothing: as good as money, or not to be advertised. */
  readonly takes: 'goods' | 'delivery' | 'nothing'
}
export type Goods = readonly GoodsLine[]

/** What is left of a basket while coupons work on it one after the other. */
export interface Remains {
  /** Fen of each line. */
  readonly left: number[]
  /** Whole pieces of each line that no coupon has given yet. */
  readonly pieces: number[]
}

/** A coupon's terms read against a basket: which lines it counts, and which it may take something off. */
export interface Reading {
  readonly terms: CouponTerms
  /** Lines (by position) that count for the threshold and, for 满减 and 折扣, bear the discount. */
  readonly scope: readonly number[]
  /** Lines of which a piece may be free, or the delivery. */
  readonly gives: readonly number[]
}

const PIECE = 10_000
const fenOf = (amount: number): number => Math.max(0, Math.floor(amount / 100))
const unitOf = ({ amount, quantity }: GoodsLine): number =>
  quantity < PIECE ? 0 : Math.floor(fenOf(amount) / (quantity / PIECE))

/** A basket that no coupon has worked on. Below a fen nothing is taken off, so no line ends below zero. */
export const remainsOf = (goods: Goods): Remains => ({
  left: goods.map(line => (line.takes === 'nothing' ? 0 : fenOf(line.amount))),
  pieces: goods.map(line => Math.floor(line.quantity / PIECE)),
})

/** Readings of the baskets that are being worked on: the same coupon is judged, priced alone and combined. */
const readings = new WeakMap<Goods, WeakMap<CouponTerms, Reading>>()

/** Reads terms against a basket; `only` narrows the scope to lines that were in it when the coupon was used. */
export function readTerms(terms: CouponTerms, goods: Goods, only?: ReadonlySet<number>): Reading {
  if (only !== undefined) return readAnew(terms, goods, only)
  let ofBasket = readings.get(goods)
  if (ofBasket === undefined) readings.set(goods, (ofBasket = new WeakMap()))
  let reading = ofBasket.get(terms)
  if (reading === undefined) ofBasket.set(terms, (reading = readAnew(terms, goods)))
  return reading
}

function readAnew(terms: CouponTerms, goods: Goods, only?: ReadonlySet<number>): Reading {
  const { categories, products, gives } = terms.rules
  const all = categories.include.length === 0 && products.include.length === 0
  const isIn = (line: GoodsLine): boolean => {
    if (products.exclude.includes(line.productCode)) return false
    if (line.categories.some(code => categories.exclude.includes(code))) return false
    return (
      all ||
      products.include.includes(line.productCode) ||
      line.categories.some(code => categories.include.includes(code))
    )
  }
  const counts = (line: GoodsLine): boolean => (only === undefined ? isIn(line) : only.has(line.lineNo))
  const scope: number[] = []
  const free: number[] = []
  for (const [at, line] of goods.entries()) {
    if (line.takes === 'goods' && counts(line)) scope.push(at)
    const isFree =
      terms.kind === 'freeShipping'
        ? line.takes === 'delivery'
        : gives.length > 0 && line.takes === 'goods' && gives.includes(line.productCode)
    if (isFree) free.push(at)
  }
  return { terms, scope, gives: free }
}

/** The line of which a piece is given: the dearest, the first of equals; undefined when there is none. */
function pieceOf({ gives }: Reading, goods: Goods, remains: Remains): { at: number; fen: number } | undefined {
  let best: { at: number; fen: number } | undefined
  for (const at of gives) {
    const line = goods[at]
    if (line === undefined || (remains.pieces[at] ?? 0) < 1) continue
    const fen = Math.min(unitOf(line), remains.left[at] ?? 0)
    if (fen > 0 && (best === undefined || fen > best.fen)) best = { at, fen }
  }
  return best
}

/** Why the goods do not suffice for a coupon; null = they do. The threshold is of what they cost before any coupon. */
export function goodsRefusal(reading: Reading, goods: Goods): CouponRefusal | null {
  const { terms, scope, gives } = reading
  let sum = scope.reduce((total, at) => total + (goods[at]?.amount ?? 0), 0)
  if (terms.kind === 'exchange' || terms.kind === 'gift') {
    const piece = pieceOf(reading, goods, remainsOf(goods))
    if (piece === undefined) return refusals.addProduct
    // What is given does not buy itself.
    if (scope.includes(piece.at)) sum -= piece.fen * 100
  } else if (terms.kind === 'freeShipping' ? gives.length === 0 : scope.length === 0 || sum <= 0)
    return refusals.nothingEligible
  const fen = Math.round(sum / 100)
  return fen < terms.threshold ? belowThreshold(terms.threshold - fen) : null
}

/** The n-th largest of these numbers; puts them into another order. A search spreads over a basket thousands of times, and a sort would be most of it. */
function nthLargest(values: number[], n: number): number {
  const at = n - 1
  let [from, to] = [0, values.length - 1]
  while (from < to) {
    const pivot = values[(from + to) >> 1] ?? 0
    let [left, right] = [from, to]
    while (left <= right) {
      while ((values[left] ?? 0) > pivot) left += 1
      while ((values[right] ?? 0) < pivot) right -= 1
      if (left > right) break
      const moved = values[left] ?? 0
      values[left] = values[right] ?? 0
      values[right] = moved
      left += 1
      right -= 1
    }
    if (at <= right) to = right
    else if (at >= left) from = left
    else break
  }
  return values[at] ?? 0
}

/** Spreads fen over lines by what is left of them, by largest remainder; the shares sum to it exactly. */
export function spread(fen: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((total, weight) => total + weight, 0)
  if (fen === 0 || sum === 0) return weights.map(() => 0)
  // Beyond what doubles hold exactly, the slow way.
  if (fen * Math.max(...weights) > Number.MAX_SAFE_INTEGER)
    return allocate(
      BigInt(fen),
      weights.map(weight => BigInt(weight)),
    ).map(Number)
  const shares = weights.map(weight => Math.floor((fen * weight) / sum))
  const rest = fen - shares.reduce((total, share) => total + share, 0)
  if (rest === 0) return shares
  const remainders = weights.map(weight => (fen * weight) % sum)
  // The rest goes to the largest remainders; of equal ones at the edge, to the first.
  const least = nthLargest([...remainders], rest)
  let equal = rest
  for (const remainder of remainders) if (remainder > least) equal -= 1
  for (let at = 0; at < remainders.length; at++) {
    const remainder = remainders[at] ?? 0
    if (remainder > least || (remainder === least && equal-- > 0)) shares[at] = (shares[at] ?? 0) + 1
  }
  return shares
}

/** What a coupon takes off a line, fen. */
export interface Share {
  readonly at: number
  readonly fen: number
}

const upTo = (fen: number, most: number | null): number => (most === null ? fen : Math.min(fen, most))

/**
 * What a coupon takes off what is left, line by line; changes `remains`. Zero where nothing is left for it. Whether the goods
 * suffice is goodsRefusal's question; this only reckons.
 */
export function take(reading: Reading, goods: Goods, remains: Remains): Share[] {
  const { terms, scope, gives } = reading
  const { left, pieces } = remains
  const over = (lines: readonly number[], wanted: (sum: number) => number): Share[] => {
    const weights = lines.map(at => left[at] ?? 0)
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const fen = Math.min(sum, wanted(sum))
    const shares = spread(fen, weights)
    for (const [i, at] of lines.entries()) left[at] = (left[at] ?? 0) - (shares[i] ?? 0)
    return lines.map((at, i) => ({ at, fen: shares[i] ?? 0 }))
  }
  switch (terms.kind) {
    case 'amountOff':
      return over(scope, () => terms.amountOff)
    case 'percentOff':
      // One rounding, half up, on the whole; then shares.
      return over(scope, sum => upTo(Math.floor((sum * (100 - (terms.payPercent ?? 100)) + 50) / 100), terms.maxOff))
    case 'freeShipping':
      return over(gives, sum => upTo(sum, terms.maxOff))
    case 'exchange':
    case 'gift': {
      const piece = pieceOf(reading, goods, remains)
      if (piece === undefined) return []
      const fen = upTo(piece.fen, terms.maxOff)
      left[piece.at] = (left[piece.at] ?? 0) - fen
      pieces[piece.at] = (pieces[piece.at] ?? 0) - 1
      return [{ at: piece.at, fen }]
    }
  }
}

/** What is settled for each line, as far as it is left; changes `remains`. */
export function takeFixed(fixed: ReadonlyMap<number, number>, goods: Goods, { left }: Remains): Share[] {
  return goods.flatMap(({ lineNo }, at) => {
    const fen = Math.min(fixed.get(lineNo) ?? 0, left[at] ?? 0)
    left[at] = (left[at] ?? 0) - fen
    return fen === 0 ? [] : [{ at, fen }]
  })
}

/** Fen of shares together. */
export const sumOf = (shares: readonly Share[]): number => shares.reduce((total, share) => total + share.fen, 0)
