import type { Call } from '../../../server/kernel/http/client.ts'
import { ApiError } from './errors.ts'

interface Context {
  csrf: string
  language: string
  /** Called when the session is over, so that the log-in page can show. */
  ended: () => void
}

/** What every request carries; the session store fills it. */
export const context: Context = { csrf: '', language: 'zh-CN', ended: () => undefined }

const network = (): ApiError =>
  new ApiError({
    code: 'network',
    status: 0,
    zh: '连不上服务器，请检查网络后重试',
    en: 'The server cannot be reached; check the network and try again',
  })

function words(body: unknown, status: number): ApiError {
  const of = (name: string): unknown =>
    typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
  const text = (name: string, otherwise: string): string => {
    const value = of(name)
    return typeof value === 'string' ? value : otherwise
  }
  const known = of('code') !== undefined
  if (!known && status >= 502) return network()
  return new ApiError({
    code: text('code', `http.${status}`),
    status,
    zh: text('zh', '服务器没有说明原因，请稍后再试'),
    en: text('en', 'The server gave no reason; try again soon'),
    details: of('details'),
    requestId: text('requestId', ''),
  })
}

/** The address of a call, query included; unset values are left out. */
export function addressOf(path: string, query: unknown): string {
  const search = new URLSearchParams()
  if (typeof query === 'object' && query !== null) {
    for (const [key, value] of Object.entries(query))
      if (value !== undefined && value !== '' && value !== null) search.set(key, String(value))
  }
  const text = search.toString()
  return `/api${path}${text === '' ? '' : `?${text}`}`
}

async function request(
  method: string,
  address: string,
  headers: Record<string, string>,
  body: BodyInit | null,
): Promise<unknown> {
  let response: Response
  try {
    response = await fetch(address, {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        'accept-language': context.language,
        'x-csrf-token': context.csrf,
        ...headers,
      },
      body,
    })
  } catch {
    throw network()
  }
  if (response.status === 204) return undefined
  const text = await response.text()
  let reply: unknown
  try {
    reply = text === '' ? undefined : JSON.parse(text)
  } catch {
    reply = undefined
  }
  if (response.ok) return reply
  const error = words(reply, response.status)
  if (error.code === 'common.unauthenticated') context.ended()
  throw error
}

/** Sends a call of a contract over fetch; rejects with an ApiError. */
export const send = ({ method, path, query, body }: Call): Promise<unknown> =>
  request(
    method,
    addressOf(path, query),
    body === undefined ? {} : { 'content-type': 'application/json' },
    body === undefined ? null : JSON.stringify(body),
  )

/** Sends a file as multipart form data, with small fields before it. */
export function sendFile(path: string, file: File, fields: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  form.append('file', file, file.name)
  return request('POST', `/api${path}`, {}, form)
}
