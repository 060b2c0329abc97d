import { z } from 'zod'
import { WechatError } from '../errors/error.ts'
import { number, text } from '../endpoints/shapes.ts'
import { parseLossless } from './json.ts'
import type { Answered } from './transport.ts'

// `errcode` may be missing on success and is text in a few old endpoints.
const Verdict = z.looseObject({ errcode: number.default(0), errmsg: text.default('') })

/** Bytes that WeChat handed out, with the name and type it told. */
export interface WechatFile {
  bytes: Uint8Array
  contentType: string
  /** '' where none was told. */
  name: string
}

const unreadable = (path: string, detail: string): WechatError =>
  new WechatError({ kind: 'unreadable', fate: 'unknown', path, code: null, detail })

// What came is not quoted, except the beginning of a page: half a token reply would put the token into a log, and so
// would the SyntaxError, which quotes its source.
const notJson = (path: string, given: string): WechatError =>
  unreadable(
    path,
    given.trimStart().startsWith('<') ? `a page: ${given.slice(0, 80)}` : `not JSON (${given.length} characters)`,
  )

/** Throws when an answer is an error code; the reply schemas are read afterwards. */
const refusal = (path: string, data: unknown): WechatError | null => {
  const verdict = Verdict.safeParse(data)
  if (!verdict.success || verdict.data.errcode === 0) return null
  const { errcode, errmsg } = verdict.data
  return new WechatError({
    kind: 'refused',
    fate: 'notDone',
    path,
    code: errcode,
    detail: errmsg,
    answer: verdict.data,
  })
}

const accept = <Schema extends z.ZodType>(path: string, data: unknown, schema: Schema): z.output<Schema> => {
  const refused = refusal(path, data)
  if (refused !== null) throw refused
  const reply = schema.safeParse(data)
  if (reply.success) return reply.data
  throw unreadable(path, `unexpected answer: ${z.prettifyError(reply.error).slice(0, 200)}`)
}

const textIn = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()

/** Reads WeChat's answer: throws `WechatError` for an errcode, or with fate unknown when it cannot be read. */
export const parseReply = <Schema extends z.ZodType>(
  path: string,
  { bytes }: Answered,
  schema: Schema,
): z.output<Schema> => {
  const given = textIn(bytes)
  let data: unknown
  try {
    data = parseLossless(given)
  } catch {
    throw notJson(path, given)
  }
  return accept(path, data, schema)
}

const fileName = (disposition: string): string => {
  const encoded = /filename\*=(?:UTF-8'')?([^;]+)/i.exec(disposition)?.[1]
  try {
    if (encoded !== undefined) return decodeURIComponent(encoded)
  } catch {
    // Not encoded as it says; the plain name is left.
  }
  return /filename="?([^";]+)/i.exec(disposition)?.[1] ?? ''
}

/** The first byte that is not white space, as a character. */
const firstSign = (bytes: Uint8Array): string => textIn(bytes.subarray(0, 16)).trimStart().charAt(0)

/**
 * Reads an answer that is a file, or JSON when something is wrong or only an address is told. Which of the two it is shows in
 * its first byte: the Content-Type of errors is text/plain or even image/jpeg (protocol note §2.3).
 */
export const parseFile = <Schema extends z.ZodType>(
  path: string,
  answered: Answered,
  schema: Schema,
): WechatFile | z.output<Schema> => {
  const { bytes, contentType, disposition } = answered
  if (bytes.byteLength === 0) throw unreadable(path, 'an empty file')
  const sign = firstSign(bytes)
  if (sign === '{') return parseReply(path, answered, schema)
  if (sign === '<' && /html|xml|text\/plain/.test(contentType)) throw notJson(path, textIn(bytes))
  return { bytes, contentType, name: fileName(disposition) }
}
