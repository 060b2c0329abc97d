import { decimal4, decimal4FromFen, fenFromDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import type { CouponTerms } from '../../coupons/contract.ts'
import { spread, type Applied, type Candidate, type Goods } from '../../coupons/index.ts'
import type { TillLineRecord } from '../repository/sales.ts'

/** A coupon of a sale, as its returns reckon with it. */
export interface SaleCoupon {
  readonly couponId: string
  readonly templateId: string
  readonly terms: CouponTerms
  readonly validTo: Date
  /** Fen that it takes off so far. */
  readonly discount: number
  /** What it took off each line of its scope when it was used, fen. */
  readonly shares: ReadonlyMap<number, number>
}

/** The front door of coupons that reckoning asks. */
export interface Reckoner {
  apply<C extends Candidate>(coupons: readonly C[], goods: Goods): Applied<C>[]
  suffices(candidate: Candidate, goods: Goods): boolean
}

/** What a sale has given back in all after a return, and what each coupon takes off from then on. Fen. */
export interface Reckoned {
  readonly refunded: number
  readonly discounts: ReadonlyMap<string, number>
}

/**
 * The part of an amount that belongs to the first `quantity` of a line, cut toward zero at the fen. Returns take
 * differences of it, so k returns of one piece give back exactly what one return of k pieces does, and the last gives the rest.
 */
export const partOf = (amount: Decimal4, quantity: Decimal4, whole: Decimal4): Decimal4 =>
  quantity >= whole ? amount : ((amount * quantity) / whole / 100n) * 100n

const leftOf = (amount: Decimal4, { quantity, returnedQuantity }: TillLineRecord): Decimal4 =>
  amount - partOf(amount, decimal4(returnedQuantity), decimal4(quantity))

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0)

/**
 * Reckons a sale of which a part has come back (the lines say how much of each is back by now): what was paid less what the
 * rest costs. A coupon that keeps leaves its shares with the rest; one that re-prices is asked again about the rest, and
 * one that is given back with any return takes nothing off it. What was refunded before is never asked back: then the
 * coupons lose only what the goods were worth.
 */
export function reckon(
  reckoner: Reckoner,
  lines: readonly TillLineRecord[],
  coupons: readonly SaleCoupon[],
  refundedBefore: number,
): Reckoned {
  const isKept = (coupon: SaleCoupon): boolean => coupon.terms.returnPolicy === 'keep'
  const sharesOf = (lineNo: number, counts: (coupon: SaleCoupon) => boolean): number =>
    sum(coupons.map(coupon => (counts(coupon) ? (coupon.shares.get(lineNo) ?? 0) : 0)))
  // What is kept stays with the pieces it was shared to; the rest of the price is cut once, so that nothing drifts.
  const kept = new Map(
    lines.map(line => [
      line.lineNo,
      coupons.map(coupon =>
        isKept(coupon) ? fenFromDecimal4(leftOf(decimal4FromFen(coupon.shares.get(line.lineNo) ?? 0), line)) : 0,
      ),
    ]),
  )
  const worth = lines.map(line => {
    const open = decimal4(line.net) + decimal4FromFen(sharesOf(line.lineNo, coupon => !isKept(coupon)))
    return leftOf(open, line) + decimal4FromFen(sum(kept.get(line.lineNo) ?? []))
  })
  const goods = goodsLeft(lines, worth, coupons)

  const candidates = coupons.flatMap((coupon, at) => {
    const { couponId, templateId, terms, validTo, shares } = coupon
    const candidate = { id: couponId, templateId, terms, validTo, only: new Set(shares.keys()) }
    if (isKept(coupon))
      return [{ ...candidate, fixed: new Map([...kept].map(([lineNo, fen]) => [lineNo, fen[at] ?? 0])) }]
    return terms.returnPolicy === 'reprice' && reckoner.suffices(candidate, goods) ? [candidate] : []
  })
  const wanted = new Map(reckoner.apply(candidates, goods).map(each => [each.coupon.id, each.discount]))
  const asked = coupons.map(coupon => Math.min(coupon.discount, wanted.get(coupon.couponId) ?? 0))

  const paid = fenFromDecimal4(lines.reduce((total, line) => total + decimal4(line.net), 0n))
  const left = fenFromDecimal4(worth.reduce((a, b) => a + b, 0n))
  const refunded = Math.max(refundedBefore, paid - (left - sum(asked)))
  // What was paid and stays with the shop is what the rest costs: the coupons take off the difference.
  const falls = coupons.map((coupon, at) => (isKept(coupon) ? 0 : coupon.discount - (asked[at] ?? 0)))
  const over = left - (paid - refunded) - sum(asked)
  const fall = spread(Math.max(0, sum(falls) - Math.max(0, over)), falls)
  return {
    refunded,
    discounts: new Map(
      coupons.map((coupon, at) => [coupon.couponId, coupon.discount - (isKept(coupon) ? 0 : (fall[at] ?? 0))]),
    ),
  }
}

/** The rest of the sale as coupons see it; lines that no coupon counted take nothing. */
function goodsLeft(
  lines: readonly TillLineRecord[],
  worth: readonly Decimal4[],
  coupons: readonly SaleCoupon[],
): Goods {
  return lines.map((line, at) => {
    const counting = coupons.filter(coupon => coupon.shares.has(line.lineNo))
    const isDelivery = counting.some(coupon => coupon.terms.kind === 'freeShipping')
    return {
      lineNo: line.lineNo,
      productCode: line.productCode,
      categories: [],
      amount: Number(worth[at] ?? 0n),
      quantity: Number(decimal4(line.quantity) - decimal4(line.returnedQuantity)),
      takes: counting.length === 0 ? 'nothing' : isDelivery ? 'delivery' : 'goods',
    }
  })
}
