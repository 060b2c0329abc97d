import { endpointAt, isKnownPath, type NamedEndpoint } from 'wechat-api-ts/endpoints'
import type { SandboxAccount } from '../accounts.ts'
import type { Pushes } from '../callbacks/pushes.ts'
import type { FaultRule } from '../state/faults.ts'
import type { World } from '../state/world.ts'
import { type Answer, type Binary, isBinary, refuse, write } from './answer.ts'
import { type Call, type Endpoint, isObject, type Read, text } from './call.ts'
import { allEndpoints } from './endpoints.ts'
import { readMultipart } from './multipart.ts'
import { quotaEndpoints } from './quota-calls.ts'
import { createQuotas } from './quotas.ts'
import { wrongCode } from './schema.ts'
import { accountBySecret, accountOf } from './tokens.ts'

/** How a call ends on the wire. */
export type Outcome =
  | { kind: 'answer'; status: number; content: string | Buffer; contentType: string; name: string; delayMs: number }
  /** The connection is cut, after so many bytes of the answer. */
  | { kind: 'cut'; content: string | Buffer }

/** One call as it came in. */
export interface ApiRequest {
  method: string
  path: string
  search: string
  contentType: string
  body: Buffer
  /** Where it came from. */
  ip: string
}

/** Whether a path belongs to the WeChat API, so that an unknown one is answered as WeChat would. */
export const isApiPath = (path: string): boolean =>
  /^\/(cgi-bin|sns|wxa|wxaapi|customservice|datacube|product|card)\//.test(path) && path !== '/cgi-bin/showqrcode'

const isAnswer = (value: SandboxAccount | Answer): value is Answer => 'errcode' in value

const nothing: Read = { data: {}, parts: [] }

const read = (request: ApiRequest, strict: boolean): Read | number => {
  if (request.method !== 'POST' || request.body.length === 0) return nothing
  if (request.contentType.startsWith('multipart/')) {
    const parts = readMultipart(request.contentType, request.body)
    return parts === null ? 41005 : { data: {}, parts }
  }
  const body = request.body.toString()
  // wechat-protocol §2.3: raw characters, no escapes of them. A backslash that somebody wrote is two here, and no escape.
  if (strict && /(?<!\\)(?:\\\\)*\\u[\da-f]{4}/i.test(body)) return 47002
  try {
    const data: unknown = JSON.parse(body)
    return isObject(data) ? { data, parts: [] } : 47001
  } catch {
    return 47001
  }
}

const secretless = /("(?:secret|appsecret)":")[^"]*|((?:^|&)(?:secret|access_token)=)[^&]*/g
const tokenless = /("(?:access_token|refresh_token|ticket|session_key)":")[^"]*/g

/** The WeChat API: finds the endpoint, checks the method, the right and the quota, works, and writes the journal. */
export const wechatApi = (world: World, pushes: Pushes) => {
  const quotas = createQuotas(world)
  const endpoints = new Map<string, Endpoint>(Object.entries({ ...allEndpoints, ...quotaEndpoints(quotas) }))

  const authorise = (row: NamedEndpoint, request: ApiRequest, query: URLSearchParams, { data }: Read) => {
    if (row.auth === 'token') return accountOf(world, query.get('access_token'))
    if (row.auth === 'secret') {
      const given = (name: string): string =>
        request.method === 'GET' ? (query.get(name) ?? '') : text(data, name) || (query.get(name) ?? '')
      return accountBySecret(world, given('appid'), given(row.secretField), request.ip)
    }
    // Calls without credentials of ours are those of a web log-in (wechat-protocol §3.9).
    const appId = query.get('appid') ?? world.webTokens.get(query.get('access_token') ?? '')?.appId ?? ''
    return world.accounts.get(appId) ?? refuse(query.has('appid') ? 40013 : 40001)
  }

  const work = (request: ApiRequest, query: URLSearchParams): { answer: Answer | Binary; appId: string } => {
    const endpoint = endpoints.get(request.path)
    if (endpoint === undefined || !isKnownPath(request.path)) return { answer: refuse(40066), appId: '' }
    // /cgi-bin/token is answered to GET and POST alike (wechat-protocol §2.1, errors of §2.4).
    const row = endpointAt(request.path === '/cgi-bin/token' ? 'GET' : request.method, request.path)
    if (row === null) return { answer: refuse(request.method === 'GET' ? 43002 : 43001), appId: '' }
    const body = read(request, world.settings.refuseEscapes)
    if (typeof body === 'number') return { answer: refuse(body), appId: '' }
    const account = authorise(row, request, query, body)
    if (isAnswer(account)) return { answer: account, appId: '' }
    const { appId } = account
    if (endpoint.only !== undefined && endpoint.only !== account.kind) return { answer: refuse(48001), appId }
    const over = quotas.take(appId, row.quota ?? request.path, row.daily)
    if (over !== 0) return { answer: refuse(over), appId }
    const wrong = endpoint.judges === true ? 0 : wrongCode(row, query, body)
    if (wrong !== 0) return { answer: refuse(wrong), appId }
    const desk = world.console(appId)
    const call: Call = { world, pushes, account, desk, query, ...body }
    return { answer: endpoint.run(call), appId }
  }

  const appIdOf = (query: URLSearchParams): string =>
    query.get('appid') ?? world.tokens.get(query.get('access_token') ?? '')?.appId ?? ''

  const answered = (answer: Answer | Binary, delayMs = 0): Outcome =>
    isBinary(answer)
      ? {
          kind: 'answer',
          status: 200,
          content: answer.bytes,
          contentType: answer.contentType,
          name: answer.name,
          delayMs,
        }
      : { kind: 'answer', status: 200, content: write(answer), contentType: 'text/plain', name: '', delayMs }

  const bare = (status: number, content: string): Outcome => ({
    kind: 'answer',
    status,
    content,
    contentType: status === 200 ? 'text/plain' : 'text/html',
    name: '',
    delayMs: 0,
  })

  const spoil = (rule: FaultRule, request: ApiRequest, query: URLSearchParams): { outcome: Outcome; appId: string } => {
    const { fault } = rule
    if (fault.do === 'errcode') return { outcome: answered(refuse(fault.errcode, fault.errmsg)), appId: '' }
    if (fault.do === 'httpStatus') return { outcome: bare(fault.status, '<html><body>error</body></html>'), appId: '' }
    if (fault.do === 'drop' && fault.when === 'before') return { outcome: { kind: 'cut', content: '' }, appId: '' }
    if (fault.do === 'killToken') {
      const token = world.tokens.get(query.get('access_token') ?? '')
      if (token !== undefined) token.dead = true
    }
    const { answer, appId } = work(request, query)
    if (fault.do === 'delay') return { outcome: answered(answer, fault.ms), appId }
    if (fault.do === 'drop') return { outcome: { kind: 'cut', content: '' }, appId }
    const content = isBinary(answer) ? answer.bytes : write(answer)
    if (fault.do === 'truncate') return { outcome: { kind: 'cut', content: content.slice(0, fault.bytes) }, appId }
    if (fault.do === 'malformed') return { outcome: bare(200, `${content.toString('utf8').slice(0, -1)},}`), appId }
    return { outcome: answered(answer), appId }
  }

  const ended = (request: ApiRequest, query: URLSearchParams, body: string) => {
    const rule = world.faults.strike({ path: request.path, appId: appIdOf(query), body })
    if (rule !== null) {
      const { outcome, appId } = spoil(rule, request, query)
      return { outcome, appId: appId === '' ? appIdOf(query) : appId, fault: rule.id }
    }
    if (world.chance.happens(world.settings.busyRate))
      return { outcome: answered(refuse(-1)), appId: appIdOf(query), fault: 'busy' }
    const { answer, appId } = work(request, query)
    return { outcome: answered(answer, world.settings.slowMs), appId, fault: null }
  }

  return (request: ApiRequest): Outcome => {
    const started = performance.now()
    const query = new URLSearchParams(request.search)
    const form = request.contentType.startsWith('multipart/')
    const body = form ? `(form of ${request.body.length} bytes)` : request.body.toString()
    const { outcome, appId, fault } = ended(request, query, body)
    const sent = body === '' ? request.search : body
    const said = typeof outcome.content === 'string' ? outcome.content : `(${outcome.content.length} bytes)`
    world.journal.write({
      at: world.now(),
      kind: 'api',
      appId,
      path: request.path,
      request: sent.includes('secret') || body === '' ? sent.replace(secretless, '$1$2…') : sent,
      response: /token"|ticket"|session_key"/.test(said) ? said.replace(tokenless, '$1…') : said,
      status: outcome.kind === 'answer' ? outcome.status : 0,
      ms: performance.now() - started,
      ...(fault === null ? {} : { fault }),
    })
    return outcome
  }
}
