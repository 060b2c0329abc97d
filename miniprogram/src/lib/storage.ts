import type { Brand } from '../../../server/modules/brand/contract.ts'
import type { CardSnapshot } from './card-snapshot.ts'
import type { KeptCoupon } from './kept-coupons.ts'
import type { PhoneSecret } from './turning.ts'

/** Everything the mini-program keeps on the phone, and what each is for. */
interface Stored {
  /** what the first tab shows without a network */
  card: CardSnapshot
  /** what this phone computes the member's code from */
  phoneSecret: PhoneSecret
  /** what this phone calls itself */
  deviceId: string
  /** coupons signed for tills without a network, by coupon */
  signedCoupons: Record<string, { digits: string; until: string }>
  /** the usable coupons as the shop last told them, to be shown without a network */
  wallet: KeptCoupon[]
  /** the session's token */
  token: string
  /** the language chosen by hand */
  language: 'zh' | 'en'
  /** the member code with larger type and little else: 长辈版 */
  large: boolean
  /** the QR code that led here: its word, or store and recruiter, until the card is opened */
  origin: { storeCode?: string; recruitedBy?: string; scene?: string }
  /** how the shop calls itself and looks */
  brand: Brand
  /** names of stores, to show codes as words */
  stores: Record<string, string>
  /** the usual store on this phone, for 「本店可用」 */
  store: string
}

/** Reads one value; null when there is none or the phone cannot read it. */
export function stored<K extends keyof Stored>(key: K): Stored[K] | null {
  try {
    const value: unknown = wx.getStorageSync(key)
    return value === '' || value === undefined ? null : (value as Stored[K])
  } catch {
    return null
  }
}

/** Keeps one value; a full storage is no reason to fail. */
export function store<K extends keyof Stored>(key: K, value: Stored[K]): void {
  try {
    wx.setStorageSync(key, value)
  } catch {
    // the page works without it, only not offline
  }
}

/** Forgets values. */
export function forget(...keys: (keyof Stored)[]): void {
  for (const key of keys) wx.removeStorageSync(key)
}
