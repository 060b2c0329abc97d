import type { Transport } from '../../server/kernel/http/client.ts'

/** What a browser would keep between two calls. */
export interface Session {
  cookie: string
  csrf: string
}

/** The error reply of a call, thrown as it came. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly reply: Record<string, unknown>
  constructor(status: number, reply: Record<string, unknown>) {
    super(`${status} ${String(reply['code'])}: ${String(reply['en'])} ${JSON.stringify(reply['details'] ?? '')}`)
    this.status = status
    this.code = String(reply['code'])
    this.reply = reply
  }
}

/** A query string of the values that are given; lists become repeated keys. */
export function queryString(query: unknown): string {
  const params = new URLSearchParams()
  for (const [key, value] of Object.entries((query ?? {}) as Record<string, unknown>)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null) params.append(key, String(one))
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

/** A transport over real HTTP that keeps the session's cookie and CSRF token as a browser does. */
export const transport =
  (base: string, session: Session, headers: Readonly<Record<string, string>> = {}): Transport =>
  async ({ method, path, query, body }) => {
    const reply = await fetch(`${base}/api${path}${queryString(query)}`, {
      method,
      headers: {
        ...(body === undefined && method === 'GET' ? {} : { 'content-type': 'application/json' }),
        ...(session.cookie === '' ? {} : { cookie: session.cookie }),
        ...(session.csrf === '' ? {} : { 'x-csrf-token': session.csrf }),
        ...headers,
      },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body ?? {}) }),
    })
    const cookie = reply.headers.getSetCookie().find(one => one.startsWith('zg_session='))
    if (cookie !== undefined) session.cookie = cookie.split(';')[0] ?? ''
    if (reply.status === 204) return undefined
    const text = await reply.text()
    const json = (reply.headers.get('content-type') ?? '').includes('json') ? (JSON.parse(text) as unknown) : text
    if (!reply.ok)
      throw new ApiError(
        reply.status,
        typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : { code: 'text', en: text },
      )
    if (typeof json === 'object' && json !== null && 'csrfToken' in json) session.csrf = String(json.csrfToken)
    return json
  }
