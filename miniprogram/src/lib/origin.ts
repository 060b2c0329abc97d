import { store } from './storage.ts'

/**
 * Keeps where a shopper came from: `?store=S01&by=<staff id>` of a link, or the same as the scene of a mini-program
 * code (`s=S01&b=<staff id>`). Opening a card uses it.
 */
export function noteOrigin(query: Record<string, string | undefined>): void {
  const scene = new Map(
    decodeURIComponent(query['scene'] ?? '')
      .split('&')
      .map(pair => pair.split('=') as [string, string]),
  )
  const storeCode = query['store'] ?? scene.get('s')
  const recruitedBy = query['by'] ?? scene.get('b')
  if (storeCode || recruitedBy)
    store('origin', { ...(storeCode ? { storeCode } : {}), ...(recruitedBy ? { recruitedBy } : {}) })
}
