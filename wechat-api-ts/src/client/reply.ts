import { z } from 'zod'
import { WechatError } from './errors.ts'
import { parseLossless } from './json.ts'

/** A 64-bit id: a number or a string on the wire, always a string here. */
export const wideId = z.union([z.string(), z.number()]).transform(String)

const Verdict = z.object({ errcode: z.number().default(0), errmsg: z.string().default('') })

/** Reads WeChat's answer: throws `WechatError` for an errcode, or with fate unknown when it cannot be read. */
export const parseReply = <Schema extends z.ZodType>(path: string, text: string, schema: Schema): z.output<Schema> => {
  let data: unknown
  try {
    data = parseLossless(text)
  } catch (error) {
    const detail = `not JSON: ${text.slice(0, 80)}`
    throw new WechatError({ kind: 'unreadable', fate: 'unknown', path, code: null, detail }, { cause: error })
  }
  const verdict = Verdict.safeParse(data)
  if (verdict.success && verdict.data.errcode !== 0) {
    const { errcode, errmsg } = verdict.data
    throw new WechatError({ kind: 'refused', fate: 'notDone', path, code: errcode, detail: errmsg })
  }
  const reply = schema.safeParse(data)
  if (reply.success) return reply.data
  const detail = `unexpected answer: ${z.prettifyError(reply.error).slice(0, 200)}`
  throw new WechatError({ kind: 'unreadable', fate: 'unknown', path, code: null, detail })
}
