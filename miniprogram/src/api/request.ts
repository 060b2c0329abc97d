import { language, words } from '../lib/i18n/index.ts'

/** Why a call did not succeed: the server's code and words, or `offline` when it could not be reached. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly details: Record<string, unknown>
  constructor(code: string, status: number, message: string, details: Record<string, unknown> = {}) {
    super(message)
    this.code = code
    this.status = status
    this.details = details
  }
}

interface ErrorBody {
  code?: string
  zh?: string
  en?: string
  details?: Record<string, unknown>
}

const timeout = 10_000

function clean(query: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null))
}

/** One HTTP call to the shop. Rejects with ApiError. */
export function request(call: {
  method: string
  path: string
  query?: unknown
  body?: unknown
  token?: string | null
}): Promise<unknown> {
  const query = Object.entries(clean(call.query)).map(([key, value]) => `${key}=${encodeURIComponent(String(value))}`)
  return new Promise((resolve, reject) => {
    wx.request({
      url: `${__API_BASE__}${call.path}${query.length > 0 ? `?${query.join('&')}` : ''}`,
      // wx.request sends PATCH, though its typings do not list it
      method: call.method as 'GET',
      ...(call.body === undefined ? {} : { data: call.body as WechatMiniprogram.IAnyObject }),
      header: {
        'content-type': 'application/json',
        'accept-language': language() === 'en' ? 'en' : 'zh-CN',
        ...(call.token ? { authorization: `Bearer ${call.token}` } : {}),
      },
      timeout,
      success: ({ statusCode, data }) => {
        if (statusCode < 400) resolve(data)
        else reject(refusal(statusCode, data as ErrorBody))
      },
      fail: () => reject(new ApiError('offline', 0, words().errors.offline)),
    })
  })
}

const headersOf = (token: string) => ({
  authorization: `Bearer ${token}`,
  'accept-language': language() === 'en' ? 'en' : 'zh-CN',
})

/** Uploads one file of this phone; resolves with the reply. Rejects with ApiError. */
export function uploadFile(path: string, filePath: string, token: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    wx.uploadFile({
      url: `${__API_BASE__}${path}`,
      filePath,
      name: 'file',
      header: headersOf(token),
      success: ({ statusCode, data }) => {
        const body = parsed(data)
        if (statusCode < 400) resolve(body)
        else reject(refusal(statusCode, body as ErrorBody))
      },
      fail: () => reject(new ApiError('offline', 0, words().errors.offline)),
    })
  })
}

/** Fetches a file onto this phone; resolves with where it lies until the mini-program is closed. Rejects with ApiError. */
export function downloadFile(path: string, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.downloadFile({
      url: `${__API_BASE__}${path}`,
      header: headersOf(token),
      success: ({ statusCode, tempFilePath }) => {
        if (statusCode < 400) resolve(tempFilePath)
        else reject(refusal(statusCode, {}))
      },
      fail: () => reject(new ApiError('offline', 0, words().errors.offline)),
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return {}
  }
}

function refusal(status: number, body: ErrorBody): ApiError {
  const { errors } = words()
  const text = (language() === 'en' ? body.en : body.zh) ?? (status >= 500 ? errors.server : errors.unknown)
  return new ApiError(body.code ?? `http.${status}`, status, text, body.details ?? {})
}

/** What to tell the shopper about a failure. */
export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : words().errors.unknown
}

/** Whether a call failed because there is no way to the server. */
export function isOffline(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'offline'
}
