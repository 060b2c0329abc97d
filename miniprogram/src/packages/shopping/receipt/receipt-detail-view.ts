import { clockText, dateText, fenPrice, isNegative, isZero, price, quantity, whole, yuan } from '../../../lib/format.ts'
import { fill, inLanguage, language, words } from '../../../lib/i18n/index.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

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
    /** the product's kind; null while the code is unknown */
    kind: string | null
  }[]
  /** what came back, by the line of this receipt; null = of none of them */
  returned: { documentId: string; businessDate: string; lineNo: number | null; quantity: string; net: string }[]
}

/** How the receipt earned; the server's ReceiptPoints has it. */
export interface EarnedPoints {
  state: 'credited' | 'pending' | 'none'
  points: number
  base: string
  lines: { lineNo: number; earns: boolean; points: number; back: number; multipliers: string[]; reason: Text | null }[]
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
    /** what it earned, or why it earned nothing */
    points: string
    earns: boolean
    back: boolean
    /** whether all that it earned went back with it */
    pointsBack: boolean
    /** the points that went back, with their sign */
    taken: string
    /** how much of it has come back */
    returned: string
  }[]
  /** the returns of this receipt, each a receipt of its own */
  returns: { documentId: string; text: string; net: string }[]
  gross: string
  discount: string
  /** 抹零: what was taken off, or put on, to come to a round sum */
  rounding: string
  net: string
  netLabel: string
  payments: { method: string; amount: string }[]
  points: string
  pointsNote: string
  explanation: string
}

/** Puts a receipt and its points into words; without points (not reachable) the slip stands alone. */
export function slipView(receipt: ReceiptDetail, earned: EarnedPoints | null): SlipView {
  const t = own[language()]
  const { receipts, payments } = words()
  const names: Record<string, string> = payments
  const reasons = new Map(earned?.lines.map(line => [line.lineNo, line]))
  const { goods, gross, discount, rounding } = sumsOf(receipt)
  return {
    store: receipt.storeName,
    when: `${dateText(receipt.businessDate)} ${clockText(receipt.businessAt)}`,
    number: `${fill(t.number, { number: receipt.receiptNo })} · ${fill(t.till, { till: receipt.tillCode })}`,
    mark: receipt.type === 'sale' ? '' : receipts[receipt.type],
    lines: goods.map(line => {
      const how = reasons.get(line.lineNo)
      const gone = goneOf(receipt, line.lineNo)
      const isGone = gone > 0 && gone >= Number(line.quantity)
      return {
        lineNo: line.lineNo,
        name: line.name,
        quantity: `${quantity(line.quantity)}${line.unit ? ` ${line.unit}` : ''} × ¥${yuan(line.unitPrice)}`,
        net: price(line.net),
        gift: line.isGift ? t.gift : '',
        saved: isZero(line.discount) ? '' : fill(receipts.saved, { amount: yuan(line.discount) }),
        points: how?.reason ? inLanguage(how.reason) : earnedBy(how, earned),
        earns: how?.earns ?? true,
        back: isNegative(line.net) || isGone,
        pointsBack: isGone && how !== undefined && how.back > 0,
        taken: how !== undefined && how.back > 0 ? fill(t.backLine, { points: whole(how.back) }) : '',
        returned: isNegative(line.net) || gone === 0 ? '' : fill(t.returnedLine, { quantity: quantity(String(gone)) }),
      }
    }),
    returns: returnsOf(receipt),
    gross: price(gross),
    discount: isZero(discount) ? '' : yuan(discount),
    rounding: isZero(rounding) ? '' : price(rounding),
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

/** A coupon that the receipt has used, with what it took off and what returns took back of that. */
export interface UsedCoupon {
  couponId: string
  name: string
  off: string
  back: string
}

/** Puts the receipt's coupons into words; the server's receiptCoupons has them, in fen. */
export const usedCoupons = (
  used: { couponId: string; name: string; discount: number; takenBack: number }[],
): UsedCoupon[] =>
  used.map(({ couponId, name, discount, takenBack }) => ({
    couponId,
    name,
    off: fenPrice(-discount),
    back: takenBack > 0 ? fill(own[language()].couponBack, { amount: yuan((takenBack / 100).toFixed(2)) }) : '',
  }))

/** How far the receipt's invoice is; the server's myInvoice has it. */
export interface InvoiceStanding {
  invoiceable: number
  state: 'none' | 'issued' | 'redNeeded' | 'red'
  isAsked: boolean
}

/** The way to the invoice of a receipt; null where there is and will be none. */
export function invoiceDoor({ invoiceable, state, isAsked }: InvoiceStanding) {
  const t = own[language()]
  const says = (label: string, amount = '') => ({ door: t.invoice, label, amount })
  if (state !== 'none') return says(state === 'redNeeded' ? t.redNeeded : state === 'red' ? t.red : t.invoiced)
  if (isAsked) return says(t.invoiceAsked)
  return invoiceable > 0 ? says(t.canInvoice, `¥${(invoiceable / 100).toFixed(2)}`) : null
}

// Rounding is a line of the document and no goods: the sums above 实付 are told without it, and it has a row of its own.
function sumsOf({ lines, gross, discount }: ReceiptDetail) {
  const rounded = lines.filter(line => line.kind === 'rounding')
  const less = (of: (line: ReceiptDetail['lines'][number]) => number, from = 0) =>
    (from - rounded.reduce((sum, line) => sum + of(line), 0)).toFixed(4)
  return {
    goods: lines.filter(line => line.kind !== 'rounding'),
    gross: less(line => Number(line.net) + Number(line.discount), Number(gross)),
    discount: less(line => Number(line.discount), Number(discount)),
    rounding: less(line => -Number(line.net)),
  }
}

// How much of a line has come back, in its own unit.
const goneOf = ({ returned }: ReceiptDetail, lineNo: number): number =>
  returned.reduce((sum, line) => (line.lineNo === lineNo ? sum + Math.abs(Number(line.quantity)) : sum), 0)

/** What a line earned, with the multipliers that counted: 积 33 分 · 会员日双倍; empty where nothing is known yet. */
function earnedBy(how: EarnedPoints['lines'][number] | undefined, earned: EarnedPoints | null): string {
  if (how === undefined || earned?.state !== 'credited' || how.points === 0) return ''
  const { earnedLine, takenLine } = own[language()]
  const said = fill(how.points < 0 ? takenLine : earnedLine, { points: whole(Math.abs(how.points)) })
  return [said, ...how.multipliers].join(' · ')
}

function returnsOf({ returned }: ReceiptDetail): SlipView['returns'] {
  const byDocument = new Map<string, { day: string; fen: number }>()
  for (const { documentId, businessDate, net } of returned) {
    const known = byDocument.get(documentId)
    byDocument.set(documentId, { day: businessDate, fen: (known?.fen ?? 0) + Math.round(Number(net) * 100) })
  }
  return [...byDocument].map(([documentId, { day, fen }]) => ({
    documentId,
    text: fill(own[language()].returnedOn, { day: dateText(day) }),
    net: price((fen / 100).toFixed(2)),
  }))
}
