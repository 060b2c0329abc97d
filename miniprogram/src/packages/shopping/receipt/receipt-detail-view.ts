import { clockText, dayText, isNegative, isZero, price, quantity, whole, yuan } from '../../../lib/format.ts'
import { fill, inLanguage, words } from '../../../lib/i18n/index.ts'

interface Text {
  zh: string
  en: string
}

/** What the slip needs to know; the server's ReceiptDetail has it. */
export interface ReceiptDetail {
  storeName: string
  receiptNo: string
  tillCode: string
  businessDate: string
  businessAt: string
  type: 'sale' | 'return' | 'exchange' | 'adjustment' | 'void'
  gross: string
  discount: string
  net: string
  payments: { method: string; amount: string }[]
  lines: {
    lineNo: number
    name: string
    quantity: string
    unit: string | null
    unitPrice: string
    discount: string
    net: string
    isGift: boolean
  }[]
}

/** How the receipt earned; the server's ReceiptPoints has it. */
export interface EarnedPoints {
  state: 'credited' | 'pending' | 'none'
  points: number
  base: string
  lines: { lineNo: number; earns: boolean; reason: Text | null }[]
  explanation: Text
}

/** A receipt in the order of the paper slip, and how it earned. */
export interface SlipView {
  store: string
  when: string
  number: string
  mark: string
  lines: {
    lineNo: number
    name: string
    quantity: string
    net: string
    gift: string
    saved: string
    points: string
    earns: boolean
    back: boolean
  }[]
  gross: string
  discount: string
  net: string
  netLabel: string
  payments: { method: string; amount: string }[]
  points: string
  pointsNote: string
  explanation: string
}

/** Puts a receipt and its points into words; without points (not reachable) the slip stands alone. */
export function slipView(receipt: ReceiptDetail, earned: EarnedPoints | null): SlipView {
  const { receipt: t, receipts, payments } = words()
  const names: Record<string, string> = payments
  const reasons = new Map(earned?.lines.map(line => [line.lineNo, line]))
  return {
    store: receipt.storeName,
    when: `${dayText(receipt.businessDate)} ${clockText(receipt.businessAt)}`,
    number: `${fill(t.number, { number: receipt.receiptNo })} · ${fill(t.till, { till: receipt.tillCode })}`,
    mark: receipt.type === 'sale' ? '' : receipts[receipt.type],
    lines: receipt.lines.map(line => {
      const how = reasons.get(line.lineNo)
      return {
        lineNo: line.lineNo,
        name: line.name,
        quantity: `${quantity(line.quantity)}${line.unit ? ` ${line.unit}` : ''} × ¥${yuan(line.unitPrice)}`,
        net: price(line.net),
        gift: line.isGift ? t.gift : '',
        saved: isZero(line.discount) ? '' : fill(receipts.saved, { amount: yuan(line.discount) }),
        points: how?.reason ? inLanguage(how.reason) : '',
        earns: how?.earns ?? true,
        back: isNegative(line.net),
      }
    }),
    gross: price(receipt.gross),
    discount: isZero(receipt.discount) ? '' : yuan(receipt.discount),
    net: price(receipt.net),
    netLabel: isNegative(receipt.net) ? t.refunded : t.paid,
    payments: receipt.payments.map(({ method, amount }) => ({
      method: names[method] ?? method,
      amount: price(amount),
    })),
    points:
      earned === null || earned.state === 'pending'
        ? ''
        : earned.points < 0
          ? `−${whole(-earned.points)}`
          : whole(earned.points),
    pointsNote:
      earned === null ? '' : earned.state === 'pending' ? t.pending : fill(t.base, { amount: yuan(earned.base) }),
    explanation: earned === null ? '' : inLanguage(earned.explanation),
  }
}
