import { Wechatpay } from 'wechatpay-axios-plugin'
import type { z } from 'zod'
import { asPayError, PayError } from './errors.ts'
import type { NoticeNeeds } from './notices.ts'

/** A merchant of WeChat Pay v3. */
export interface PayNeeds extends NoticeNeeds {
  /** Of the merchant's certificate. */
  readonly serial: string
  /** In PEM; never leaves this process. */
  readonly privateKey: string
  /** Default WeChat's own. */
  readonly baseUrl?: string
  readonly timeoutMs?: number
}

/** The way to api.mch: requests are signed, answers verified (wechat-protocol §5). Every call throws `PayError`. */
export function signedCalls(needs: PayNeeds) {
  const { mchId: mchid, serial, privateKey, platformKeys, timeoutMs = 10_000 } = needs
  const { v3 } = new Wechatpay({
    mchid,
    serial,
    privateKey,
    certs: { ...platformKeys },
    timeout: timeoutMs,
    maxRedirects: 0,
    ...(needs.baseUrl === undefined ? {} : { baseURL: needs.baseUrl }),
  }).client

  async function call<Schema extends z.ZodType>(
    method: 'GET' | 'POST',
    url: string,
    schema: Schema,
    data?: object,
  ): Promise<z.output<Schema>> {
    const answer = await v3.request({ method, url, data }).catch((thrown: unknown) => {
      throw asPayError(thrown)
    })
    const read = schema.safeParse(answer.data)
    if (read.success) return read.data
    throw new PayError({ code: 'UNREADABLE', fate: 'unknown', status: answer.status, detail: 'unexpected answer' })
  }

  /** Null where WeChat says that there is no such thing. */
  const orNull = <Result>(asking: Promise<Result>): Promise<Result | null> =>
    asking.catch((error: unknown) => {
      if (error instanceof PayError && error.status === 404) return null
      throw error
    })

  return { v3, call, orNull }
}
