import { randomBytes } from 'node:crypto'

/** An answer in WeChat's shape: HTTP 200 always, an error is a non-zero errcode (wechat-protocol §2.3). */
export interface Answer {
  errcode?: number
  errmsg?: string
  [field: string]: unknown
}

const texts: Record<number, string> = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40008: 'invalid message type',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40037: 'invalid template_id',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40166: 'invalid weapp appid',
  41001: 'access_token missing',
  42001: 'access_token expired',
  43002: 'require POST method',
  43004: 'require subscribe',
  43101: 'user refuse to accept the msg',
  44002: 'empty post data',
  44004: 'empty content',
  45002: 'content size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit mustslower retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45047: 'out of response count limit',
  47001: 'data format error',
  48001: 'api unauthorized',
  48002: 'user is forbid by self',
}

/** A request id as modern answers carry it: three groups of eight hex digits. */
const rid = (): string => {
  const noise = randomBytes(8).toString('hex')
  const seconds = Math.floor(Date.now() / 1000).toString(16)
  return `${seconds}-${noise.slice(0, 8)}-${noise.slice(8)}`
}

/** An error answer; the text defaults to WeChat's own. */
export const refuse = (errcode: number, errmsg = texts[errcode] ?? 'error'): Answer => ({
  errcode,
  errmsg: `${errmsg} rid: ${rid()}`,
})

/** A plain success. */
export const ok = (more: Record<string, unknown> = {}): Answer => ({ errcode: 0, errmsg: 'ok', ...more })

/** A 64-bit id written as a bare number, as WeChat does: JSON.stringify alone cannot. */
export const bareId = (id: string): unknown => `\u0000${id}\u0000`

/** Writes an answer; ids marked by `bareId` lose their quotes. */
export const write = (answer: Answer): string => JSON.stringify(answer).replace(/"\\u0000(\d+)\\u0000"/g, '$1')
