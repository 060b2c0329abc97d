import type { Pushes } from '../callbacks/pushes.ts'
import type { FaultRule } from '../state/faults.ts'
import type { World } from '../state/world.ts'
import { type Answer, refuse, write } from './answer.ts'
import { type Endpoint, text } from './call.ts'
import { menuEndpoints } from './menus.ts'
import { messageEndpoints } from './messages.ts'
import { peopleEndpoints } from './people.ts'
import { accountOf, tokenEndpoints } from './tokens.ts'
import type { SandboxAccount } from '../accounts.ts'

const endpoints = new Map<string, Endpoint>(
  Object.entries({ ...tokenEndpoints, ...messageEndpoints, ...peopleEndpoints, ...menuEndpoints }),
)

/** How a call ends on the wire. */
export type Outcome =
  | { kind: 'answer'; status: number; text: string; delayMs: number }
  /** The connection is cut, after so many bytes of the answer. */
  | { kind: 'cut'; text: string }

/** One call as it came in. */
export interface ApiRequest {
  method: string
  path: string
  search: string
  body: string
}

/** Whether a path belongs to the WeChat API, so that an unknown one is answered as WeChat would. */
export const isApiPath = (path: string): boolean => /^\/(cgi-bin|sns|wxa|wxaapi|customservice|datacube)\//.test(path)

const bySecret = (world: World, appId: string, secret: string): SandboxAccount | Answer => {
  const account = world.accounts.get(appId)
  if (account === undefined) return refuse(40013)
  return account.secret === secret ? account : refuse(40125)
}

const isAnswer = (value: SandboxAccount | Answer): value is Answer => 'errcode' in value

const parse = (body: string): Record<string, unknown> | null => {
  try {
    const data: unknown = JSON.parse(body)
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const secretless = /("secret":")[^"]*|((?:^|&)(?:secret|access_token)=)[^&]*/g

/** The WeChat API: finds the endpoint, checks the method and the right, works, and writes the journal. */
export const wechatApi = (world: World, pushes: Pushes) => {
  const work = (request: ApiRequest, query: URLSearchParams): { answer: Answer; appId: string } => {
    const endpoint = endpoints.get(request.path)
    if (endpoint === undefined) return { answer: refuse(40066, 'invalid url'), appId: '' }
    if (endpoint.method !== 'any' && endpoint.method !== request.method)
      return { answer: endpoint.method === 'POST' ? refuse(43002) : refuse(43001, 'require GET method'), appId: '' }
    const data = request.method === 'POST' && request.body !== '' ? parse(request.body) : {}
    if (data === null) return { answer: refuse(47001), appId: '' }
    const account =
      endpoint.auth === 'token'
        ? accountOf(world, query.get('access_token'))
        : endpoint.auth === 'secret'
          ? bySecret(world, query.get('appid') ?? '', query.get('secret') ?? '')
          : bySecret(world, text(data, 'appid'), text(data, 'secret'))
    if (isAnswer(account)) return { answer: account, appId: '' }
    return { answer: endpoint.run({ world, pushes, account, query, data }), appId: account.appId }
  }

  const spoil = (rule: FaultRule, request: ApiRequest, query: URLSearchParams): { outcome: Outcome; appId: string } => {
    const { fault } = rule
    const answered = (text: string, status = 200, delayMs = 0): Outcome => ({ kind: 'answer', status, text, delayMs })
    if (fault.do === 'errcode') return { outcome: answered(write(refuse(fault.errcode, fault.errmsg))), appId: '' }
    if (fault.do === 'httpStatus') return { outcome: answered('', fault.status), appId: '' }
    if (fault.do === 'drop' && fault.when === 'before') return { outcome: { kind: 'cut', text: '' }, appId: '' }
    if (fault.do === 'killToken') {
      const token = world.tokens.get(query.get('access_token') ?? '')
      if (token !== undefined) token.dead = true
    }
    const { answer, appId } = work(request, query)
    const text = write(answer)
    if (fault.do === 'delay') return { outcome: answered(text, 200, fault.ms), appId }
    if (fault.do === 'drop') return { outcome: { kind: 'cut', text: '' }, appId }
    if (fault.do === 'truncate') return { outcome: { kind: 'cut', text: text.slice(0, fault.bytes) }, appId }
    if (fault.do === 'malformed') return { outcome: answered(`${text.slice(0, -1)},}`), appId }
    return { outcome: answered(text), appId }
  }

  const appIdOf = (query: URLSearchParams): string =>
    query.get('appid') ?? world.tokens.get(query.get('access_token') ?? '')?.appId ?? ''

  return (request: ApiRequest): Outcome => {
    const started = performance.now()
    const query = new URLSearchParams(request.search)
    const rule = world.faults.strike({ path: request.path, appId: appIdOf(query), body: request.body })
    let outcome: Outcome
    let appId: string
    if (rule === null) {
      const worked = work(request, query)
      outcome = { kind: 'answer', status: 200, text: write(worked.answer), delayMs: 0 }
      appId = worked.appId
    } else {
      const spoiled = spoil(rule, request, query)
      outcome = spoiled.outcome
      appId = spoiled.appId === '' ? appIdOf(query) : spoiled.appId
    }
    const sent = request.body === '' ? request.search : request.body
    world.journal.write({
      at: world.now(),
      kind: 'api',
      appId,
      path: request.path,
      request: sent.includes('secret') || request.body === '' ? sent.replace(secretless, '$1$2…') : sent,
      response: outcome.text.includes('"access_token"') ? '{"access_token":"…"}' : outcome.text,
      status: outcome.kind === 'answer' ? outcome.status : 0,
      ms: performance.now() - started,
      ...(rule === null ? {} : { fault: rule.id }),
    })
    return outcome
  }
}
