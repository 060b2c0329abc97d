/** A failed call to WeChat Pay. It never holds a request: that would be the merchant's key. */
export class PayError extends Error {
  /** WeChat's code, for example NOTENOUGH, or the transport's: UNREACHABLE, TIMEOUT, DROPPED, UNTRUSTED, UNREADABLE. */
  readonly code: string
  /** `notDone` it certainly was not; `unknown` it may have been: ask by number. */
  readonly fate: 'notDone' | 'unknown'
  readonly status: number | null
  /** WeChat's words, in Chinese. */
  readonly detail: string
  constructor(failure: { code: string; fate: 'notDone' | 'unknown'; status?: number | null; detail: string }) {
    super(`WeChat Pay: ${failure.code} ${failure.detail}`)
    this.name = 'PayError'
    this.code = failure.code
    this.fate = failure.fate
    this.status = failure.status ?? null
    this.detail = failure.detail
  }
}

/** A notice that is not WeChat's, or not for this merchant; `reason` is for the log, the answer tells nothing. */
export class NoticeRefused extends Error {
  readonly reason: 'headers' | 'stale' | 'serial' | 'signature' | 'body' | 'sealed' | 'merchant'
  constructor(reason: NoticeRefused['reason']) {
    super(`payment notice refused: ${reason}`)
    this.name = 'NoticeRefused'
    this.reason = reason
  }
}

const neverConnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

const property = (thing: unknown, name: string): unknown =>
  typeof thing === 'object' && thing !== null ? Reflect.get(thing, name) : undefined

const textOf = (thing: unknown, name: string): string => {
  const value = property(thing, name)
  return typeof value === 'string' ? value : ''
}

/**
 * What the library threw, as a `PayError`. Its own error is dropped, for it carries the configuration, and in it the private key.
 * A 5xx or 202 says nothing about what was done (SYSTEM_ERROR, ACCEPTED: query), a 4xx that nothing was.
 */
export function asPayError(thrown: unknown): PayError {
  const code = textOf(thrown, 'code')
  if (code.startsWith('EV3_'))
    return new PayError({ code: 'UNTRUSTED', fate: 'unknown', detail: `the answer is not signed by WeChat: ${code}` })
  const response = property(thrown, 'response')
  const status = property(response, 'status')
  if (typeof status === 'number') {
    const data = property(response, 'data')
    const fate = status >= 400 && status < 500 ? 'notDone' : 'unknown'
    return new PayError({
      code: textOf(data, 'code') || `HTTP_${status}`,
      fate,
      status,
      detail: textOf(data, 'message'),
    })
  }
  if (neverConnected.has(code)) return new PayError({ code: 'UNREACHABLE', fate: 'notDone', detail: code })
  const late = code === 'ECONNABORTED' || code === 'ETIMEDOUT'
  return new PayError({ code: late ? 'TIMEOUT' : 'DROPPED', fate: 'unknown', detail: code })
}
