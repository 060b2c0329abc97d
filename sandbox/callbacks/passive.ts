import type { SandboxAccount } from '../accounts.ts'
import { decrypt, signature } from './crypto.ts'
import { readXml } from './xml.ts'

/** What the product answered in the response to a push. */
export type Passive =
  | { kind: 'acknowledged' }
  | { kind: 'text'; text: string }
  /** A kind of answer that the phone only names, for example `transfer_customer_service`. */
  | { kind: 'other'; type: string }
  /** WeChat shows 「该公众号暂时无法提供服务」; `why` is for the journal. */
  | { kind: 'bad'; why: string }

type Fields = ReadonlyMap<string, string>

const bad = (why: string): Passive => ({ kind: 'bad', why })

const readJson = (body: string): Fields | null => {
  try {
    const data: unknown = JSON.parse(body)
    if (typeof data !== 'object' || data === null || Array.isArray(data)) return null
    return new Map(Object.entries(data).map(([name, value]) => [name, typeof value === 'object' ? '' : String(value)]))
  } catch {
    return null
  }
}

// Official accounts know XML only: a JSON answer is invalid for them (§1.4).
const read = (account: SandboxAccount, body: string): Fields | null =>
  account.format === 'json' ? readJson(body) : readXml(body)

const opened = (account: SandboxAccount, outer: Fields): Fields | string => {
  const [encrypted = '', given, timestamp = '', nonce = ''] = ['Encrypt', 'MsgSignature', 'TimeStamp', 'Nonce'].map(
    name => outer.get(name),
  )
  if (given !== signature(account.token, timestamp, nonce, encrypted)) return 'MsgSignature is wrong'
  if (!/^\d{10}$/.test(timestamp)) return 'TimeStamp is not in seconds'
  const frame = decrypt(account.aesKey, encrypted)
  if (frame === null) return 'it does not decrypt'
  if (frame.appId !== account.appId) return 'the frame is for another app'
  return read(account, frame.text) ?? `the frame does not hold ${account.format}`
}

const judge = (account: SandboxAccount, openid: string, fields: Fields): Passive => {
  if (fields.get('ToUserName') !== openid) return bad('ToUserName is not the sender')
  if (fields.get('FromUserName') !== account.originalId) return bad('FromUserName is not the account')
  if (!/^\d{10}$/.test(fields.get('CreateTime') ?? '')) return bad('CreateTime is not in seconds')
  const type = fields.get('MsgType') ?? ''
  if (type === 'text') {
    const text = fields.get('Content') ?? ''
    if (text === '') return bad('Content is empty')
    // §1.8 [U]: at most 2048 bytes.
    return Buffer.byteLength(text) <= 2048 ? { kind: 'text', text } : bad('Content is too long')
  }
  if (['image', 'voice', 'video', 'music', 'news', 'transfer_customer_service'].includes(type))
    return { kind: 'other', type }
  return bad(`MsgType ${type}`)
}

/** Reads a response as strictly as WeChat does (wechat-protocol §1.4, §1.7, §1.8). */
export const readPassive = (account: SandboxAccount, openid: string, body: string): Passive => {
  if (body === '' || body === 'success') return { kind: 'acknowledged' }
  const outer = read(account, body)
  if (outer === null) return bad(`not ${account.format}`)
  const encrypted = outer.has('Encrypt')
  if (account.mode === 'safe' && !encrypted) return bad('not encrypted')
  const fields = encrypted ? opened(account, outer) : outer
  return typeof fields === 'string' ? bad(fields) : judge(account, openid, fields)
}
