import { clockText, dayText, isZero, price, signedPoints, yuan } from '../../lib/format.ts'
import { fill, words } from '../../lib/i18n/index.ts'

/** What the list needs to know of a receipt; the server's ReceiptRow has it. */
export interface Receipt {
  id: string
  storeName: string
  businessDate: string
  businessAt: string
  type: 'sale' | 'return' | 'exchange' | 'adjustment' | 'void'
  discount: string
  net: string
  lineCount: number
}

/** A receipt as the list shows it. */
export interface ReceiptView {
  id: string
  month: string
  store: string
  time: string
  net: string
  saved: string
  items: string
  mark: string
  points: string
  less: boolean
}

/** Puts a receipt into words; `points` is undefined while they are not known. */
export function receiptView(receipt: Receipt, points: number | undefined): ReceiptView {
  const t = words().receipts
  return {
    id: receipt.id,
    month: receipt.businessDate.slice(0, 7),
    store: receipt.storeName,
    time: `${dayText(receipt.businessDate)} ${clockText(receipt.businessAt)}`,
    net: price(receipt.net),
    saved: isZero(receipt.discount) ? '' : fill(t.saved, { amount: yuan(receipt.discount) }),
    items: fill(t.items, { count: receipt.lineCount }),
    mark: receipt.type === 'sale' ? '' : t[receipt.type],
    points: points === undefined || points === 0 ? '' : signedPoints(points),
    less: (points ?? 0) < 0,
  }
}

/** The last `count` months as 'YYYY-MM', this one first. */
export function recentMonths(today: string, count: number): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number)
  return Array.from({ length: count }, (_, back) => {
    const index = year * 12 + (month - 1) - back
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
  })
}
