import type { Tx } from '../../../kernel/db.ts'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import { decimal4, decimal4FromFen, formatDecimal4 } from '../../../kernel/money.ts'
import { tillPointsRepository } from '../repository/points.ts'
import { tillSalesRepository, type TillCouponRecord } from '../repository/sales.ts'
import type { LineShare, PricedLine } from './basket.ts'
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

/** What of a return goes back as points, among its payments; below zero as its lines are. None without points. */
export const paymentsBack = (refund: number, points: PointsPayment): Payments =>
  points.fen === 0
    ? []
    : [
        { method: OTHER_METHOD, amount: formatDecimal4(decimal4FromFen(points.fen - refund)) },
        { method: POINTS_METHOD, amount: formatDecimal4(decimal4FromFen(-points.fen)) },
      ]

/** A sale as it is written down, whoever has decided what it gives; its row of till_sale is open already. */
export interface SaleToRecord {
  readonly docKey: string
  readonly receipt: {
    readonly businessDate: string
    readonly receiptNo: string
    readonly cashier: string
    readonly payments: Payments
  }
  readonly businessAt: Date
  readonly customer: { readonly memberId: string; readonly cardNo: string } | null
  readonly lines: readonly PricedLine[]
  /** What each line bears of the coupons, and their sum in fen. */
  readonly shares: readonly LineShare[]
  readonly discount: number
  readonly coupons: readonly TillCouponRecord[]
  readonly points: PointsPayment | null
  /** The key of their spend in the ledger where it is not the receipt's own. */
  readonly spendKey?: string
  /** Fen that are left to pay. */
  readonly payable: number
}

/** Writes a sale down in the caller's transaction: the receipt, its lines, what it used; then its points are settled. */
export async function recordSale(
  tx: Tx,
  { needs }: Pick<TillDeps, 'needs'>,
  caller: TillCaller,
  sale: SaleToRecord,
): Promise<{ documentId: string }> {
  const { docKey, receipt, customer, points } = sale
  const sold = sale.lines.map((line, i) => {
    const share = sale.shares[i]
    return {
      lineNo: line.lineNo,
      productCode: line.productCode,
      name: line.name,
      quantity: line.quantity,
      unit: line.unit === '' ? null : line.unit,
      unitPrice: line.unitPrice,
      discount: formatDecimal4(decimal4(line.discount) + decimal4FromFen(share?.discount ?? 0)),
      net: share?.net ?? line.net,
      isGift: line.isGift,
    }
  })
  const { documentId } = await needs.recordSale(tx, {
    storeCode: caller.storeCode,
    tillCode: caller.tillCode,
    businessDate: receipt.businessDate,
    receiptNo: receipt.receiptNo,
    type: 'sale',
    businessAt: sale.businessAt,
    cashier: receipt.cashier === '' ? null : receipt.cashier,
    cardNo: customer?.cardNo ?? null,
    memberId: customer?.memberId ?? null,
    payments: paymentsWith(receipt.payments, points, sale.payable),
    originalDocKey: null,
    lines: sold,
  })
  const sales = tillSalesRepository(tx)
  await sales.addLines(
    sold.map(({ isGift, ...line }, i) => ({
      ...line,
      docKey,
      couponDiscount: sale.shares[i]?.discount ?? 0,
      isGift: isGift ? 1 : 0,
    })),
  )
  await sales.complete(docKey, { documentId, discount: sale.discount })
  await sales.addCoupons(sale.coupons)
  if (points !== null && customer !== null)
    await tillPointsRepository(tx).add({
      docKey,
      memberId: customer.memberId,
      ...points,
      spendKey: sale.spendKey ?? '',
    })
  await needs.points.settle(tx, [documentId])
  return { documentId }
}
