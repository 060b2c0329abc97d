import { type ErrorRow, explain, type Reaction, type SpentUntil } from './table.ts'

/**
 * Whether the platform may have acted on a failed call:
 * `notDone` it certainly has not (no connection, or an error code came back) · `unknown` the request left us and
 * no readable answer came: the message may or may not have been sent.
 */
export type Fate = 'notDone' | 'unknown'

/**
 * How a call failed: `invalid` our own check refused it before a byte left · `refused` WeChat answered an error code ·
 * `unreachable` no connection · `timeout` no answer in time · `dropped` the connection broke · `unreadable` the answer is none
 * of WeChat's (HTML, broken JSON, a missing field).
 */
export type FailureKind = 'invalid' | 'refused' | 'unreachable' | 'timeout' | 'dropped' | 'unreadable'

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
  /** Where a code means something else than elsewhere, for example 40001 at the token endpoint. */
  reaction?: Reaction | undefined
  /** The whole answer where it was JSON. */
  answer?: Readonly<Record<string, unknown>> | undefined
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
  /** Until when the quota is spent; null unless `reaction` is `quota`. */
  readonly until: SpentUntil | null
  /** Texts for people. */
  readonly zh: string
  readonly en: string
  /** WeChat's request id, to ask their support with. */
  readonly rid: string | null
  /** For 45065: the msg_id under which this mass send was submitted before; digit for digit. */
  readonly earlierId: string | null
  /** For 47003: the template parameter that is not valid. */
  readonly field: string | null
  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.path}: ${failure.code ?? failure.kind} ${failure.detail}`, options)
    this.name = 'WechatError'
    this.kind = failure.kind
    this.fate = failure.fate
    this.path = failure.path
    this.code = failure.code
    this.detail = failure.detail
    const row: ErrorRow = failure.code === null ? transportRow[failure.kind] : explain(failure.code)
    this.reaction = failure.reaction ?? row.reaction
    this.until = row.until ?? null
    this.zh = row.zh
    this.en = row.en
    this.rid = ridOf(failure.detail)
    const earlier = failure.answer?.['msg_id']
    this.earlierId = typeof earlier === 'string' || typeof earlier === 'number' ? String(earlier) : null
    this.field = failure.code === 47003 ? (/data\.(\w+)/.exec(failure.detail)?.[1] ?? null) : null
  }
}

/** The same error with another fate or reaction: what it means depends on who asked. */
export const changed = (error: WechatError, change: { fate?: Fate; reaction?: Reaction }): WechatError => {
  const { kind, path, code, detail, cause, earlierId } = error
  const answer = earlierId === null ? undefined : { msg_id: earlierId }
  const { fate = error.fate, reaction = error.reaction } = change
  return new WechatError({ kind, path, code, detail, fate, reaction, answer }, { cause })
}

const transportRow: Record<FailureKind, ErrorRow> = {
  invalid: { reaction: 'giveUp', zh: '请求不合规,未发出', en: 'The request is not valid and was not made' },
  refused: { reaction: 'giveUp', zh: '微信拒绝了请求', en: 'WeChat refused the request' },
  unreachable: { reaction: 'retry', zh: '连不上微信服务器', en: 'WeChat cannot be reached' },
  timeout: { reaction: 'retry', zh: '微信服务器超时未应答', en: 'WeChat did not answer in time' },
  dropped: { reaction: 'retry', zh: '与微信的连接中断', en: 'The connection to WeChat broke' },
  unreadable: { reaction: 'retry', zh: '微信的应答无法识别', en: 'The answer could not be read' },
}

/** WeChat's request id in an errmsg, null where none is: modern `rid: 8-8-8`, older `hint: [..]`, `hints: [ req_id: .. ]`. */
export const ridOf = (errmsg: string): string | null =>
  /rid: ([\da-f]{8}-[\da-f]{8}-[\da-f]{8})/.exec(errmsg)?.[1] ??
  /hints?: ?\[ ?(?:req_id: ?)?([\w-]+)/.exec(errmsg)?.[1] ??
  null
