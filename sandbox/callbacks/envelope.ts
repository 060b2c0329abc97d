import { randomBytes } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import { encrypt, signature } from './crypto.ts'
import { toXml, type Writable } from './xml.ts'

/** A push ready to be posted. */
export interface Envelope {
  /** Path of the callback address. */
  path: string
  query: string
  body: string
  contentType: string
  /** As it was before encryption, for the journal. */
  plain: string
}

/** What a push says. */
export type PushFields = Record<string, Writable>

const nonceOf = (): string => String(randomBytes(4).readUInt32BE())

const queryOf = (account: SandboxAccount, openid: string, seconds: number, encrypted: string): string => {
  const timestamp = String(seconds)
  const nonce = nonceOf()
  const query = new URLSearchParams({ signature: signature(account.token, timestamp, nonce), timestamp, nonce, openid })
  if (encrypted !== '') {
    query.set('encrypt_type', 'aes')
    query.set('msg_signature', signature(account.token, timestamp, nonce, encrypted))
  }
  return query.toString()
}

/** Signs anew what was sealed before: the body of a re-delivery never changes (wechat-protocol §1.4). */
export const resign = (account: SandboxAccount, openid: string, seconds: number, envelope: Envelope): Envelope => {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>|"Encrypt":"(.*?)"/.exec(envelope.body)
  return { ...envelope, query: queryOf(account, openid, seconds, encrypted?.[1] ?? encrypted?.[2] ?? '') }
}

// Asked for every push: the few addresses are read once.
const paths = new Map<string, string>()
const pathOf = (url: string): string => {
  const known = paths.get(url) ?? new URL(url).pathname
  paths.set(url, known)
  return known
}

/** Writes a push in the account's format and mode (wechat-protocol §1.3). */
export const seal = (account: SandboxAccount, openid: string, seconds: number, fields: PushFields): Envelope => {
  const json = account.format === 'json'
  const write = (what: PushFields): string => (json ? JSON.stringify(what) : toXml(what))
  const contentType = json ? 'application/json' : 'text/xml'
  const plain = write(fields)
  const path = account.callbackUrl === null ? '' : pathOf(account.callbackUrl)
  if (account.mode === 'plain')
    return { path, query: queryOf(account, openid, seconds, ''), body: plain, contentType, plain }
  const encrypted = encrypt(account.aesKey, account.appId, plain)
  const body =
    account.mode === 'safe'
      ? write({ ToUserName: account.originalId, Encrypt: encrypted })
      : write({ ...fields, Encrypt: encrypted })
  return { path, query: queryOf(account, openid, seconds, encrypted), body, contentType, plain }
}

/** What WeChat sends when an operator saves the address in the console (wechat-protocol §1.2). */
export const verificationQuery = (account: SandboxAccount, seconds: number, echo: string): string => {
  const timestamp = String(seconds)
  const nonce = nonceOf()
  return new URLSearchParams({
    signature: signature(account.token, timestamp, nonce),
    timestamp,
    nonce,
    echostr: echo,
  }).toString()
}
