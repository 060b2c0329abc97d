import type { Db } from '../../../../kernel/db.ts'
import { decimal4, decimal4FromFen, fenFromDecimal4, formatDecimal4, allocate } from '../../../../kernel/money.ts'
import { LIMIT_TEXTS, Limit } from '../../contract/fraud.ts'
import { invoiceErrors } from '../../contract/invoice.ts'
import { receiptsRepository } from '../../repository/receipts.ts'
import { shiftsRepository } from '../../repository/shifts.ts'
import type { TillDeps } from '../deps.ts'
import { POINTS_METHOD } from '../record.ts'
import { columnsOf } from './paper.ts'
import { receiptLines } from './receipt.ts'

const Payments = (json: string): { method: string; amount: string }[] =>
  JSON.parse(json) as { method: string; amount: string }[]

/** Receipts as lines for the printer, made from the ledgers, so that a second print says the same. */
export function printing({ config, needs }: TillDeps) {
  const timeText = (at: Date): string =>
    new Intl.DateTimeFormat('sv-SE', { timeZone: config.SHOP_ZONE, dateStyle: 'short', timeStyle: 'short' }).format(at)

  return {
    /** Lines of a sale or return by its receipt's key; throws when there is none. */
    async receipt(db: Db, docKey: string, paper: 58 | 80, language: 'zh' | 'en') {
      const receipts = receiptsRepository(db)
      const document = await receipts.byKey(docKey)
      if (document === undefined) throw invoiceErrors.noReceipt()
      const lines = await receipts.lines(document.documentId)
      const isReturn = document.type === 'return'
      const sale = await receipts.sale(docKey)
      const several = await receipts.coupons(docKey)
      const fen = (text: string): number => fenFromDecimal4(decimal4(text))
      const coupons =
        several.length > 0
          ? several.map(({ name, discount }) => ({ name, fen: discount }))
          : sale === undefined || sale.discount === 0
            ? []
            : [{ name: '', fen: sale.discount }]
      const entry = await shiftsRepository(db).entry(docKey)
      const withheld = Limit.safeParse(entry?.withheld)
      const { memberId } = document
      const member = memberId === null ? undefined : (await needs.members.briefs(db, [memberId])).get(memberId)
      const used = await receipts.pointsUsed(docKey)
      const original = document.originalDocKey?.split('|')
      const columns = columnsOf(paper)
      // What a coupon took is spread over the lines in the books; on paper the goods stand as they were priced.
      const taken = coupons.reduce((sum, coupon) => sum + coupon.fen, 0)
      const weights = lines.map(line => (decimal4(line.discount) > 0n ? decimal4(line.discount) : 0n))
      const shares =
        taken === 0 || weights.every(weight => weight === 0n) ? lines.map(() => 0n) : allocate(BigInt(taken), weights)
      return {
        columns,
        lines: receiptLines(
          {
            storeName: (await needs.storeNames(db, [document.storeCode])).get(document.storeCode) ?? document.storeCode,
            tillCode: document.tillCode,
            receiptNo: document.receiptNo,
            at: timeText(document.businessAt),
            type: isReturn ? 'return' : 'sale',
            original:
              original === undefined
                ? null
                : { businessDate: original[2] ?? '', receiptNo: original.slice(3).join('|') },
            lines: lines.map((line, i) => ({
              name: line.nameAtSale,
              quantity: line.quantity,
              unit: line.unit,
              unitPrice: line.unitPrice,
              net: formatDecimal4(decimal4(line.net) + decimal4FromFen(Number(shares[i] ?? 0n))),
            })),
            coupons,
            pointsUsed: used ?? null,
            // Points are among the payments of the receipt; on paper they stand with the coupons, above what is due.
            net: fen(document.net) - (used?.fen ?? 0),
            payments: Payments(document.paymentsJson).filter(one => used === undefined || one.method !== POINTS_METHOD),
            member:
              member === undefined || memberId === null
                ? null
                : {
                    name: member.name,
                    earned: await receipts.credited(document.documentId),
                    balance: (await needs.points.balances(db, [memberId])).get(memberId) ?? 0,
                  },
            notice: withheld.success ? LIMIT_TEXTS[withheld.data][language] : null,
            code: isReturn ? null : needs.points.receiptCode(docKey),
          },
          columns,
          language,
        ),
      }
    },
  }
}
export type Printing = ReturnType<typeof printing>
