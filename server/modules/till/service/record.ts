import type { Db, Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, decimal4FromFen, fenFromDecimal4, formatDecimal4 } from '../../../kernel/money.ts'
import type { BasketLine } from '../contract.ts'
import { tillSalesRepository } from '../repository/sales.ts'
import { priceBasket, shareOff, totalOf, type PricedLine } from './basket.ts'
import type { TillDeps } from './deps.ts'
import type { PointsPayment } from './points-pay.ts'

/** How points stand among the payments of a receipt; the earning rules may name it. */
export const POINTS_METHOD = '积分抵扣'
const OTHER_METHOD = '其他'

type Payments = readonly { readonly method: string; readonly amount: string }[]

/** The payments of a receipt with the points among them; where the till names none, the rest stands as one. */
export function paymentsWith(payments: Payments, points: PointsPayment | null, payable: number): Payments {
  if (points === null) return payments
  const yuan = (fen: number): string => formatDecimal4(decimal4FromFen(fen))
  const rest = payments.length > 0 || payable <= 0 ? payments : [{ method: OTHER_METHOD, amount: yuan(payable) }]
  return [...rest, { method: POINTS_METHOD, amount: yuan(points.fen) }]
}

/** A sale as it is written down, whoever has decided what it gives. */
export interface SaleToRecord {
  readonly docKey: string
  readonly body: {
    readonly businessDate: string
    readonly receiptNo: string
    readonly businessAt: string
    readonly cashier: string
    readonly payments: Payments
  }
  readonly memberId: string | null
  readonly lines: readonly PricedLine[]
  /** Fen that coupons took off. */
  readonly off: number
  readonly coupons: readonly {
    readonly id: string
    readonly code: string
    readonly name: string
    readonly discount: number
  }[]
  readonly points: PointsPayment | null
}

/** Writes sales down: the receipt, its lines, what it used. */
export function recording({ clock, needs }: TillDeps) {
  return {
    /** The lines with what the catalogue and the points rule say of them. */
    async priced(from: Db, lines: readonly BasketLine[]): Promise<PricedLine[]> {
      const products = await needs.productsOf(from, [...new Set(lines.map(line => line.productCode))])
      const exclusions = await needs.points.exclusions(from)
      return priceBasket(lines, products, product => needs.points.earns(product, exclusions))
    },

    async sale(tx: Tx, caller: TillCaller, sale: SaleToRecord): Promise<{ documentId: string }> {
      const { docKey, body, memberId, lines, points } = sale
      const sales = tillSalesRepository(tx)
      const now = clock.now()
      const shares = shareOff(lines, sale.off)
      await sales.open({
        docKey,
        tillId: caller.tillId,
        documentId: null,
        memberId,
        discount: sale.off,
        state: 'committed',
        committedAt: now,
        closedAt: null,
      })
      const sold = lines.map((line, i) => ({
        lineNo: line.lineNo,
        productCode: line.productCode,
        name: line.name,
        quantity: line.quantity,
        unit: line.unit === '' ? null : line.unit,
        unitPrice: line.unitPrice,
        discount: formatDecimal4(decimal4(line.discount) + decimal4FromFen(shares[i]?.discount ?? 0)),
        net: shares[i]?.net ?? line.net,
        isGift: line.isGift,
      }))
      const payable = totalOf(lines) - sale.off - (points?.fen ?? 0)
      const brief = memberId === null ? undefined : (await needs.members.briefs(tx, [memberId])).get(memberId)
      const { documentId } = await needs.recordSale(tx, {
        storeCode: caller.storeCode,
        tillCode: caller.tillCode,
        businessDate: body.businessDate,
        receiptNo: body.receiptNo,
        type: 'sale',
        businessAt: new Date(body.businessAt),
        cashier: body.cashier === '' ? null : body.cashier,
        cardNo: brief?.cardNo ?? null,
        memberId,
        payments: paymentsWith(body.payments, points, payable),
        originalDocKey: null,
        lines: sold,
      })
      await sales.addLines(sold.map(({ isGift, ...line }) => ({ ...line, docKey, isGift: isGift ? 1 : 0 })))
      await sales.complete(docKey, { documentId, discount: sale.off })
      await needs.points.settle(tx, [documentId])
      return { documentId }
    },
  }
}
export type Recording = ReturnType<typeof recording>
