import type { Db } from '../../../kernel/db.ts'
import { decimal4, fenFromDecimal4 } from '../../../kernel/money.ts'
import { invoicesRepository } from '../repository/invoices.ts'
import { receiptsRepository, type Receipt } from '../repository/receipts.ts'

/**
 * Ways of paying that no invoice is made for: points and coupons are our own gift, and a prepaid card was invoiced when
 * it was bought (SAT announcement 2016 no. 53).
 */
const NOT_INVOICED = /积分|points|优惠券|代金券|coupon|voucher|购物卡|储值卡|礼品卡|prepaid|gift ?card/i

/** Fen of an amount in yuan. */
const fenOf = (decimal: string): number => fenFromDecimal4(decimal4(decimal))

/** Fen of payments that no invoice is made for. */
const giftOf = (paymentsJson: string): number =>
  (JSON.parse(paymentsJson) as { method: string; amount: string }[])
    .filter(({ method }) => NOT_INVOICED.test(method))
    .reduce((sum, { amount }) => sum + fenOf(amount), 0)

/**
 * Fen that the returns of a receipt gave back in money: what went back as points was never invoiced. A return that the file
 * tells names no points: the sale's own books know them.
 */
async function moneyBack(from: Db, docKey: string): Promise<number> {
  const receipts = receiptsRepository(from)
  const returns = await receipts.returnsOf([docKey])
  const all = returns.reduce((sum, one) => sum - fenOf(one.net), 0)
  const gifts = returns.reduce((sum, one) => sum - giftOf(one.paymentsJson), 0)
  return all - Math.max(gifts, (await receipts.pointsUsed(docKey))?.backFen ?? 0)
}

/** What of a receipt can be invoiced, and why not the rest; fen. paid = invoiceable + notInvoiced + back. */
export interface InvoiceMoney {
  readonly paid: number
  readonly notInvoiced: number
  readonly back: number
  readonly invoiceable: number
}

/** Paid without points and coupons, less what has come back; the receipt's net has the coupons off already. */
export async function invoiceMoney(from: Db, receipt: Receipt): Promise<InvoiceMoney> {
  const isSale = (receipt.type === 'sale' || receipt.type === 'exchange') && receipt.status === 'confirmed'
  if (!isSale) return { paid: 0, notInvoiced: 0, back: 0, invoiceable: 0 }
  const paid = fenOf(receipt.net)
  const points = (await receiptsRepository(from).pointsUsed(receipt.docKey))?.fen ?? 0
  // A receipt told by the till and by the file states the points once as a payment or in the till's ledger: the larger counts.
  const notInvoiced = Math.max(giftOf(receipt.paymentsJson), points)
  const invoiceable = Math.max(0, paid - notInvoiced - (await moneyBack(from, receipt.docKey)))
  return { paid, notInvoiced, back: paid - notInvoiced - invoiceable, invoiceable }
}

/**
 * Goods of invoiced receipts came back by these documents, or the receipts themselves were told anew: a red-letter note is
 * due over the money that came back in all, and none any more where it did not after all.
 */
export async function reddenInvoices(from: Db, documentIds: readonly string[], at: Date): Promise<void> {
  const invoices = invoicesRepository(from)
  for (const { documentId, docKey, amount, isVoid } of await invoices.concernedBy(documentIds)) {
    const back = isVoid ? amount : (await moneyBack(from, docKey)) + (await invoices.leftOut(docKey))
    await invoices.redDue(documentId, Math.max(0, Math.min(amount, back)), at)
  }
}
