import { type ErrorRow, explain, type Reaction } from './error-table.ts'

/**
 * Whether the platform may have acted on a failed call:
 * `notDone` it certainly has not (no connection, or an error code came back) · `unknown` the request left us and
 * no readable answer came: the message may or may not have been sent.
 */
export type Fate = 'notDone' | 'unknown'

/** How a call failed. */
export type FailureKind = 'refused' | 'unreachable' | 'timeout' | 'dropped' | 'unreadable'

/** What a failed call tells its caller. */
export interface Failure {
  kind: FailureKind
  fate: Fate
  /** API path, without query: no token ever gets into a log through an error. */
  path: string
  /** WeChat's errcode where one came, else null. */
  code: number | null
  /** WeChat's errmsg or the transport's own words. */
  detail: string
}

/** A failed call to WeChat; `fate` decides whether it may be sent again. */
export class WechatError extends Error {
  readonly kind: FailureKind
  readonly fate: Fate
  readonly path: string
  readonly code: number | null
  /** WeChat's errmsg or the transport's own words. */
  readonly detail: string
  readonly reaction: Reaction
  /** Texts for people. */
  readonly zh: string
  readonly en: string
  /** WeChat's request id, to ask their support with. */
  readonly rid: string | null
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.path}: ${failure.code ?? failure.kind} ${failure.detail}`, options)
    this.name = 'WechatError'
    this.kind = failure.kind
    this.fate = failure.fate
    this.path = failure.path
    this.code = failure.code
    this.detail = failure.detail
    const row: ErrorRow = failure.code === null ? transportRow[failure.kind] : explain(failure.code)
    this.reaction = row.reaction
    this.zh = row.zh
    this.en = row.en
    this.rid = ridOf(failure.detail)
  }
}

/** The same error with another fate. */
export const withFate = ({ kind, path, code, detail, cause }: WechatError, fate: Fate): WechatError =>
  new WechatError({ kind, fate, path, code, detail }, { cause })

const transportRow: Record<FailureKind, ErrorRow> = {
  refused: { reaction: 'giveUp', zh: '微信拒绝了请求', en: 'WeChat refused the request' },
  unreachable: { reaction: 'retry', zh: '连不上微信服务器', en: 'WeChat cannot be reached' },
  timeout: { reaction: 'retry', zh: '微信服务器超时未应答', en: 'WeChat did not answer in time' },
  dropped: { reaction: 'retry', zh: '与微信的连接中断', en: 'The connection to WeChat broke' },
  unreadable: { reaction: 'retry', zh: '微信的应答无法识别', en: 'The answer could not be read' },
}

/** The request id in an errmsg: modern `rid: 8-8-8`, older `hint: [..]`, `hints: [ req_id: .. ]`. */
export const ridOf = (errmsg: string): string | null =>
  /rid: ([\da-f]{8}-[\da-f]{8}-[\da-f]{8})/.exec(errmsg)?.[1] ??
  /hints?: ?\[ ?(?:req_id: ?)?([\w-]+)/.exec(errmsg)?.[1] ??
  null
