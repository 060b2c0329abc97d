import type { ServerResponse } from 'node:http'
import type { SandboxAccount } from '../accounts.ts'
import type { Person } from '../state/person.ts'
import type { World } from '../state/world.ts'
import { giveWebCode } from '../wechat/web-login.ts'
import { dialog, picker, problem } from './html.ts'

/** One visit of somebody's browser inside WeChat. */
export interface Visit {
  path: string
  query: URLSearchParams
  cookie: string
  response: ServerResponse
}

const send = (response: ServerResponse, status: number, html: string): void =>
  void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html)

const go = (response: ServerResponse, location: string): void => void response.writeHead(302, { location }).end()

/** Who holds the phone: told by the phone in the address or in a cookie. */
const visitor = (world: World, { query, cookie }: Visit): Person | undefined => {
  const id = query.get('sim_person') ?? /(?:^|;\s*)sim_person=([^;]+)/.exec(cookie)?.[1] ?? ''
  return world.people.get(decodeURIComponent(id))
}

const askWho = (world: World, visit: Visit): void => {
  const people = [...world.people.values()].slice(0, 30)
  const link = (id: string): string => {
    const query = new URLSearchParams(visit.query)
    query.set('sim_person', id)
    return `${visit.path}?${query.toString()}`
  }
  send(visit.response, 200, picker(people.map(({ id, name, phone }) => ({ name, phone, href: link(id) }))))
}

const withQuery = (address: string, more: Record<string, string>): string => {
  const url = new URL(address)
  for (const [name, value] of Object.entries(more)) url.searchParams.set(name, value)
  return url.href
}

const webAddress = (text: string | null): URL | null => {
  const url = text === null ? null : URL.parse(text)
  return url !== null && /^https?:$/.test(url.protocol) ? url : null
}

/** wechat-protocol §3.9: base goes straight back, userinfo asks first; the host must be the configured one. */
const authorize = (world: World, visit: Visit): void => {
  const { query, response } = visit
  const account = world.accounts.get(query.get('appid') ?? '')
  if (account?.kind !== 'official') return send(response, 200, problem('appid 参数错误', '10003'))
  const back = webAddress(query.get('redirect_uri'))
  if (back === null || (account.webDomain !== undefined && account.webDomain !== back.host))
    return send(response, 200, problem('redirect_uri域名与后台配置不一致', '10003'))
  const scope = query.get('scope') ?? ''
  if (scope !== 'snsapi_base' && scope !== 'snsapi_userinfo')
    return send(response, 200, problem('Scope 参数错误或没有 Scope 权限', '10005'))
  const state = query.get('state') ?? ''
  if (query.get('response_type') !== 'code' || !/^[\w-]{0,128}$/.test(state))
    return send(response, 200, problem('参数错误', '10012'))
  const person = visitor(world, visit)
  if (person === undefined) return askWho(world, visit)
  if (scope === 'snsapi_base') return go(response, answerTo(world, account, person, scope, back, state))
  const decided = query.get('sim_consent')
  if (decided === 'yes') return go(response, answerTo(world, account, person, scope, back, state))
  // Who says no is sent back without a code.
  if (decided === 'no') return go(response, withQuery(back.href, { state }))
  const choice = (yes: boolean): string => {
    const more = new URLSearchParams(query)
    more.set('sim_person', person.id)
    more.set('sim_consent', yes ? 'yes' : 'no')
    return `${visit.path}?${more.toString()}`
  }
  send(
    response,
    200,
    dialog({
      account: account.name,
      title: '申请获取并使用你的以下信息',
      lines: [`昵称、头像（${person.name}）`],
      yes: { text: '允许', href: choice(true) },
      no: { text: '拒绝', href: choice(false) },
    }),
  )
}

const answerTo = (
  world: World,
  account: SandboxAccount,
  person: Person,
  scope: string,
  back: URL,
  state: string,
): string => withQuery(back.href, { code: giveWebCode(world, account, person, scope), state })

/** wechat-protocol §3.2: the page where somebody agrees to one message. */
const subscribePage = (world: World, visit: Visit): void => {
  const { query, response } = visit
  const account = world.accounts.get(query.get('appid') ?? '')
  const back = webAddress(query.get('redirect_url'))
  const [scene, template_id] = [query.get('scene') ?? '', query.get('template_id') ?? '']
  if (account?.kind !== 'official' || back === null || !/^\d{1,5}$/.test(scene) || Number(scene) > 10_000)
    return send(response, 200, problem('参数错误', '10012'))
  const person = visitor(world, visit)
  if (person === undefined) return askWho(world, visit)
  const openid = person.openids[account.appId] ?? ''
  const decided = query.get('sim_consent')
  if (decided === 'confirm' || decided === 'cancel') {
    if (decided === 'confirm')
      world.console(account.appId).oneTime.set(`${openid} ${template_id} ${scene}`, { personId: person.id, scene })
    const more = { openid, template_id, action: decided, scene, reserved: query.get('reserved') ?? '' }
    return go(response, withQuery(back.href, more))
  }
  const choice = (what: string): string => {
    const more = new URLSearchParams(query)
    more.set('sim_person', person.id)
    more.set('sim_consent', what)
    return `${visit.path}?${more.toString()}`
  }
  send(
    response,
    200,
    dialog({
      account: account.name,
      title: '申请给你下发一条消息',
      lines: ['同意后，公众号可以给你下发一条消息'],
      yes: { text: '同意', href: choice('confirm') },
      no: { text: '取消', href: choice('cancel') },
    }),
  )
}

/** Pages that people open inside WeChat, by path. */
export const webPages: Record<string, (world: World, visit: Visit) => void> = {
  '/connect/oauth2/authorize': authorize,
  '/mp/subscribemsg': subscribePage,
}
