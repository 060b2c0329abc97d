/** What the server said of a request it refused, or what went wrong on the way ('network', 'aborted'). */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: string
  readonly status: number
  readonly zh: string
  readonly en: string
  readonly details: unknown
  readonly requestId: string | null
  constructor(of: {
    code: string
    status: number
    zh: string
    en: string
    details?: unknown
    requestId?: string | null
  }) {
    super(`${of.code}: ${of.en}`)
    this.code = of.code
    this.status = of.status
    this.zh = of.zh
    this.en = of.en
    this.details = of.details
    this.requestId = of.requestId ?? null
  }
}

/** The sentence of an error in the reader's language; a fault of our own says so plainly. */
export function errorText(error: unknown, locale: string): string {
  if (error instanceof ApiError) return locale === 'en' ? error.en : error.zh
  return locale === 'en' ? 'The page could not finish this. Reload and try again.' : '页面没能完成这一步，请刷新后再试'
}

/** The permission that was missing, when that is why a request was refused. */
export function missingPermission(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'common.forbidden') return null
  const details: unknown = error.details
  if (typeof details === 'object' && details !== null && 'permission' in details) return String(details.permission)
  return ''
}
