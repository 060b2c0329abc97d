import { createHmac, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'

/** A reply that is not 2xx. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly code: string
  readonly details: unknown
  constructor(status: number, what: string, body: { code?: string; message?: string; details?: unknown }) {
    super(
      `${what}: ${status} ${body.code ?? ''} ${body.message ?? JSON.stringify(body)} ${body.details === undefined ? '' : JSON.stringify(body.details)}`,
    )
    this.status = status
    this.code = body.code ?? ''
    this.details = body.details
  }
}

/** Sends JSON and answers JSON; the callers below add who is calling. Type of the answer: the caller's claim. */
export type Call = <T = unknown>(method: string, path: string, body?: unknown) => Promise<T>

interface Wire {
  base: string
  headers(request: { method: string; path: string; body: string }): Record<string, string>
  onReply?(reply: Response): void
}

function caller(wire: Wire): Call {
  return async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const text = body === undefined ? '' : JSON.stringify(body)
    const reply = await retried(`${method} ${path}`, () =>
      fetch(wire.base + path, {
        method,
        headers: {
          ...(text === '' ? {} : { 'content-type': 'application/json' }),
          ...wire.headers({ method, path, body: text }),
        },
        ...(text === '' ? {} : { body: text }),
      }),
    )
    wire.onReply?.(reply)
    const answer = await reply.text()
    const json = answer === '' ? undefined : JSON.parse(answer)
    if (!reply.ok) throw new HttpError(reply.status, `${method} ${path}`, json ?? {})
    return json
  }
}

/** A refused connection is tried again for a few seconds: the process on the other side may just have been started anew. */
async function retried(what: string, send: () => Promise<Response>): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send()
    } catch (error) {
      if (attempt === 20) throw new Error(`${what}: no answer`, { cause: error })
      await wait(100)
    }
  }
}

/** Somebody who calls without a session: the sandbox's own API, and the public part of the product. */
export const anonymous = (base: string): Call => caller({ base, headers: () => ({}) })

/** A member of the staff who is logged in: calls of the API, and uploads of files to import. */
export interface StaffSession {
  call: Call
  /** Files to import, or those that another path takes. */
  upload(name: string, bytes: Buffer, path?: string): Promise<{ fileId: string }>
}

/** Logs a member of staff in; with `next`, the first log-in with a one-time password, which `next` then replaces. */
export async function logIn(base: string, username: string, password: string, next?: string): Promise<StaffSession> {
  let cookie = ''
  let csrf = ''
  const headers = () => ({
    ...(cookie === '' ? {} : { cookie }),
    ...(csrf === '' ? {} : { 'x-csrf-token': csrf }),
    'accept-language': 'en',
  })
  const call = caller({
    base,
    headers,
    onReply: reply => {
      for (const set of reply.headers.getSetCookie())
        if (set.startsWith('zg_session=')) cookie = set.split(';')[0] ?? ''
    },
  })
  csrf = (await call<{ csrfToken: string }>('POST', '/api/admin/login', { username, password })).csrfToken
  if (next !== undefined)
    csrf = (await call<{ csrfToken: string }>('POST', '/api/admin/me/password', { current: password, next })).csrfToken
  return {
    call,
    upload: async (name, bytes, path = '/api/admin/imports/files') => {
      const form = new FormData()
      form.append('file', new Blob([new Uint8Array(bytes)]), name)
      const reply = await fetch(`${base}${path}`, { method: 'POST', headers: headers(), body: form })
      const json: { fileId: string; code?: string; message?: string } = JSON.parse(await reply.text())
      if (!reply.ok) throw new HttpError(reply.status, `upload ${name}`, json)
      return json
    },
  }
}

/** The mini-program of one shopper: a bearer token from wx.login's code. */
export const shopper = (base: string, token: string): Call =>
  caller({ base, headers: () => ({ authorization: `Bearer ${token}` }) })

/** A till that signs its requests: HMAC-SHA256 over id, time, nonce, method and path, and body, line by line. */
export const till = (base: string, tillId: string, key: string): Call =>
  caller({
    base,
    headers: ({ method, path, body }) => {
      const timestamp = String(Math.floor(Date.now() / 1000))
      const nonce = randomUUID().replaceAll('-', '')
      const signature = createHmac('sha256', key)
        .update([tillId, timestamp, nonce, `${method} ${path}`, body].join('\n'))
        .digest('hex')
      return {
        'x-till-id': tillId,
        'x-till-timestamp': timestamp,
        'x-till-nonce': nonce,
        'x-till-signature': signature,
      }
    },
  })

/** Runs work over many items, so many at once. */
export async function forEachAtOnce<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (let i = next++; i < items.length; i = next++) {
        const item = items[i]
        if (item !== undefined) await work(item, i)
      }
    }),
  )
}
