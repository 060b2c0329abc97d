import { decryptFrame, type Fields, readAesKey, readDocument, sign, textOf } from 'wechat-api-ts'
import type { SandboxAccount } from '../accounts.ts'

/** What the product answered in the response to a push. */
export type Passive =
  | { kind: 'acknowledged' }
  | { kind: 'text'; text: string }
  /** A kind of answer that the phone only names, for example `transfer_customer_service`. */
  | { kind: 'other'; type: string }
  /** WeChat shows 「该公众号暂时无法提供服务」; `why` is for the journal. */
  | { kind: 'bad'; why: string }

const bad = (why: string): Passive => ({ kind: 'bad', why })

const decrypt = (account: SandboxAccount, fields: Fields): Fields | string => {
  const encrypted = textOf(fields, 'Encrypt')
  const timestamp = textOf(fields, 'TimeStamp')
  const expected = sign(account.token, timestamp, textOf(fields, 'Nonce'), encrypted)
  if (textOf(fields, 'MsgSignature') !== expected) return 'MsgSignature is wrong'
  if (!/^\d{10}$/.test(timestamp)) return 'TimeStamp is not in seconds'
  const frame = decryptFrame(readAesKey(account.aesKey), encrypted)
  return frame.appId === account.appId ? readDocument(frame.text).fields : 'the frame is for another app'
}

/** Reads a response as strictly as WeChat does (wechat-protocol §1.4, §1.7, §1.8). */
export const readPassive = (account: SandboxAccount, openid: string, body: string): Passive => {
  if (body === '' || body === 'success') return { kind: 'acknowledged' }
  try {
    const outer = readDocument(body)
    // Official accounts know XML only: a JSON answer is invalid for them (§1.4).
    if (outer.format !== account.format) return bad(`${outer.format} instead of ${account.format}`)
    const encrypted = textOf(outer.fields, 'Encrypt') !== ''
    if (account.mode === 'safe' && !encrypted) return bad('not encrypted')
    const fields = encrypted ? decrypt(account, outer.fields) : outer.fields
    if (typeof fields === 'string') return bad(fields)
    if (textOf(fields, 'ToUserName') !== openid) return bad('ToUserName is not the sender')
    if (textOf(fields, 'FromUserName') !== account.originalId) return bad('FromUserName is not the account')
    if (!/^\d{10}$/.test(textOf(fields, 'CreateTime'))) return bad('CreateTime is not in seconds')
    const type = textOf(fields, 'MsgType')
    if (type === 'text') {
      const text = textOf(fields, 'Content')
      if (text === '') return bad('Content is empty')
      // §1.8 [U]: at most 2048 bytes.
      return Buffer.byteLength(text) <= 2048 ? { kind: 'text', text } : bad('Content is too long')
    }
    if (['image', 'voice', 'video', 'music', 'news', 'transfer_customer_service'].includes(type))
      return { kind: 'other', type }
    return bad(`MsgType ${type}`)
  } catch (error) {
    return bad(error instanceof Error ? error.message : 'unreadable')
  }
}
