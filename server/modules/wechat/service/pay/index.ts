import { Formatter, Rsa } from 'wechatpay-axios-plugin'
import { asPayError } from './errors.ts'
import { createNoticeReader } from './notices.ts'
import type { NewOrder, NewRefund, PaymentRequest, PayPort } from './port.ts'
import { Order, Prepaid, RefundAnswer } from './replies.ts'
import { signedCalls, type PayNeeds } from './signed.ts'

export type { PayNeeds } from './signed.ts'

/** Money goes through WeChat Pay v3 (wechat-protocol §5): requests are signed, answers and notices verified. */
export function createWechatPay(needs: PayNeeds): PayPort {
  const { mchId: mchid, privateKey, clock } = needs
  const { v3, call, orNull } = signedCalls(needs)

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
