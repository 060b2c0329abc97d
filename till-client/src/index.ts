import { createHmac, randomBytes } from 'node:crypto'
import { operations, type TillOperations } from './operations.ts'

export type { TillOperations } from './operations.ts'

/** How a till reaches the shop. */
export interface TillOptions {
  /** Without a path, e.g. https://crm.example.com. */
  readonly baseUrl: string
  readonly tillId: string
  /** As it was shown once when the till was registered. */
  readonly key: string
  /** Milliseconds for one try; 5,000 when not told. */
  readonly timeout?: number
  /** Tries more when nobody answers; 2 when not told. Every one is safe: a request carries a permanent key. */
  readonly retries?: number
  /** For tests. */
  readonly fetch?: typeof fetch
  readonly now?: () => Date
}

/** The shop refused, with a code to act on and words to say; `offline` when nobody answered. */
export class TillError extends Error {
  override readonly name = 'TillError'
  readonly code: string
  readonly status: number
  readonly zh: string
  readonly en: string
  readonly details: Readonly<Record<string, unknown>>
  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    const text = (key: string): string => (typeof body[key] === 'string' ? body[key] : '')
    super(`${text('code') || `http.${status}`}: ${text('en')}`)
    this.code = text('code') || `http.${status}`
    this.status = status
    this.zh = text('zh')
    this.en = text('en')
    this.details = isRecord(body['details']) ? body['details'] : {}
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

type Given<O> = {
  [
    K in 'params' | 'query' | 'body' as K extends keyof O ? (O[K] extends undefined ? never : K) : never
  ]: K extends keyof O ? O[K] : never
}
type Asked<O> = keyof Given<O> extends never ? [] : [Given<O>]

/** All that a till may ask, by name. */
export type TillClient = {
  readonly [K in keyof TillOperations]: (...given: Asked<TillOperations[K]>) => Promise<TillOperations[K]['reply']>
}

/** The headers that sign a request: HMAC-SHA256 in hex over till, time, nonce, method with path, and body, each on a line. */
export function signedHeaders(
  { tillId, key, now = () => new Date() }: Pick<TillOptions, 'tillId' | 'key' | 'now'>,
  request: { readonly method: string; readonly path: string; readonly body: string },
): Record<string, string> {
  const timestamp = String(Math.floor(now().getTime() / 1000))
  const nonce = randomBytes(16).toString('hex')
  const text = [tillId, timestamp, nonce, `${request.method} ${request.path}`, request.body].join('\n')
  return {
    'content-type': 'application/json',
    'x-till-id': tillId,
    'x-till-timestamp': timestamp,
    'x-till-nonce': nonce,
    'x-till-signature': createHmac('sha256', key).update(text, 'utf8').digest('hex'),
  }
}

interface Parts {
  readonly params?: Readonly<Record<string, unknown>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly body?: unknown
}

/**
 * A client of the till API. A call rejects with TillError; when nobody answers it is repeated (signed anew, the body with its
 * key unchanged, so that nothing happens twice) and at last rejects with the code `offline`: then sell by the rules of the
 * offline kit, and tell the sale later by `settleOffline`.
 */
export function tillClient(options: TillOptions): TillClient {
  const { baseUrl, timeout = 5_000, retries = 2, fetch: send = fetch } = options

  async function once(method: string, path: string, body: string): Promise<{ status: number; json: unknown } | null> {
    try {
      const reply = await send(baseUrl + path, {
        method,
        headers: signedHeaders(options, { method, path: path.split('?')[0] ?? path, body }),
        ...(method === 'GET' ? {} : { body }),
        signal: AbortSignal.timeout(timeout),
      })
      const text = await reply.text()
      return { status: reply.status, json: text === '' ? undefined : JSON.parse(text) }
    } catch {
      return null
    }
  }

  async function call(name: keyof TillOperations, { params = {}, query = {}, body }: Parts = {}): Promise<unknown> {
    const { method, path } = operations[name]
    const place = path.replaceAll(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(params[key])))
    const asked = Object.entries(query).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}=${encodeURIComponent(String(value))}`],
    )
    const text = body === undefined ? (String(method) === 'GET' ? '' : '{}') : JSON.stringify(body)
    for (let tries = 0; ; tries++) {
      const answer = await once(method, asked.length === 0 ? place : `${place}?${asked.join('&')}`, text)
      if (answer !== null && answer.status < 400) return answer.json
      if (answer !== null && answer.status < 500)
        throw new TillError(answer.status, isRecord(answer.json) ? answer.json : {})
      if (tries < retries) continue
      throw new TillError(
        answer?.status ?? 0,
        isRecord(answer?.json) ? answer.json : { code: 'offline', zh: '网络不通', en: 'Nobody answers' },
      )
    }
  }

  return Object.fromEntries(
    Object.keys(operations).map(name => [name, (given?: Parts) => call(name as keyof TillOperations, given)]),
  ) as unknown as TillClient
}
