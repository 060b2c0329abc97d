import {
  allocate,
  decimal4,
  decimal4FromFen,
  fenFromDecimal4,
  formatDecimal4,
  truncate4,
  type Decimal4,
} from '../../../kernel/money.ts'
import type { BasketLine } from '../contract.ts'

/** A line with what the rules need of its product. */
export interface PricedLine extends BasketLine {
  readonly amount: Decimal4
  /** Coupons take nothing off what is as good as money, or may not be advertised. */
  readonly takesCoupon: boolean
  readonly earns: boolean
}

/** What a line bears of the coupon, and what is left of it. */
export interface LineShare {
  readonly lineNo: number
  readonly discount: number
  readonly net: string
}

/** Kinds of product that no coupon is for: tobacco (its advertising law), money-like goods, fees, bags, rounding. */
const NO_COUPON: ReadonlySet<string> = new Set(['tobacco', 'prepaid_card', 'voucher', 'service_fee', 'bag', 'rounding'])

type Product = { readonly kind: string; readonly categoryCode: string | null }

/** Joins the basket with what the catalogue and the points rule say of it. */
export function priceBasket(
  lines: readonly BasketLine[],
  products: ReadonlyMap<string, Product>,
  earns: (product: { kind: string | null; categoryCode: string | null }) => boolean,
): PricedLine[] {
  return lines.map(line => {
    const product = products.get(line.productCode)
    const amount = decimal4(line.net)
    return {
      ...line,
      amount,
      takesCoupon: amount > 0n && !line.isGift && !NO_COUPON.has(product?.kind ?? 'goods'),
      earns: earns({ kind: product?.kind ?? null, categoryCode: product?.categoryCode ?? null }),
    }
  })
}

const sum = (lines: readonly PricedLine[], counts: (line: PricedLine) => boolean): Decimal4 =>
  lines.reduce((total, line) => total + (counts(line) ? line.amount : 0n), 0n)

/** Fen of the whole basket. */
export const totalOf = (lines: readonly PricedLine[]): number => fenFromDecimal4(sum(lines, () => true))
/** Fen of the goods that a coupon may take something off. */
export const eligibleOf = (lines: readonly PricedLine[]): number =>
  Math.max(0, fenFromDecimal4(sum(lines, line => line.takesCoupon)))

/** Spreads the coupon's fen over the lines it is for, by their amounts; the shares sum to it exactly. */
export function shareOut(lines: readonly PricedLine[], discount: number): LineShare[] {
  const weights = lines.map(line => (line.takesCoupon ? line.amount : 0n))
  const shares = discount === 0 ? lines.map(() => 0n) : allocate(BigInt(discount), weights)
  return lines.map((line, i) => {
    const share = Number(shares[i] ?? 0n)
    return { lineNo: line.lineNo, discount: share, net: formatDecimal4(line.amount - decimal4FromFen(share)) }
  })
}

/** Points that the basket would earn after its coupon: cut once, on the sum. */
export function pointsOf(lines: readonly PricedLine[], shares: readonly LineShare[]): number {
  const base = lines.reduce((total, line, i) => total + (line.earns ? decimal4(shares[i]?.net ?? '0') : 0n), 0n)
  return truncate4(base)
}
