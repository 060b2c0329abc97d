import type { CouponTerms } from '../contract.ts'
import {
  readTerms,
  remainsOf,
  sumOf,
  take,
  takeFixed,
  type Goods,
  type Reading,
  type Remains,
  type Share,
} from './goods.ts'

/** A coupon that may be combined with others: its id decides where nothing else does. */
export interface Candidate {
  readonly id: string
  readonly templateId: string
  readonly terms: CouponTerms
  /** Of two of one template, the one that ends first is used. */
  readonly validTo: Date
  /** Lines that were in its scope when it was used; left out = by its rules. */
  readonly only?: ReadonlySet<number>
  /** What it takes off each line, fen, where that is settled already; left out = as it reckons. */
  readonly fixed?: ReadonlyMap<number, number>
}

/** A coupon that counts, and what it takes off each line (by position in the basket). */
export interface Applied<C extends Candidate = Candidate> {
  readonly coupon: C
  readonly discount: number
  readonly shares: readonly Share[]
  /** The lines in its scope by their numbers, each with what it bears, fen. */
  readonly lines: readonly { readonly lineNo: number; readonly share: number }[]
}

/** Coupons that one sale may use. */
export const MOST_PER_SALE = 5
/** Of more than so many that fit, those that take off most alone are combined. */
const MOST_CANDIDATES = 24
/** Where the search stops and the best so far stands. */
const MOST_STEPS = 20_000

const ORDER: Readonly<Record<CouponTerms['kind'], number>> = {
  exchange: 0,
  amountOff: 1,
  percentOff: 2,
  gift: 3,
  freeShipping: 4,
}
/** The order in which coupons work on a basket, whatever order they were typed in. */
export const inOrder = (a: Candidate, b: Candidate): number =>
  ORDER[a.terms.kind] - ORDER[b.terms.kind] || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Whether two coupons exclude each other; the same whichever is asked first. */
export function conflict(a: Candidate, b: Candidate): boolean {
  const [one, two] = [a.terms, b.terms]
  return (
    one.stackGroup === '' ||
    two.stackGroup === '' ||
    one.stackGroup === two.stackGroup ||
    a.templateId === b.templateId ||
    one.rules.notWith.includes(b.templateId) ||
    two.rules.notWith.includes(a.templateId) ||
    (one.rules.firstPurchase && two.rules.firstPurchase)
  )
}

/** What coupons take off a basket together, one after the other in their order. */
export function apply<C extends Candidate>(coupons: readonly C[], goods: Goods): Applied<C>[] {
  const remains = remainsOf(goods)
  return coupons.toSorted(inOrder).map(coupon => {
    const reading = readTerms(coupon.terms, goods, coupon.only)
    const shares = coupon.fixed === undefined ? take(reading, goods, remains) : takeFixed(coupon.fixed, goods, remains)
    const borne = new Map([...reading.scope, ...reading.gives].map(at => [at, 0]))
    for (const { at, fen } of shares) borne.set(at, (borne.get(at) ?? 0) + fen)
    const lines = [...borne].map(([at, share]) => ({ lineNo: goods[at]?.lineNo ?? 0, share }))
    return { coupon, discount: sumOf(shares), shares, lines }
  })
}

interface Option<C> {
  readonly coupon: C
  readonly reading: Reading
  /** Fen it takes off alone: it never takes more after others. */
  readonly alone: number
  /** What is still paid of a hundred, for a percentage. */
  readonly pays: number | null
  /** Its place in the order of working, a bit in the masks. */
  readonly place: number
  /** The options that it excludes, and those of its group, as bits. */
  readonly clashes: number
  readonly sameGroup: number
}

/**
 * The coupons among those that fit which take off most together: at most five, no two that exclude each other; of equal
 * sums the fewest coupons. Independent of the order they are given in. Depth first over take or leave in their order, cut
 * where what is left cannot beat the best.
 */
export function combine<C extends Candidate>(fitting: readonly C[], goods: Goods): C[] {
  const options = optionsOf(fitting, goods)
  const byWorth = options.toSorted((a, b) => b.alone - a.alone)
  let best = greedy(byWorth, goods)
  let steps = 0

  /** No more than this can still be taken off by what comes at `at` or later and goes with what is chosen. */
  function bound(at: number, barred: number, chosen: number, left: number): number {
    let slots = MOST_PER_SALE - chosen
    let [alone, fixed, pays, rounding, gone] = [0, 0, 1, 0, barred]
    for (const option of byWorth) {
      if (slots === 0) break
      if (option.place < at || ((gone >> option.place) & 1) === 1) continue
      // Of those of one group the most worth stands for all.
      gone |= option.sameGroup
      slots -= 1
      alone += option.alone
      if (option.pays === null) fixed += option.alone
      else [pays, rounding] = [(pays * option.pays) / 100, rounding + 1]
    }
    // Percentages work on what the others leave, so together they take less than their sum.
    return Math.min(alone, Math.ceil(fixed + left * (1 - pays)) + rounding, left)
  }

  function search(
    at: number,
    remains: Remains,
    left: number,
    chosen: readonly Option<C>[],
    barred: number,
    sum: number,
  ) {
    steps += 1
    if (sum > best.sum || (sum === best.sum && sum > 0 && chosen.length < best.coupons.length))
      best = { coupons: chosen, sum }
    const option = options[at]
    if (option === undefined || steps > MOST_STEPS || chosen.length === MOST_PER_SALE) return
    const most = sum + bound(at, barred, chosen.length, left)
    if (most < best.sum || (most === best.sum && chosen.length >= best.coupons.length)) return
    if (((barred >> at) & 1) === 0) {
      const after = { left: [...remains.left], pieces: [...remains.pieces] }
      const fen = sumOf(take(option.reading, goods, after))
      if (fen > 0) search(at + 1, after, left - fen, [...chosen, option], barred | option.clashes, sum + fen)
    }
    search(at + 1, remains, left, chosen, barred, sum)
  }

  const whole = remainsOf(goods)
  search(0, whole, sumOfFen(whole.left), [], 0, 0)
  return best.coupons.map(option => option.coupon)
}

const sumOfFen = (fen: readonly number[]): number => fen.reduce((total, each) => total + each, 0)

interface Found<C> {
  readonly coupons: readonly Option<C>[]
  readonly sum: number
}

/** A good start for the search: the most worth alone first, whatever goes with it after it. */
function greedy<C extends Candidate>(byWorth: readonly Option<C>[], goods: Goods): Found<C> {
  const coupons: Option<C>[] = []
  for (const option of byWorth) {
    if (coupons.length === MOST_PER_SALE) break
    if (!coupons.some(each => conflict(each.coupon, option.coupon))) coupons.push(option)
  }
  const applied = apply(
    coupons.map(option => option.coupon),
    goods,
  )
  const useful = applied.filter(({ discount }) => discount > 0).map(({ coupon }) => coupon.id)
  return {
    coupons: coupons
      .filter(option => useful.includes(option.coupon.id))
      .toSorted((a, b) => inOrder(a.coupon, b.coupon)),
    sum: applied.reduce((sum, { discount }) => sum + discount, 0),
  }
}

/** What is worth trying, in the order of working: of each template the coupon that ends first. */
function optionsOf<C extends Candidate>(fitting: readonly C[], goods: Goods): Option<C>[] {
  const byTemplate = new Map<string, C>()
  const first = fitting.toSorted((a, b) => a.validTo.getTime() - b.validTo.getTime() || (a.id < b.id ? -1 : 1))
  for (const coupon of first) if (!byTemplate.has(coupon.templateId)) byTemplate.set(coupon.templateId, coupon)
  const worth = [...byTemplate.values()]
    .map(coupon => {
      const reading = readTerms(coupon.terms, goods, coupon.only)
      return { coupon, reading, alone: sumOf(take(reading, goods, remainsOf(goods))) }
    })
    .filter(option => option.alone > 0)
    .toSorted((a, b) => b.alone - a.alone || inOrder(a.coupon, b.coupon))
    .slice(0, MOST_CANDIDATES)
    .toSorted((a, b) => inOrder(a.coupon, b.coupon))
  const bits = (counts: (other: C) => boolean): number =>
    worth.reduce((mask, { coupon }, place) => (counts(coupon) ? mask | (1 << place) : mask), 0)
  return worth.map(({ coupon, reading, alone }, place) => ({
    coupon,
    reading,
    alone,
    pays: coupon.terms.kind === 'percentOff' ? coupon.terms.payPercent : null,
    place,
    clashes: bits(other => conflict(coupon, other)),
    sameGroup: bits(other => other.terms.stackGroup === coupon.terms.stackGroup),
  }))
}
