import { createHash, randomBytes } from 'node:crypto'

/** What `wx.config` needs on a page. */
export interface JsSdkConfig {
  appId: string
  /** Unix seconds. */
  timestamp: number
  nonceStr: string
  signature: string
}

/** The signature of one page (protocol note §3.9): over its address without the part after #, exactly as the browser shows it; `timestamp` is Unix seconds. */
export const signJsSdk = (given: { ticket: string; nonce: string; timestamp: number; url: string }): string => {
  const url = given.url.split('#', 1)[0] ?? ''
  return createHash('sha1')
    .update(`jsapi_ticket=${given.ticket}&noncestr=${given.nonce}&timestamp=${given.timestamp}&url=${url}`)
    .digest('hex')
}

/** A fresh configuration for one page. The address must come from a list of your own hosts, never from the visitor alone. */
export const jsSdkConfig = (given: { appId: string; ticket: string; url: string; nowMs: number }): JsSdkConfig => {
  const timestamp = Math.floor(given.nowMs / 1000)
  const nonceStr = randomBytes(8).toString('hex')
  const signature = signJsSdk({ ticket: given.ticket, nonce: nonceStr, timestamp, url: given.url })
  return { appId: given.appId, timestamp, nonceStr, signature }
}
