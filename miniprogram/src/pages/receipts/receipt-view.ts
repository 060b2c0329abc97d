import { clockText, dateText, isZero, price, signedPoints, yuan } from '../../lib/format.ts'
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
  /** whether it has earned something: said in the colour of points */
  gain: boolean
}

/** Puts a receipt into words; `points` is null while they are not counted, and undefined where nobody could be asked. */
export function receiptView(receipt: Receipt, points: number | null | undefined): ReceiptView {
  const t = words().receipts
  return {
    id: receipt.id,
    month: receipt.businessDate.slice(0, 7),
    store: receipt.storeName,
    time: `${dateText(receipt.businessDate)} ${clockText(receipt.businessAt)}`,
    net: price(receipt.net),
    saved: isZero(receipt.discount) ? '' : fill(t.saved, { amount: yuan(receipt.discount) }),
    items: fill(receipt.lineCount === 1 ? t.item : t.items, { count: receipt.lineCount }),
    mark: receipt.type === 'sale' ? '' : t[receipt.type],
    points: pointsText(receipt, points),
    gain: (points ?? 0) > 0,
  }
}

function pointsText({ type }: Receipt, points: number | null | undefined): string {
  const t = words().receipts
  if (points === undefined) return ''
  if (points) return `${t.points} ${signedPoints(points)}`
  // Only of what was bought does one wait for points, or wonder where they are.
  if (type !== 'sale' && type !== 'exchange') return ''
  return points === null ? t.pending : t.noPoints
}

/** The last `count` months as 'YYYY-MM', this one first. */
export function recentMonths(today: string, count: number): string[] {
  const [year = 0, month = 0] = today.split('-').map(Number)
  return Array.from({ length: count }, (_, back) => {
    const index = year * 12 + (month - 1) - back
    return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`
  })
}
