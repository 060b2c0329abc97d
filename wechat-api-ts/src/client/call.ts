import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Endpoint, Host } from '../endpoints/endpoint.ts'
import { againAt } from '../errors/again.ts'
import { changed, WechatError } from '../errors/error.ts'
import { writeRawJson } from './json.ts'
import type { Keeper } from './keeper.ts'
import { multipart, type Upload } from './multipart.ts'
import { parseFile, parseReply, type WechatFile } from './reply.ts'
import type { Exchange, Transport } from './transport.ts'

// z.object({}) is typed as "no key at all", which would forbid the other half's keys in an intersection.
type Part<Schema> =
  Schema extends z.ZodObject<infer Shape>
    ? keyof Shape extends never
      ? unknown
      : z.input<Schema>
    : Schema extends z.ZodType
      ? z.input<Schema>
      : never

/** What an endpoint is called with: its query and body in one object, and the file where it takes one. */
export type Input<Row extends Endpoint> = Part<Row['query']> &
  Part<Row['body']> &
  (Row['upload'] extends string ? { file: Upload } : unknown)

/** What a call gives back. */
export type Output<Row extends Endpoint> = Row['answer'] extends 'page'
  ? string
  : Row['answer'] extends 'file'
    ? WechatFile
    : Row['answer'] extends 'fileOrJson'
      ? WechatFile | z.output<Row['reply']>
      : z.output<Row['reply']>

/** No argument, an optional one, or one that is needed. */
export type Args<Row extends Endpoint> =
  unknown extends Input<Row> ? [] : Partial<Input<Row>> extends Input<Row> ? [input?: Input<Row>] : [input: Input<Row>]

/** What calls need of an account. */
export interface CallNeeds {
  appId: string
  secret: string
  hosts: Readonly<Record<Host, string>>
  transport: Transport
  timeoutMs: number
  /** How often a call that may be repeated is repeated, with back-off. */
  retries: number
  now: () => number
}

interface Prepared {
  query: Record<string, string>
  body: string | Uint8Array | undefined
  contentType: string
}

const asQuery = (fields: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
    ),
  )

const invalid = (endpoint: Endpoint, error: z.ZodError): WechatError =>
  new WechatError({
    kind: 'invalid',
    fate: 'notDone',
    path: endpoint.path,
    code: null,
    detail: z.prettifyError(error).slice(0, 300),
  })

/** Sorts the input into query, body and file, and checks it before a byte leaves. */
const prepare = (endpoint: Endpoint, input: object, secrets: Record<string, string>): Prepared => {
  const query: Record<string, unknown> = {}
  const body: Record<string, unknown> = {}
  let file: Upload | null = null
  for (const [name, value] of Object.entries(input)) {
    if (name === 'file' && endpoint.upload !== null) file = value
    else if (Object.hasOwn(endpoint.query.shape, name)) query[name] = value
    else body[name] = value
  }
  for (const checked of [endpoint.query.safeParse(query), endpoint.body.safeParse(body)])
    if (!checked.success) throw invalid(endpoint, checked.error)
  if (endpoint.method === 'GET') return { query: { ...secrets, ...asQuery(query) }, body: undefined, contentType: '' }
  if (endpoint.upload !== null && file !== null)
    return { query: asQuery(query), ...multipart(asQuery(body), endpoint.upload, file) }
  return { query: asQuery(query), body: writeRawJson({ ...secrets, ...body }), contentType: 'application/json' }
}

// A code that says "this token is no good" means another thing where the API's token is not what was shown.
const inItsPlace = (endpoint: Endpoint, error: WechatError): WechatError =>
  error.reaction !== 'token' || endpoint.auth === 'token'
    ? error
    : changed(error, { reaction: endpoint.auth === 'secret' ? 'config' : 'login' })

/** Makes calls from rows of the table: credentials, checks, one repeat with a new token, and repeats after a busy answer. */
export const caller = (needs: CallNeeds, tokens: Keeper) => {
  const { appId, secret, hosts, transport, timeoutMs } = needs

  const addressOf = (endpoint: Endpoint, query: Record<string, string>): string => {
    const search = new URLSearchParams(query).toString()
    return `${hosts[endpoint.host]}${endpoint.path}${search === '' ? '' : `?${search}`}`
  }

  const once = async (endpoint: Endpoint, { query, body, contentType }: Prepared, token: string | null) => {
    const { method, path, reply } = endpoint
    const url = addressOf(endpoint, token === null ? query : { access_token: token, ...query })
    const exchange: Exchange = { method, url, path, timeoutMs, ...(body === undefined ? {} : { body, contentType }) }
    const answered = await transport(exchange)
    return endpoint.answer === 'json'
      ? parseReply(path, answered, reply)
      : parseFile(path, answered, endpoint.answer === 'file' ? z.never() : reply)
  }

  const withToken = async (endpoint: Endpoint, prepared: Prepared): Promise<unknown> => {
    if (endpoint.auth !== 'token') return once(endpoint, prepared, null)
    const token = await tokens.get()
    try {
      return await once(endpoint, prepared, token)
    } catch (error) {
      // An error code proves that nothing was done, so repeating is safe, also for a message.
      if (!(error instanceof WechatError) || error.reaction !== 'token') throw error
      return once(endpoint, prepared, await tokens.replace(token))
    }
  }

  /** One call of a row; throws `WechatError`. */
  return async <Row extends Endpoint>(endpoint: Row, ...[input]: Args<Row>): Promise<Output<Row>> => {
    const secrets = endpoint.auth === 'secret' ? { appid: appId, [endpoint.secretField]: secret } : {}
    const prepared = prepare(endpoint, input ?? {}, secrets)
    // The row's own schema has read the answer; that its type is Output<Row> is beyond what generics can follow.
    if (endpoint.answer === 'page') return `${addressOf(endpoint, prepared.query)}#wechat_redirect` as Output<Row>
    for (let tries = 1; ; tries++) {
      try {
        return (await withToken(endpoint, prepared)) as Output<Row>
      } catch (error) {
        if (!(error instanceof WechatError)) throw error
        const now = needs.now()
        const at = againAt(error, { now, tries, repeatable: endpoint.idempotent })
        if (at === null || error.reaction !== 'retry' || tries > needs.retries) throw inItsPlace(endpoint, error)
        await sleep(at - now)
      }
    }
  }
}

/** What `caller` makes. */
export type Call = ReturnType<typeof caller>
