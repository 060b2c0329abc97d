import { createHmac, randomBytes } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import { secondsOf } from '../state/calendar.ts'
import { fanPages } from '../state/console.ts'
import type { Person } from '../state/person.ts'
import type { Code, World } from '../state/world.ts'
import { type Answer, ok, refuse } from './answer.ts'
import { type Call, type Endpoints, judging, mini, objects, official, personOf, text, texts } from './call.ts'

const unionid = (account: SandboxAccount, person: Person): { unionid?: string } => {
  const id = person.unionids[account.platform]
  return id === undefined ? {} : { unionid: id }
}

const infoOf = (account: SandboxAccount, person: Person): Answer => {
  const openid = person.openids[account.appId] ?? ''
  const follow = person.following[account.appId]
  if (follow === undefined) return { subscribe: 0, openid, tagid_list: [] }
  return {
    subscribe: 1,
    openid,
    nickname: '',
    sex: 0,
    language: person.language,
    city: '',
    province: '',
    country: '',
    headimgurl: '',
    subscribe_time: secondsOf(follow.since),
    ...unionid(account, person),
    remark: person.remark[account.appId] ?? '',
    groupid: 0,
    tagid_list: person.tags[account.appId] ?? [],
    subscribe_scene: follow.scene === '' ? 'ADD_SCENE_SEARCH' : 'ADD_SCENE_QR_CODE',
    qr_scene: /^\d{1,9}$/.test(follow.scene) ? Number(follow.scene) : 0,
    qr_scene_str: /^\d{1,9}$/.test(follow.scene) ? '' : follow.scene,
  }
}

/** wechat-protocol §3.6: no name and no picture any more; somebody who does not follow is only an openid. */
const userInfo = (call: Call): Answer => {
  const person = personOf(call, call.query.get('openid') ?? '')
  return person === undefined ? refuse(40003) : infoOf(call.account, person)
}

/** wechat-protocol §3.6: at most 100 at once. */
const userInfos = (call: Call): Answer => {
  const list = objects(call.data, 'user_list')
  if (list === null || list.length === 0) return refuse(40031)
  if (list.length > 100) return refuse(40032)
  const people = list.map(one => personOf(call, text(one, 'openid')))
  if (people.some(one => one === undefined)) return refuse(40003)
  return { user_info_list: people.flatMap(one => (one === undefined ? [] : [infoOf(call.account, one)])) }
}

const pageSize = 10_000

/** A page of openids after one of them, as every list of WeChat's is paged (wechat-protocol §3.6). */
export const openidPage = (list: readonly string[], start: number): Answer => {
  const openid = list.slice(start, start + pageSize)
  return {
    total: list.length,
    count: openid.length,
    ...(openid.length === 0 ? {} : { data: { openid } }),
    next_openid: openid.at(-1) ?? '',
  }
}

/** wechat-protocol §3.6: up to 10,000 openids a page, in a lasting order. */
const followers = ({ desk, query }: Call): Answer => {
  const { list, place } = fanPages(desk)
  const after = query.get('next_openid') ?? ''
  const at = after === '' ? -1 : place.get(after)
  if (at === undefined) return refuse(40003)
  const page = openidPage(list, at + 1)
  return at + 1 + pageSize < list.length ? page : { ...page, next_openid: '' }
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

const loginsAMinute = 100
const logins = new WeakMap<World, { minute: number; counts: Map<string, number> }>()

/** wechat-protocol §4.1: a hundred log-ins a minute for each person, of the machine's time. */
const oneMoreLogin = (world: World, personId: string): boolean => {
  const minute = Math.floor(Date.now() / 60_000)
  const known = logins.get(world)
  const { counts } = known?.minute === minute ? known : { counts: new Map<string, number>() }
  logins.set(world, { minute, counts })
  const count = (counts.get(personId) ?? 0) + 1
  counts.set(personId, count)
  return count <= loginsAMinute
}

/** wechat-protocol §4.1: 40029 for a bad or old code, 40163 for a used one; unionid because both accounts are bound. */
const login = ({ world, account, query }: Call): Answer => {
  const code = usableCode(world, world.loginCodes, query.get('js_code') ?? '', account.appId)
  if (typeof code === 'number') return refuse(code)
  if (!oneMoreLogin(world, code.personId)) return refuse(45011)
  code.used = true
  const person = world.people.get(code.personId)
  if (person === undefined) return refuse(40029)
  const openid = person.openids[account.appId] ?? ''
  const session_key = randomBytes(16).toString('base64')
  world.sessionKeys.set(openid, session_key)
  return { openid, session_key, ...unionid(account, person) }
}

/** wechat-protocol §4.1 [U]: the signature is the HMAC of nothing with the session key. */
const holdsSession = ({ world, query }: Call): boolean => {
  const key = world.sessionKeys.get(query.get('openid') ?? '')
  return key !== undefined && createHmac('sha256', key).update('').digest('hex') === query.get('signature')
}

const checkSession = (call: Call): Answer => (holdsSession(call) ? ok() : refuse(87009))

const resetSession = (call: Call): Answer => {
  if (!holdsSession(call)) return refuse(87009)
  const openid = call.query.get('openid') ?? ''
  const session_key = randomBytes(16).toString('base64')
  call.world.sessionKeys.set(openid, session_key)
  return ok({ openid, session_key })
}

/** wechat-protocol §4.2: the phone button's code; an openid given with it must be the one who tapped. */
const phoneNumber = ({ world, account, data }: Call): Answer => {
  const code = usableCode(world, world.phoneCodes, text(data, 'code'), account.appId)
  if (typeof code === 'number') return refuse(40029)
  const person = world.people.get(code.personId)
  if (person === undefined) return refuse(40029)
  const openid = text(data, 'openid')
  if (openid !== '' && openid !== person.openids[account.appId]) return refuse(40003)
  code.used = true
  const watermark = { timestamp: secondsOf(world.now()), appid: account.appId }
  return ok({
    phone_info: { phoneNumber: person.phone, purePhoneNumber: person.phone, countryCode: '86', watermark },
  })
}

const remark = (call: Call): Answer => {
  const person = personOf(call, text(call.data, 'openid'))
  if (person === undefined) return refuse(40003)
  // wechat-protocol §3.6 [U]: shorter than 30 characters.
  if (text(call.data, 'remark').length >= 30) return refuse(40097)
  person.remark[call.account.appId] = text(call.data, 'remark')
  return ok()
}

/** After a migration: the same people under another account's openids (wechat-protocol §3.6). */
const changeOpenid = ({ world, account, data }: Call): Answer => {
  const from = text(data, 'from_appid')
  const list = texts(data, 'openid_list')
  if (list === null || list.length === 0 || list.length > 100) return refuse(40032)
  return ok({
    result_list: list.map(ori_openid => {
      const found = world.byOpenid.get(ori_openid)
      return found?.appId === from
        ? { ori_openid, new_openid: found.person.openids[account.appId] ?? '', err_msg: 'ok' }
        : { ori_openid, err_msg: 'ori_openid error' }
    }),
  })
}

/** wechat-protocol §3.6: the blacklist; at most 20 at once [U]. */
const blacklist =
  (black: boolean) =>
  (call: Call): Answer => {
    const list = texts(call.data, 'openid_list')
    if (list === null || list.length === 0) return refuse(40031)
    if (list.length > 20) return refuse(40032)
    const people = list.map(openid => personOf(call, openid))
    if (people.some(one => one === undefined)) return refuse(40003)
    for (const person of people) {
      if (person === undefined) continue
      const openid = person.openids[call.account.appId] ?? ''
      if (black) {
        person.blacklisted[call.account.appId] = true
        call.desk.blacklist.set(openid, person)
      } else {
        delete person.blacklisted[call.account.appId]
        call.desk.blacklist.delete(openid)
      }
    }
    call.world.changes.count++
    return ok()
  }

const listBlacklist = ({ desk, data }: Call): Answer => {
  const list = [...desk.blacklist.keys()]
  const after = text(data, 'begin_openid')
  return openidPage(list, after === '' ? 0 : list.indexOf(after) + 1)
}

/** Who people are, and what the account noted about them. */
export const peopleEndpoints: Endpoints = {
  // An unknown lang is no error: foreign clients send "undefined" (tests/sandbox/foreign.test.ts).
  '/cgi-bin/user/info': judging(official(userInfo)),
  '/cgi-bin/user/info/batchget': official(userInfos),
  '/cgi-bin/user/get': official(followers),
  '/cgi-bin/user/info/updateremark': official(remark),
  '/cgi-bin/changeopenid': official(changeOpenid),
  '/cgi-bin/tags/members/getblacklist': official(listBlacklist),
  '/cgi-bin/tags/members/batchblacklist': official(blacklist(true)),
  '/cgi-bin/tags/members/batchunblacklist': official(blacklist(false)),
  '/sns/jscode2session': mini(login),
  '/wxa/resetusersessionkey': mini(resetSession),
  '/wxa/checksession': mini(checkSession),
  '/wxa/business/getuserphonenumber': mini(phoneNumber),
}
