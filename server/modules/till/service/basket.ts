import { decimal4, decimal4FromFen, fenFromDecimal4, formatDecimal4, type Decimal4 } from '../../../kernel/money.ts'
import { spread, type Applied, type Goods, type GoodsLine } from '../../coupons/index.ts'
import type { BasketLine } from '../contract.ts'

/** A line with what the rules need of its product. */
export interface PricedLine extends BasketLine {
  readonly amount: Decimal4
  /** Codes of its category and of all above it. */
  readonly categories: readonly string[]
  /** What may be taken off it: coupons take nothing off what is as good as money, or may not be advertised. */
  readonly takes: GoodsLine['takes']
  /** Null while the catalogue does not know the product. */
  readonly kind: string | null
  readonly categoryCode: string | null
}

/** What a line bears of the coupons, and what is left of it. */
export interface LineShare {
  readonly lineNo: number
  readonly discount: number
  readonly net: string
}

/** Kinds of product that no coupon is for: tobacco (its advertising law), money-like goods, bags, rounding. */
const NO_COUPON: ReadonlySet<string> = new Set(['tobacco', 'prepaid_card', 'voucher', 'bag', 'rounding'])
/** 运费 and the like: only free delivery takes it off. */
const DELIVERY = 'service_fee'

type Product = { readonly kind: string; readonly categoryCode: string | null; readonly categories: readonly string[] }

function takesOf(line: BasketLine, amount: Decimal4, kind: string): GoodsLine['takes'] {
  if (amount <= 0n || line.isGift || NO_COUPON.has(kind)) return 'nothing'
  return kind === DELIVERY ? 'delivery' : 'goods'
}

/** Joins the basket with what the catalogue says of it. */
export function priceBasket(lines: readonly BasketLine[], products: ReadonlyMap<string, Product>): PricedLine[] {
  return lines.map(line => {
    const product = products.get(line.productCode)
    const amount = decimal4(line.net)
    return {
      ...line,
      amount,
      categories: product?.categories ?? [],
      takes: takesOf(line, amount, product?.kind ?? 'goods'),
      kind: product?.kind ?? null,
      categoryCode: product?.categoryCode ?? null,
    }
  })
}

/** Fen of the whole basket. */
export const totalOf = (lines: readonly PricedLine[]): number =>
  fenFromDecimal4(lines.reduce((total, line) => total + line.amount, 0n))

/** The basket as coupons see it. */
export const goodsOf = (lines: readonly PricedLine[]): Goods =>
  lines.map(line => ({
    lineNo: line.lineNo,
    productCode: line.productCode,
    categories: line.categories,
    amount: Number(line.amount),
    quantity: Number(decimal4(line.quantity)),
    takes: line.takes,
  }))

/** Fen that coupons take off together. */
export const discountOf = (applied: readonly Applied[]): number =>
  applied.reduce((total, { discount }) => total + discount, 0)

/** What each line bears of the coupons: the sum of their shares, which sum to the discount exactly. */
export function shareOut(lines: readonly PricedLine[], applied: readonly Applied[]): LineShare[] {
  const off = lines.map(() => 0)
  for (const { shares } of applied) for (const { at, fen } of shares) off[at] = (off[at] ?? 0) + fen
  return lines.map((line, at) => {
    const discount = off[at] ?? 0
    return { lineNo: line.lineNo, discount, net: formatDecimal4(line.amount - decimal4FromFen(discount)) }
  })
}

/** Spreads fen that a till took off without us over the goods, or over every line that costs something where there are none. */
export function shareOff(lines: readonly PricedLine[], fen: number): LineShare[] {
  const fenOf = (line: PricedLine): number => Math.max(0, fenFromDecimal4(line.amount))
  const goods = lines.map(line => (line.takes === 'goods' ? fenOf(line) : 0))
  const shares = spread(fen, goods.some(weight => weight > 0) ? goods : lines.map(fenOf))
  return lines.map((line, at) => {
    const discount = shares[at] ?? 0
    return { lineNo: line.lineNo, discount, net: formatDecimal4(line.amount - decimal4FromFen(discount)) }
  })
}
