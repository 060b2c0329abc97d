import { shop } from '../api/index.ts'
import { store, stored } from './storage.ts'

/** A store as shoppers choose it. */
export interface ShopStore {
  code: string
  name: string
  district: string | null
  address: string | null
  phone: string | null
  /** when it is open, as the shop has put it */
  hours: string | null
  /** closed for a refit today, and its last day where that is known */
  resting: boolean
  closedUntil: string | null
  /** degrees (GCJ-02), where the shop has said where it is */
  latitude: number | null
  longitude: number | null
}

let loading: Promise<ShopStore[]> | null = null

/** The open stores, asked once per start; their names are kept for showing codes as words. Rejects with ApiError. */
export function loadStores(): Promise<ShopStore[]> {
  loading ??= shop.catalog.publicStores().then(({ items }) => {
    store('stores', { ...stored('stores'), ...Object.fromEntries(items.map(each => [each.code, each.name])) })
    return items
  })
  loading.catch(() => {
    loading = null
  })
  return loading
}

/** The name of a store; its code while the name is not known. */
export function storeName(code: string): string {
  return stored('stores')?.[code] ?? code
}

/** A choice that somebody waits for: what "no store" is called, and who is told. */
interface Wish {
  none: string
  tell: (storeCode: string | null) => void
}
let wish: Wish | null = null

/** Opens the page of stores to have one chosen (by name or by distance); whoever goes back without a choice tells nobody. */
export function askForStore(none: string, tell: Wish['tell']): void {
  wish = { none, tell }
  void wx.navigateTo({ url: '/packages/shopping/stores/stores?choose=1' })
}

/** The choice that the page of stores was opened for; asked once, so that it does not outlive the page. */
export function takeWish(): Wish | null {
  const taken = wish
  wish = null
  return taken
}
