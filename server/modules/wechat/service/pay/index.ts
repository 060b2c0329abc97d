import { Formatter, Rsa, Wechatpay } from 'wechatpay-axios-plugin'
import type { z } from 'zod'
import { asPayError, PayError } from './errors.ts'
import { createNoticeReader, type NoticeNeeds } from './notices.ts'
import type { NewOrder, NewRefund, PaymentRequest, PayPort } from './port.ts'
import { Order, Prepaid, RefundAnswer } from './replies.ts'

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

/** Money goes through WeChat Pay v3 (wechat-protocol §5): requests are signed, answers and notices verified. */
export function createWechatPay(needs: PayNeeds): PayPort {
  const { mchId: mchid, serial, privateKey, platformKeys, clock, timeoutMs = 10_000 } = needs
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

  /** appId, time, nonce and package, each with a newline, by the merchant's key. */
  function signedFor(appId: string, prepayId: string): PaymentRequest {
    const timeStamp = String(Math.floor(clock.now().getTime() / 1000))
    const nonceStr = Formatter.nonce()
    const what = `prepay_id=${prepayId}`
    const paySign = Rsa.sign(Formatter.joinedByLineFeed(appId, timeStamp, nonceStr, what), privateKey)
    return { appId, timeStamp, nonceStr, package: what, signType: 'RSA', paySign }
  }

  const path = (orderNo: string): string => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(orderNo)}`

  return {
    order: async (order: NewOrder) => {
      const { prepay_id } = await call('POST', '/v3/pay/transactions/jsapi', Prepaid, {
        appid: order.appId,
        mchid,
        description: order.description,
        out_trade_no: order.orderNo,
        notify_url: order.notifyUrl,
        amount: { total: order.totalFen, currency: 'CNY' },
        payer: { openid: order.openid },
        ...(order.expiresAt === undefined
          ? {}
          : { time_expire: order.expiresAt.toISOString().replace(/\.\d+Z$/, 'Z') }),
        ...(order.attach === undefined ? {} : { attach: order.attach }),
      })
      return signedFor(order.appId, prepay_id)
    },
    orderOf: orderNo => orNull(call('GET', `${path(orderNo)}?mchid=${mchid}`, Order)),
    close: async orderNo => {
      await v3.request({ method: 'POST', url: `${path(orderNo)}/close`, data: { mchid } }).catch((thrown: unknown) => {
        throw asPayError(thrown)
      })
    },
    refund: (refund: NewRefund) =>
      call('POST', '/v3/refund/domestic/refunds', RefundAnswer, {
        out_trade_no: refund.orderNo,
        out_refund_no: refund.refundNo,
        amount: { refund: refund.refundFen, total: refund.totalFen, currency: 'CNY' },
        ...(refund.reason === undefined ? {} : { reason: refund.reason }),
        ...(refund.notifyUrl === undefined ? {} : { notify_url: refund.notifyUrl }),
      }),
    refundOf: refundNo =>
      orNull(call('GET', `/v3/refund/domestic/refunds/${encodeURIComponent(refundNo)}`, RefundAnswer)),
    readNotice: createNoticeReader(needs),
  }
}
