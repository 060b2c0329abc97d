/**
 * What a till and the member panel (`/till-panel`, a page of the shop in the till's own browser window) say to each other. Both
 * speak by `window.postMessage` within the panel's window: a till that embeds a browser (WebView2, CEF, Electron) runs its
 * side in that page. Messages from any other window or origin are not heard. Amounts: text is yuan, integers are fen.
 */

/** A line of the basket, as in the till API; `net` is after the shop's own promotions and before our coupon. */
export interface PanelLine {
  readonly lineNo: number
  readonly productCode: string
  readonly name: string
  /** A positive decimal, four places at most. */
  readonly quantity: string
  readonly unit?: string
  readonly unitPrice: string
  readonly discount?: string
  readonly net: string
  readonly isGift?: boolean
}

/** What the till says. */
export type ToPanel =
  /** The basket as it stands now; said again after every change. The receipt's number is the till's own. */
  | {
      readonly to: 'panel'
      readonly say: 'basket'
      readonly tillCode: string
      readonly receiptNo: string
      readonly lines: readonly PanelLine[]
    }
  /** A code that the till's scanner has read. */
  | { readonly to: 'panel'; readonly say: 'code'; readonly code: string }
  /** The customer has paid what was due: write it down. Said again, it is answered again and nothing happens twice. */
  | { readonly to: 'panel'; readonly say: 'paid'; readonly receiptNo: string; readonly print?: 58 | 80 }
  /** The customer does not pay: what was held is free. */
  | { readonly to: 'panel'; readonly say: 'dropped'; readonly receiptNo: string }

/** What the panel says. */
export type FromPanel =
  /** It is there and hears. */
  | { readonly from: 'panel'; readonly say: 'ready' }
  /** What is to be paid now. `isHeld`: coupons and points wait for this payment until `heldUntil`; take the money then. */
  | {
      readonly from: 'panel'
      readonly say: 'due'
      readonly receiptNo: string
      readonly total: number
      readonly discount: number
      readonly points: number
      readonly pointsFen: number
      readonly payable: number
      readonly earns: number
      /** What each line bears of the coupons. */
      readonly shares: readonly { readonly lineNo: number; readonly discount: number; readonly net: string }[]
      readonly isHeld: boolean
      readonly heldUntil: string | null
    }
  /** It is written down. `print`: the slip as lines, where a width was asked for. */
  | {
      readonly from: 'panel'
      readonly say: 'done'
      readonly receiptNo: string
      readonly redemptionId: string
      readonly discount: number
      readonly pointsFen: number
      readonly payable: number
      readonly earned: number
      readonly balance: number | null
      readonly print: readonly string[] | null
    }
  /** Why it does not go on, to say aloud. */
  | {
      readonly from: 'panel'
      readonly say: 'refused'
      readonly receiptNo: string
      readonly text: string
    }

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
const isLine = (value: unknown): boolean =>
  isRecord(value) &&
  Number.isInteger(value['lineNo']) &&
  [value['productCode'], value['name'], value['quantity'], value['unitPrice'], value['net']].every(isText)

/** Whether something is a message of a till; what is not is none of the panel's business. */
export function isToPanel(value: unknown): value is ToPanel {
  if (!isRecord(value) || value['to'] !== 'panel') return false
  const { say } = value
  if (say === 'code') return isText(value['code'])
  if (!isText(value['receiptNo'])) return false
  if (say === 'basket')
    return isText(value['tillCode']) && Array.isArray(value['lines']) && value['lines'].every(isLine)
  return say === 'paid' || say === 'dropped'
}
