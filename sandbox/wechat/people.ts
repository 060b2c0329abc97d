import { randomBytes } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import type { Person } from '../state/person.ts'
import type { Code, World } from '../state/world.ts'
import { ok, refuse } from './answer.ts'
import { type Call, type Endpoint, text } from './call.ts'

const unionid = (account: SandboxAccount, person: Person): { unionid?: string } => {
  const id = person.unionids[account.platform]
  return id === undefined ? {} : { unionid: id }
}

/** wechat-protocol §3.6: no name and no picture any more; somebody who does not follow is only an openid. */
const userInfo = ({ world, account, query }: Call) => {
  const found = world.byOpenid.get(query.get('openid') ?? '')
  if (found?.appId !== account.appId) return refuse(40003)
  const { person } = found
  const openid = person.openids[account.appId] ?? ''
  const follow = person.following[account.appId]
  if (follow === undefined) return { subscribe: 0, openid, tagid_list: [] }
  return {
    subscribe: 1,
    openid,
    nickname: '',
    sex: 0,
    language: 'zh_CN',
    city: '',
    province: '',
    country: '',
    headimgurl: '',
    subscribe_time: Math.floor(follow.since / 1000),
    ...unionid(account, person),
    remark: '',
    groupid: 0,
    tagid_list: [],
    subscribe_scene: follow.scene === '' ? 'ADD_SCENE_SEARCH' : 'ADD_SCENE_QR_CODE',
    qr_scene: 0,
    qr_scene_str: follow.scene,
  }
}

const pageSize = 10_000

/** wechat-protocol §3.6: up to 10,000 openids a page, in a lasting order. */
const followers = ({ world, account, query }: Call) => {
  const all: string[] = []
  for (const person of world.people.values())
    if (person.following[account.appId] !== undefined) all.push(person.openids[account.appId] ?? '')
  const after = query.get('next_openid') ?? ''
  const start = after === '' ? 0 : all.indexOf(after) + 1
  if (after !== '' && start === 0) return refuse(40003)
  const openid = all.slice(start, start + pageSize)
  const more = start + pageSize < all.length
  return {
    total: all.length,
    count: openid.length,
    ...(openid.length === 0 ? {} : { data: { openid } }),
    next_openid: more ? (openid.at(-1) ?? '') : '',
  }
}

/** A fresh code of a person for a mini-program: one use, five minutes (wechat-protocol §4.1). */
export const giveCode = (world: World, kind: 'login' | 'phone', person: Person, appId: string): string => {
  const codes = kind === 'login' ? world.loginCodes : world.phoneCodes
  const now = world.now()
  for (const [key, { madeAt }] of codes) {
    if (madeAt > now - 2 * world.settings.codeLifeMs) break
    codes.delete(key)
  }
  const code = randomBytes(18).toString('base64url').padEnd(32, '0').slice(0, 32)
  codes.set(code, { appId, personId: person.id, madeAt: now, used: false })
  return code
}

const usableCode = (world: World, codes: Map<string, Code>, text: string, appId: string): Code | number => {
  const code = codes.get(text)
  if (code === undefined || code.appId !== appId) return 40029
  if (code.used) return 40163
  if (world.now() - code.madeAt > world.settings.codeLifeMs) return 40029
  return code
}

/** wechat-protocol §4.1: 40029 for a bad or old code, 40163 for a used one; unionid because both accounts are bound. */
const login = ({ world, account, query }: Call) => {
  const code = usableCode(world, world.loginCodes, query.get('js_code') ?? '', account.appId)
  if (typeof code === 'number') return refuse(code)
  code.used = true
  const person = world.people.get(code.personId)
  if (person === undefined) return refuse(40029)
  return {
    openid: person.openids[account.appId],
    session_key: randomBytes(16).toString('base64'),
    ...unionid(account, person),
  }
}

/** wechat-protocol §4.2: the phone button's code; an openid given with it must be the one who tapped. */
const phoneNumber = ({ world, account, data }: Call) => {
  const code = usableCode(world, world.phoneCodes, text(data, 'code'), account.appId)
  if (typeof code === 'number') return refuse(40029)
  const person = world.people.get(code.personId)
  if (person === undefined) return refuse(40029)
  const openid = text(data, 'openid')
  if (openid !== '' && openid !== person.openids[account.appId]) return refuse(40003)
  code.used = true
  const watermark = { timestamp: Math.floor(world.now() / 1000), appid: account.appId }
  return ok({
    phone_info: { phoneNumber: person.phone, purePhoneNumber: person.phone, countryCode: '86', watermark },
  })
}

/** Who people are. */
export const peopleEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/user/info': { method: 'GET', auth: 'token', run: userInfo },
  '/cgi-bin/user/get': { method: 'GET', auth: 'token', run: followers },
  '/sns/jscode2session': { method: 'GET', auth: 'secret', run: login },
  '/wxa/business/getuserphonenumber': { method: 'POST', auth: 'token', run: phoneNumber },
}
