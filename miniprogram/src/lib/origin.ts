import { shop } from '../api/index.ts'
import { store } from './storage.ts'

let scanned = ''

/**
 * Keeps where a shopper came from: the word of one of our channel codes, or `?store=S01&by=<staff id>` of a link. Opening a
 * card uses it.
 */
export function noteOrigin(query: Record<string, string | undefined>): void {
  const { store: storeCode, by: recruitedBy, scene } = query
  scanned = decodeURIComponent(scene ?? '')
  if (storeCode || recruitedBy || scanned)
    store('origin', {
      ...(storeCode ? { storeCode } : {}),
      ...(recruitedBy ? { recruitedBy } : {}),
      ...(scanned ? { scene: scanned } : {}),
    })
}

/** Tells the server once that a channel code led here; only after the privacy guide was accepted. */
export function tellScan(): void {
  if (scanned) void shop.wechat.noteScan({ body: { scene: scanned } }).catch(() => {})
  scanned = ''
}
