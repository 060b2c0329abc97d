import { decryptFrame, encryptFrame, type FrameKey, randomFrameHead, readAesKey } from './cipher.ts'
import { type Format, readDocument, textOf, writeXml } from './document.ts'
import { CallbackError, type CallbackRefusal } from './errors.ts'
import { type Inbound, readMessage } from './message.ts'
import { type Reply, replyFields } from './replies.ts'
import { sameText, sign } from './signature.ts'

/** How an account is configured in WeChat's console. */
export interface CallbackAccount {
  appId: string
  token: string
  /** `safe` never accepts a push that is not encrypted and signed, whatever the query says. */
  mode: 'plain' | 'compatible' | 'safe'
  /** EncodingAESKey, 43 characters; required for `compatible` and `safe`. */
  aesKey?: string
  /** The key before the last change: pushes under way still use it. */
  previousAesKey?: string
}

/** A query string as a web framework gives it; a parameter that came twice is refused. */
export type CallbackQuery = Readonly<Record<string, string | readonly string[] | undefined>>

/** What a reply is stamped with; given by tests, otherwise made fresh. */
export interface ReplyStamp {
  /** Unix seconds. */
  timestamp?: number
  nonce?: string
  /** Sixteen characters. */
  random?: string
}

/** One accepted push and the ways to answer it in the same HTTP response. */
export interface Received {
  message: Inbound
  /** True when it came encrypted; the reply is then encrypted with the key that opened it. */
  encrypted: boolean
  /** Unix seconds of the request's own stamp. A re-delivery keeps the first one's, so an old stamp is worth a log line, no more. */
  stampedAt: number
  /** The response body that answers with any kind of reply. */
  reply: (reply: Reply, stamp?: ReplyStamp) => string
  /** The response body that answers with a text. */
  replyText: (text: string, stamp?: ReplyStamp) => string
  /** The response body that hands the shopper to WeChat's own customer-service client. */
  handOver: (stamp?: ReplyStamp) => string
}

/** The response body that acknowledges a push without an answer. */
export const acknowledged = 'success'

/** Largest push read; WeChat's own are far smaller, co-wechat uses the same limit. */
export const largestPush = 1024 * 1024

const single = (query: CallbackQuery, name: string): string => {
  const value = query[name]
  if (typeof value !== 'string' || value.length > 128) throw new CallbackError('badQuery')
  return value
}

const signed = (account: CallbackAccount, query: CallbackQuery): { timestamp: string; nonce: string } => {
  const timestamp = single(query, 'timestamp')
  const nonce = single(query, 'nonce')
  const signature = single(query, 'signature')
  if (!sameText(signature, sign(account.token, timestamp, nonce))) throw new CallbackError('badSignature')
  return { timestamp, nonce }
}

const encryptReply = (
  account: CallbackAccount,
  key: FrameKey,
  format: Format,
  text: string,
  stamp: ReplyStamp,
): string => {
  const timestamp = stamp.timestamp ?? Math.floor(Date.now() / 1000)
  const nonce = stamp.nonce ?? String(Math.floor(Math.random() * 1e10))
  const encrypt = encryptFrame(key, account.appId, text, stamp.random ?? randomFrameHead())
  const signature = sign(account.token, String(timestamp), nonce, encrypt)
  return format === 'json'
    ? JSON.stringify({ Encrypt: encrypt, MsgSignature: signature, TimeStamp: timestamp, Nonce: nonce })
    : writeXml({ Encrypt: encrypt, MsgSignature: signature, TimeStamp: timestamp, Nonce: nonce })
}

/** The callback side of one account: `verifyUrl` answers WeChat's GET, `read` its POST. Both throw `CallbackError`. */
export const callbackCodec = (account: CallbackAccount) => {
  const keys = [account.aesKey, account.previousAesKey].filter(key => key !== undefined).map(readAesKey)
  if (account.mode !== 'plain' && keys.length === 0)
    throw new Error(`account ${account.appId}: ${account.mode} mode needs an EncodingAESKey`)

  const open = (encrypted: string): { text: string; key: FrameKey } => {
    let refusal: CallbackRefusal = 'cannotDecrypt'
    for (const key of keys) {
      try {
        const frame = decryptFrame(key, encrypted)
        if (frame.appId === account.appId) return { text: frame.text, key }
        refusal = 'wrongApp'
      } catch (error) {
        if (!(error instanceof CallbackError)) throw error
      }
    }
    throw new CallbackError(refusal)
  }

  /** Checks WeChat's signature and returns the text to send back as it is. */
  const verifyUrl = (query: CallbackQuery): string => {
    signed(account, query)
    return single(query, 'echostr')
  }

  const answering = (message: Inbound, format: Format, key: FrameKey | null) => {
    const reply = (given: Reply, stamp: ReplyStamp = {}): string => {
      const fields = {
        ToUserName: message.fromUser,
        FromUserName: message.toUser,
        CreateTime: stamp.timestamp ?? Math.floor(Date.now() / 1000),
        ...replyFields(given),
      }
      const text = format === 'json' ? JSON.stringify(fields) : writeXml(fields)
      return key === null ? text : encryptReply(account, key, format, text, stamp)
    }
    return {
      reply,
      replyText: (text: string, stamp: ReplyStamp = {}) => reply({ kind: 'text', text }, stamp),
      handOver: (stamp: ReplyStamp = {}) => reply({ kind: 'handOver' }, stamp),
    }
  }

  // What stands inside the frame is refused as if it could not be opened: an answer that tells "opened, but malformed" from
  // "not opened" would let somebody who has the token, but not the key, find out texts byte by byte.
  const readInside = (text: string): { message: Inbound; format: Format } => {
    try {
      const { fields, format } = readDocument(text)
      const message = readMessage(account.appId, fields)
      if (message !== null) return { message, format }
    } catch (error) {
      if (!(error instanceof CallbackError)) throw error
    }
    throw new CallbackError('malformedInside')
  }

  /** Verifies, decrypts and parses one push. */
  const read = (query: CallbackQuery, body: string | Buffer): Received => {
    if (body.length > largestPush) throw new CallbackError('tooLarge')
    const { timestamp, nonce } = signed(account, query)
    const stampedAt = Number(timestamp)
    const mode = query['encrypt_type'] === undefined ? 'raw' : single(query, 'encrypt_type')
    if (mode !== 'aes' && mode !== 'raw') throw new CallbackError('badQuery')
    if (account.mode === 'safe' && mode !== 'aes') throw new CallbackError('notEncrypted')
    const outer = readDocument(body.toString())
    if (mode === 'raw') {
      const message = readMessage(account.appId, outer.fields)
      if (message === null) throw new CallbackError('malformed')
      return { message, encrypted: false, stampedAt, ...answering(message, outer.format, null) }
    }
    // Only the encrypted part counts: the plain fields that compatible mode sends beside it are not signed.
    const encrypted = textOf(outer.fields, 'Encrypt')
    if (encrypted === '') throw new CallbackError('notEncrypted')
    const expected = sign(account.token, timestamp, nonce, encrypted)
    if (!sameText(single(query, 'msg_signature'), expected)) throw new CallbackError('badSignature')
    const { text, key } = open(encrypted)
    const { message, format } = readInside(text)
    return { message, encrypted: true, stampedAt, ...answering(message, format, key) }
  }

  return { verifyUrl, read }
}

/** What `callbackCodec` makes. */
export type CallbackCodec = ReturnType<typeof callbackCodec>
