import { shop } from '../api/index.ts'
import { store, stored } from './storage.ts'

/** A store as shoppers choose it. */
export interface ShopStore {
  code: string
  name: string
  district: string | null
  address: string | null
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
