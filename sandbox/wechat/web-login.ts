import { randomBytes } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import { type Person, snapshotIds } from '../state/person.ts'
import type { World } from '../state/world.ts'
import { type Answer, ok, refuse } from './answer.ts'
import { type Call, type Endpoints, official } from './call.ts'

/** A code for the address that a web log-in goes back to: one use, five minutes (wechat-protocol §3.9). */
export const giveWebCode = (world: World, account: SandboxAccount, person: Person, scope: string): string => {
  const code = randomBytes(24).toString('base64url')
  world.webCodes.set(code, { appId: account.appId, personId: person.id, madeAt: world.now(), used: false, scope })
  return code
}

const tokens = ({ world, account }: Call, person: Person, scope: string, refresh_token?: string): Answer => {
  const ids = world.settings.snapshotUsers
    ? { ...snapshotIds(account, person), is_snapshotuser: 1 }
    : { openid: person.openids[account.appId] ?? '', unionid: person.unionids[account.platform] }
  const base = { appId: account.appId, personId: person.id, scope }
  const access_token = `W_${randomBytes(48).toString('base64url')}`
  const lasting = refresh_token ?? `R_${randomBytes(48).toString('base64url')}`
  const now = world.now()
  world.webTokens.set(access_token, { ...base, refresh: false, expiresAt: now + world.settings.tokenLifeMs })
  if (refresh_token === undefined)
    world.webTokens.set(lasting, { ...base, refresh: true, expiresAt: now + world.settings.refreshTokenLifeMs })
  return { access_token, expires_in: world.settings.tokenLifeMs / 1000, refresh_token: lasting, ...ids, scope }
}

const byCode = (call: Call): Answer => {
  const { world, account, query } = call
  if (query.get('grant_type') !== 'authorization_code') return refuse(40002)
  if ((query.get('code') ?? '') === '') return refuse(41008)
  const code = world.webCodes.get(query.get('code') ?? '')
  if (code?.appId !== account.appId) return refuse(40029)
  if (code.used) return refuse(40163)
  if (world.now() - code.madeAt > world.settings.codeLifeMs) return refuse(42003)
  code.used = true
  const person = world.people.get(code.personId)
  return person === undefined ? refuse(40029) : tokens(call, person, code.scope)
}

const byRefresh = (call: Call): Answer => {
  const { world, account, query } = call
  if (query.get('grant_type') !== 'refresh_token') return refuse(40002)
  const given = query.get('refresh_token') ?? ''
  const token = world.webTokens.get(given)
  if (token?.refresh !== true || token.appId !== account.appId) return refuse(40030)
  if (token.expiresAt <= world.now()) return refuse(42002)
  const person = world.people.get(token.personId)
  return person === undefined ? refuse(40030) : tokens(call, person, token.scope, given)
}

const holder = ({ world, account, query }: Call): { person: Person; scope: string } | number => {
  const token = world.webTokens.get(query.get('access_token') ?? '')
  const person = world.people.get(token?.personId ?? '')
  if (token === undefined || token.refresh || person === undefined) return 40001
  if (token.expiresAt <= world.now()) return 42001
  const own = [person.openids[account.appId], snapshotIds(account, person).openid]
  return own.includes(query.get('openid') ?? '') ? { person, scope: token.scope } : 40003
}

const userInfo = (call: Call): Answer => {
  const found = holder(call)
  if (typeof found === 'number') return refuse(found)
  if (found.scope !== 'snsapi_userinfo') return refuse(48001)
  const { person } = found
  // wechat-protocol §3.9: no sex and no place since 2021-10-20.
  return {
    openid: call.query.get('openid') ?? '',
    nickname: person.name,
    sex: 0,
    province: '',
    city: '',
    country: '',
    headimgurl: `${call.world.addresses.ownUrl}/__sim/people/${encodeURIComponent(person.id)}/face.svg`,
    privilege: [],
    unionid: person.unionids[call.account.platform],
  }
}

/** wechat-protocol §3.9: what a web page learns of who looks at it; these tokens are not the API's. */
export const webEndpoints: Endpoints = {
  '/sns/oauth2/access_token': official(byCode),
  '/sns/oauth2/refresh_token': official(byRefresh),
  '/sns/userinfo': official(userInfo),
  '/sns/auth': official(call => {
    const found = holder(call)
    return typeof found === 'number' ? refuse(found) : ok()
  }),
}
