import type { SandboxAccount } from '../accounts.ts'
import type { Article } from '../state/person.ts'
import { decrypt, signature } from './crypto.ts'
import { type Node, readTree } from './xml.ts'

/** What the product answered in the response to a push (wechat-protocol §1.8). */
export type Passive =
  | { kind: 'acknowledged' }
  | { kind: 'text'; text: string }
  | { kind: 'image'; mediaId: string }
  | { kind: 'voice'; mediaId: string }
  | { kind: 'video'; mediaId: string; title: string; text: string }
  | { kind: 'music'; title: string; text: string; url: string; thumbId: string }
  | { kind: 'news'; articles: Article[] }
  /** Handed over to WeChat's own desk; `agent` '' = anybody. */
  | { kind: 'transfer'; agent: string }
  /** WeChat shows 「该公众号暂时无法提供服务」; `why` is for the journal. */
  | { kind: 'bad'; why: string }

const bad = (why: string): Passive => ({ kind: 'bad', why })

const nodeOf = (value: unknown): Node => {
  if (typeof value === 'string' || typeof value === 'number') return { text: String(value), children: new Map() }
  if (typeof value !== 'object' || value === null) return { text: '', children: new Map() }
  return {
    text: '',
    children: new Map(
      Object.entries(value).map(([name, one]) => [name, Array.isArray(one) ? one.map(nodeOf) : [nodeOf(one)]]),
    ),
  }
}

const readJson = (body: string): Node | null => {
  try {
    const data: unknown = JSON.parse(body)
    return typeof data !== 'object' || data === null || Array.isArray(data) ? null : nodeOf(data)
  } catch {
    return null
  }
}

// Official accounts know XML only: a JSON answer is invalid for them (§1.4).
const read = (account: SandboxAccount, body: string): Node | null =>
  account.format === 'json' ? readJson(body) : readTree(body)

const inner = (node: Node | undefined, name: string): Node | undefined => node?.children.get(name)?.[0]
const field = (node: Node | undefined, name: string): string => inner(node, name)?.text ?? ''

/** What is left open of how strictly a reply is read. */
export interface Strictness {
  mostArticles: number
  /** Times must be seconds; else milliseconds pass too. */
  seconds: boolean
}

const isTime = (text: string, { seconds }: Strictness): boolean => (seconds ? /^\d{10}$/ : /^\d{10,13}$/).test(text)

const opened = (account: SandboxAccount, outer: Node, strict: Strictness): Node | string => {
  const timestamp = field(outer, 'TimeStamp')
  const encrypted = field(outer, 'Encrypt')
  if (field(outer, 'MsgSignature') !== signature(account.token, timestamp, field(outer, 'Nonce'), encrypted))
    return 'MsgSignature is wrong'
  if (!isTime(timestamp, strict)) return 'TimeStamp is not in seconds'
  const frame = decrypt(account.aesKey, encrypted)
  if (frame === null) return 'it does not decrypt'
  if (frame.appId !== account.appId) return 'the frame is for another app'
  return read(account, frame.text) ?? `the frame does not hold ${account.format}`
}

const media = (node: Node, kind: 'image' | 'voice', name: string): Passive => {
  const mediaId = field(inner(node, name), 'MediaId')
  return mediaId === '' ? bad(`${name}.MediaId is missing`) : { kind, mediaId }
}

const news = (node: Node, mostArticles: number): Passive => {
  const items = inner(node, 'Articles')?.children.get('item') ?? []
  if (String(items.length) !== field(node, 'ArticleCount')) return bad('ArticleCount is not the number of articles')
  if (items.length === 0 || items.length > mostArticles) return bad('too many articles, or none')
  const articles = items.map(item => ({
    title: field(item, 'Title'),
    description: field(item, 'Description'),
    picUrl: field(item, 'PicUrl'),
    url: field(item, 'Url'),
  }))
  return articles.some(one => one.title === '') ? bad('an article has no title') : { kind: 'news', articles }
}

/** wechat-protocol §1.8: what each kind must carry; music needs its thumb. */
const contents: Record<string, (node: Node, mostArticles: number) => Passive> = {
  text: node => {
    const text = field(node, 'Content')
    if (text === '') return bad('Content is empty')
    // §1.8 [U]: at most 2048 bytes.
    return Buffer.byteLength(text) <= 2048 ? { kind: 'text', text } : bad('Content is too long')
  },
  image: node => media(node, 'image', 'Image'),
  voice: node => media(node, 'voice', 'Voice'),
  video: node => {
    const video = inner(node, 'Video')
    const mediaId = field(video, 'MediaId')
    if (mediaId === '') return bad('Video.MediaId is missing')
    return { kind: 'video', mediaId, title: field(video, 'Title'), text: field(video, 'Description') }
  },
  music: node => {
    const music = inner(node, 'Music')
    const thumbId = field(music, 'ThumbMediaId')
    if (thumbId === '') return bad('Music.ThumbMediaId is missing')
    const url = field(music, 'HQMusicUrl') || field(music, 'MusicUrl')
    return { kind: 'music', title: field(music, 'Title'), text: field(music, 'Description'), url, thumbId }
  },
  news,
  transfer_customer_service: node => ({ kind: 'transfer', agent: field(inner(node, 'TransInfo'), 'KfAccount') }),
}

const judge = (account: SandboxAccount, openid: string, node: Node, strict: Strictness): Passive => {
  if (field(node, 'ToUserName') !== openid) return bad('ToUserName is not the sender')
  if (field(node, 'FromUserName') !== account.originalId) return bad('FromUserName is not the account')
  if (!isTime(field(node, 'CreateTime'), strict)) return bad('CreateTime is not in seconds')
  const type = field(node, 'MsgType')
  // §1.8 [U]: a mini-program can only hand over.
  if (account.kind === 'miniprogram' && type !== 'transfer_customer_service') return bad('a mini-program cannot answer')
  return contents[type]?.(node, strict.mostArticles) ?? bad(`MsgType ${type}`)
}

/** Reads a response as strictly as WeChat does (wechat-protocol §1.4, §1.7, §1.8). */
export const readPassive = (account: SandboxAccount, openid: string, body: string, strict: Strictness): Passive => {
  if (body === '' || body === 'success') return { kind: 'acknowledged' }
  const outer = read(account, body)
  if (outer === null) return bad(`not ${account.format}`)
  const encrypted = outer.children.has('Encrypt')
  if (account.mode === 'safe' && !encrypted) return bad('not encrypted')
  const node = encrypted ? opened(account, outer, strict) : outer
  return typeof node === 'string' ? bad(node) : judge(account, openid, node, strict)
}
