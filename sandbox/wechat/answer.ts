import { randomBytes } from 'node:crypto'
import { errorTexts } from './error-texts.ts'

/** An answer in WeChat's shape: HTTP 200 always, an error is a non-zero errcode (wechat-protocol §2.3). */
export interface Answer {
  errcode?: number
  errmsg?: string
  [field: string]: unknown
}

/** A picture, sound or film instead of JSON (wechat-protocol §2.3). */
export interface Binary {
  bytes: Buffer
  contentType: string
  /** Name in the content-disposition; '' = none. */
  name: string
}

/** Tells a picture from JSON. */
export const isBinary = (answer: Answer | Binary): answer is Binary =>
  'bytes' in answer && Buffer.isBuffer(answer.bytes)

/** A request id as modern answers carry it: three groups of eight hex digits. */
const rid = (): string => {
  const noise = randomBytes(8).toString('hex')
  const seconds = Math.floor(Date.now() / 1000).toString(16)
  return `${seconds}-${noise.slice(0, 8)}-${noise.slice(8)}`
}

/** An error answer; the text defaults to WeChat's own. */
export const refuse = (
  errcode: number,
  errmsg = errorTexts[errcode] ?? 'error',
  more: Record<string, unknown> = {},
): Answer => ({ errcode, errmsg: `${errmsg} rid: ${rid()}`, ...more })

/** A plain success. */
export const ok = (more: Record<string, unknown> = {}): Answer => ({ errcode: 0, errmsg: 'ok', ...more })

/** A 64-bit id written as a bare number, as WeChat does: JSON.stringify alone cannot. */
export const bareId = (id: string): unknown => `\u0000${id}\u0000`

/** Writes an answer; ids marked by `bareId` lose their quotes. */
export const write = (answer: Answer): string => JSON.stringify(answer).replace(/"\\u0000(\d+)\\u0000"/g, '$1')
