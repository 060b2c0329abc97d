/** What a reply says of an error that the caller can act on. */
export interface ErrorReply {
  readonly code: string
  readonly message: string
  readonly zh: string
  readonly en: string
  readonly details?: unknown
  readonly requestId?: string
}

/** An error the caller is meant to see, in both languages. Everything else that is thrown is a bug and stays loud. */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: string
  readonly status: number
  readonly zh: string
  readonly en: string
  readonly details: unknown
  constructor(code: string, status: number, zh: string, en: string, details?: unknown) {
    super(`${code}: ${en}`)
    this.code = code
    this.status = status
    this.zh = zh
    this.en = en
    this.details = details
  }
}

type Definition = readonly [status: number, zh: string, en: string]
type Details = Readonly<Record<string, unknown>>

const fill = (text: string, details: Details | undefined): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details?.[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : whole
  })

/** The errors of one module: each entry becomes a function that makes the AppError `<module>.<name>`. */
export function errors<const D extends Readonly<Record<string, Definition>>>(
  module: string,
  definitions: D,
): { readonly [K in keyof D]: (details?: Details) => AppError } {
  const made: Record<string, (details?: Details) => AppError> = {}
  for (const [name, [status, zh, en]] of Object.entries(definitions)) {
    made[name] = details => new AppError(`${module}.${name}`, status, fill(zh, details), fill(en, details), details)
  }
  return made as { readonly [K in keyof D]: (details?: Details) => AppError }
}

/** Errors that any operation can answer with. */
export const commonErrors = errors('common', {
  invalidRequest: [400, '请求内容有误：{where}', 'The request is not valid: {where}'],
  unauthenticated: [401, '请先登录', 'Please log in'],
  forbidden: [
    403,
    '没有权限：需要「{permission}」，请联系店主开通',
    'Not allowed: needs "{permission}"; ask the owner',
  ],
  notMember: [403, '请先开卡', 'Please open a membership card first'],
  badCsrf: [403, '页面已过期，请刷新后再试', 'This page has expired; reload it and try again'],
  notFound: [404, '找不到内容', 'Not found'],
  noSuchPath: [404, '没有这个地址', 'There is no such address'],
  conflict: [409, '内容已被改动，请刷新后再试', 'It has changed meanwhile; reload and try again'],
  keyReused: [409, '同一编号已用于不同的内容', 'The same key was used before with another body'],
  tooLarge: [413, '内容过大，上限 {limit}', 'Too large; the limit is {limit}'],
  tooMany: [429, '操作过于频繁，请 {seconds} 秒后再试', 'Too many requests; try again in {seconds} seconds'],
  internal: [500, '系统出错，请把编号告诉管理员', 'Something went wrong; give the request id to your administrator'],
  databaseDown: [
    503,
    '数据库暂时不可用，数据没有丢失，请稍后再试',
    'The database is unavailable; nothing is lost, try again soon',
  ],
  redisDown: [
    503,
    '缓存服务暂时不可用，数据没有丢失，请稍后再试',
    'Redis is unavailable; nothing is lost, try again soon',
  ],
})
