import { randomBytes } from 'node:crypto'
import { secondsOf } from '../state/calendar.ts'
import type { Link } from '../state/console.ts'
import { type Answer, type Binary, ok, refuse } from './answer.ts'
import { both, type Call, type Endpoints, judging, mini, object, personOf, text, whole } from './call.ts'
import { pageExists } from './messages/content.ts'
import { qrPng } from './picture.ts'

const longestMs = 30 * 86_400_000

/** When a link ends: null = never, a code when the wish is beyond 30 days (wechat-protocol §4.2). */
const expiryOf = ({ world, data }: Call): { at: number | null } | number => {
  const now = world.now()
  if (data['is_expire'] === false) return { at: null }
  const type = whole(data, 'expire_type') ?? 0
  const days = whole(data, 'expire_interval')
  const time = whole(data, 'expire_time')
  const at = type === 1 ? (days === null ? null : now + days * 86_400_000) : time === null ? null : time * 1000
  if (at === null) return { at: now + longestMs }
  return at <= now || at > now + longestMs + 60_000 ? 85401 : { at }
}

const makeLink = (call: Call, url: string, target: Record<string, unknown>): Link | number => {
  const { world, account, desk } = call
  const path = text(target, 'path')
  if (!pageExists(world, account.appId, path)) return 40165
  if (text(target, 'query').length > 1024) return 40212
  const expiry = expiryOf(call)
  if (typeof expiry === 'number') return expiry
  const link: Link = {
    url,
    appId: account.appId,
    path: path.replace(/^\//, ''),
    query: text(target, 'query'),
    env: text(target, 'env_version') || 'release',
    expiresAt: expiry.at,
    at: world.now(),
  }
  desk.links.set(url, link)
  world.changes.count++
  return link
}

const name = (): string => randomBytes(8).toString('base64url').replaceAll(/[-_]/g, 'x')

const urlLink = (call: Call): Answer => {
  const link = makeLink(call, `https://wxaurl.cn/${name()}`, call.data)
  return typeof link === 'number' ? refuse(link) : ok({ url_link: link.url })
}

const scheme = (call: Call): Answer => {
  const link = makeLink(call, `weixin://dl/business/?t=${name()}`, object(call.data, 'jump_wxa') ?? {})
  return typeof link === 'number' ? refuse(link) : ok({ openlink: link.url })
}

const shortLink = (call: Call): Answer => {
  const [path = '', query = ''] = text(call.data, 'page_url').split(/\?(.*)/s)
  const link = makeLink(call, `#小程序://${call.account.name}/${name()}`, { path, query })
  return typeof link === 'number' ? refuse(link) : ok({ link: link.url })
}

const linkInfo = ({ desk, data }: Call): Answer => {
  const link = desk.links.get((text(data, 'url_link').split('?')[0] ?? '').trim())
  if (link === undefined) return refuse(40097)
  return ok({
    url_link_info: {
      appid: link.appId,
      path: link.path,
      query: link.query,
      create_time: secondsOf(link.at),
      expire_time: link.expiresAt === null ? 0 : secondsOf(link.expiresAt),
      env_version: link.env,
    },
    url_link_quota: { long_time_used: 0, long_time_limit: 500_000 },
  })
}

const widthOf = (data: Record<string, unknown>): number | null => {
  const width = whole(data, 'width') ?? 430
  // wechat-protocol §4.2 [U]: 280–1280.
  return width >= 280 && width <= 1280 ? width : null
}

const codePicture = (call: Call, page: string, scene: string): Binary | Answer => {
  const width = widthOf(call.data)
  if (width === null) return refuse(40097)
  // What the picture says is read by the phone of this sandbox alone; real codes are round and opaque.
  const address = `https://wxacode.sandbox/${call.account.appId}/${page}?scene=${encodeURIComponent(scene)}`
  return { bytes: qrPng(address, width), contentType: 'image/png', name: '' }
}

/** wechat-protocol §4.2: the scene is 1–32 of these signs, the page has no leading slash and exists unless check_path is off. */
const unlimited = (call: Call): Binary | Answer => {
  const scene = text(call.data, 'scene')
  if (!/^[\w!#$&'()*+,/:;=?@\-.~]{1,32}$/.test(scene)) return refuse(40129)
  const page = text(call.data, 'page')
  if (page.startsWith('/')) return refuse(41030)
  if (call.data['check_path'] !== false && !pageExists(call.world, call.account.appId, page)) return refuse(41030)
  return codePicture(call, page, scene)
}

const byPath = (call: Call): Binary | Answer => {
  const path = text(call.data, 'path')
  return path === '' || path.length > 1024 ? refuse(40159, 'invalid path') : codePicture(call, path, '')
}

const verdict = (call: Call, content: string): { suggest: string; label: number; keyword?: string } => {
  const word = call.world.settings.riskyWords.split(',').find(one => one.trim() !== '' && content.includes(one.trim()))
  return word === undefined ? { suggest: 'pass', label: 100 } : { suggest: 'risky', label: 20_006, keyword: word }
}

const traceId = (): string =>
  `${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}`

/** wechat-protocol §4.2: v2 only; the words that are found risky are a setting. */
const checkText = (call: Call): Answer => {
  const { data } = call
  if (data['version'] !== 2) return refuse(40097)
  if (personOf(call, text(data, 'openid')) === undefined) return refuse(40003)
  const content = text(data, 'content')
  if (content === '') return refuse(44004)
  if (content.length > 2500) return refuse(45002)
  const { suggest, label, keyword } = verdict(call, content)
  const detail = {
    strategy: 'content_model',
    errcode: 0,
    suggest,
    label,
    ...(keyword === undefined ? {} : { keyword, prob: 95 }),
  }
  return ok({ trace_id: traceId(), result: { suggest, label }, detail: [detail] })
}

const checkMedia = (call: Call): Answer => {
  const { world, account, data, pushes } = call
  const openid = text(data, 'openid')
  if (data['version'] !== 2 || ![1, 2].includes(whole(data, 'media_type') ?? 0)) return refuse(40097)
  if (personOf(call, openid) === undefined) return refuse(40003)
  const { suggest, label } = verdict(call, decodeURIComponent(text(data, 'media_url')))
  const trace_id = traceId()
  pushes.job(account, openid, world.settings.mediaCheckAfterMs, {
    MsgType: 'event',
    Event: 'wxa_media_check',
    appid: account.appId,
    trace_id,
    version: 2,
    detail: [{ strategy: 'content_model', errcode: 0, suggest, label, prob: 90 }],
    errcode: 0,
    errmsg: 'ok',
    result: { suggest, label },
  })
  return ok({ trace_id })
}

/** wechat-protocol §4.2: links, codes and content checks of mini-programs. */
export const miniEndpoints: Endpoints = {
  '/wxa/generate_urllink': judging(mini(urlLink)),
  '/wxa/query_urllink': mini(linkInfo),
  '/wxa/generatescheme': judging(mini(scheme)),
  '/wxa/genwxashortlink': judging(mini(shortLink)),
  '/wxa/getwxacodeunlimit': judging(mini(unlimited)),
  '/wxa/getwxacode': judging(mini(byPath)),
  '/cgi-bin/wxaapp/createwxaqrcode': judging(mini(byPath)),
  '/wxa/msg_sec_check': judging(both(checkText)),
  '/wxa/media_check_async': judging(both(checkMedia)),
  '/wxa/getuserriskrank': judging(
    mini(call => (personOf(call, text(call.data, 'openid')) === undefined ? refuse(40003) : ok({ risk_rank: 0 }))),
  ),
}
