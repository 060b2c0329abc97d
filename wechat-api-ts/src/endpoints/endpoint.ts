import { z } from 'zod'

/** Which of an account's hosts answers: api.weixin.qq.com, mp.weixin.qq.com (codes, subscription page), open.weixin.qq.com (OAuth page). */
export type Host = 'api' | 'mp' | 'open'

/**
 * How a call proves whose it is: `token` adds access_token to the query · `secret` adds appid and the secret, to the query
 * of a GET and to the body of a POST · `none` adds nothing (what it needs is among its own parameters).
 */
export type Auth = 'token' | 'secret' | 'none'

/** What comes back: `json` · `file` bytes · `fileOrJson` bytes, or JSON for some kinds · `page` opened by a person, not called. */
export type Answer = 'json' | 'file' | 'fileOrJson' | 'page'

/**
 * One WeChat endpoint as data. The client, a simulator's routing and the reference page are made from it.
 * `query` and `body` are what goes over the wire without the credentials of `auth`; both are empty objects where there is none.
 */
export interface Endpoint<
  Query extends z.ZodObject = z.ZodObject,
  Body extends z.ZodType = z.ZodType,
  Reply extends z.ZodType = z.ZodType,
  Kind extends Answer = Answer,
  Upload extends string | null = string | null,
> {
  /** One sentence: what it does, with the limits that matter. */
  readonly does: string
  readonly method: 'GET' | 'POST'
  readonly host: Host
  readonly path: string
  readonly auth: Auth
  /** The name of the secret where `auth` is `secret`. */
  readonly secretField: 'secret' | 'appsecret'
  readonly query: Query
  readonly body: Body
  readonly reply: Reply
  readonly answer: Kind
  /** Multipart form field that takes the file; the body's fields then go beside it as form fields. Null for JSON bodies. */
  readonly upload: Upload
  /** True when the same call twice has the effect of one: it may be repeated when its fate is unknown. */
  readonly idempotent: boolean
  /** Under which path WeChat counts it (`/cgi-bin/openapi/quota/get`); null where nothing is counted. */
  readonly quota: string | null
  /** Calls a day of a new service account, where the limits page tells (protocol note §3.11). */
  readonly daily: number | null
  /** Error codes that mean something here, beside those that any call may meet (-1, 40001, 42001, 45009, 45011, 48001 …). */
  readonly errors: readonly number[]
  /** Section of the protocol note; D seen in the official documents, S in sources of other SDKs, C in forum threads, U remembered. */
  readonly source: string
}

const nothing = z.object({})
/** A reply that says nothing beyond errcode 0. */
type Nothing = typeof nothing

interface Row<
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Reply extends z.ZodType,
  Kind extends Answer,
  Upload extends string | null,
> {
  does: string
  path: string
  source: string
  host?: Host
  auth?: Auth
  secretField?: 'secret' | 'appsecret'
  query?: Query
  body?: Body
  reply?: Reply
  answer?: Kind
  upload?: Upload
  idempotent?: boolean
  quota?: string | null
  daily?: number
  errors?: readonly number[]
}

const row =
  (method: 'GET' | 'POST') =>
  <
    Query extends z.ZodObject = Nothing,
    Body extends z.ZodType = Nothing,
    Reply extends z.ZodType = Nothing,
    Kind extends Answer = 'json',
    Upload extends string | null = null,
  >(
    given: Row<Query, Body, Reply, Kind, Upload>,
  ): Endpoint<Query, Body, Reply, Kind, Upload> => ({
    does: given.does,
    method,
    host: given.host ?? 'api',
    path: given.path,
    auth: given.auth ?? 'token',
    secretField: given.secretField ?? 'secret',
    // The generic defaults above are these very values: where a schema is left out, its type is Nothing's.
    query: given.query ?? (nothing as unknown as Query),
    body: given.body ?? (nothing as unknown as Body),
    reply: given.reply ?? (nothing as unknown as Reply),
    answer: given.answer ?? ('json' as Kind),
    upload: given.upload ?? (null as Upload),
    idempotent: given.idempotent ?? method === 'GET',
    quota: given.quota === undefined ? given.path : given.quota,
    daily: given.daily ?? null,
    errors: given.errors ?? [],
    source: given.source,
  })

/** A row that is read by GET; idempotent unless it says otherwise. */
export const get = row('GET')

/** A row that is written by POST; not idempotent unless it says so. */
export const post = row('POST')
