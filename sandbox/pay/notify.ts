import { randomUUID, randomBytes } from 'node:crypto'
import { post } from '../callbacks/post.ts'
import type { World } from '../state/world.ts'
import { sealResource, signLines } from './merchant.ts'
import { type Order, orderView, payOf, type Refund, refundView, rfc3339 } from './state.ts'

const [second, minute, hour] = [1000, 60_000, 3_600_000]

/** Pauses between the tries of a notification; [U] (wechat-protocol §5). */
export const notifyPauses: readonly number[] = [
  15 * second,
  15 * second,
  30 * second,
  3 * minute,
  10 * minute,
  20 * minute,
  30 * minute,
  30 * minute,
  30 * minute,
  60 * minute,
  3 * hour,
  3 * hour,
  3 * hour,
  6 * hour,
  6 * hour,
]

const deliver = async (world: World, url: string, body: string, attempt: number): Promise<void> => {
  const merchant = payOf(world).merchant()
  const timestamp = String(Math.floor(Date.now() / 1000))
  const nonce = randomBytes(16).toString('hex')
  const started = performance.now()
  const { status, body: answer } = await post(url, 'POST', 'application/json', body, world.settings.deliveryTimeoutMs, {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': merchant.platformSerial,
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
    'wechatpay-signature': signLines(merchant.platformPrivateKeyPem, [timestamp, nonce, body]),
  })
  world.journal.write({
    at: world.now(),
    kind: 'pay',
    appId: '',
    path: new URL(url).pathname,
    request: body,
    response: answer,
    status,
    ms: performance.now() - started,
    attempt,
  })
  if (status === 200 || status === 204) return
  const wait = notifyPauses[attempt - 1]
  if (wait !== undefined) world.clock.after(wait, () => void deliver(world, url, body, attempt + 1))
}

const notify = (world: World, url: string, event: string, kind: string, summary: string, content: unknown): void => {
  if (url === '') return
  const body = JSON.stringify({
    id: randomUUID(),
    create_time: rfc3339(world.now()),
    resource_type: 'encrypt-resource',
    event_type: event,
    summary,
    resource: sealResource(payOf(world).merchant().apiV3Key, kind, content),
  })
  void deliver(world, url, body, 1)
  if (world.chance.happens(world.settings.duplicateRate)) void deliver(world, url, body, 1)
}

/** Tells the product that an order is paid. */
export const notifyPaid = (world: World, order: Order): void =>
  notify(world, order.notifyUrl, 'TRANSACTION.SUCCESS', 'transaction', '支付成功', orderView(order))

/** Tells the product how a refund ended. */
export const notifyRefunded = (world: World, refund: Refund): void => {
  const { status, amount, ...rest } = refundView(refund)
  notify(world, refund.notifyUrl, `REFUND.${refund.status}`, 'refund', '退款结果', {
    mchid: refund.order.mchid,
    ...rest,
    refund_status: status,
    amount: {
      total: amount.total,
      refund: amount.refund,
      payer_total: amount.payer_total,
      payer_refund: amount.payer_refund,
    },
  })
}

/** Tells the brand that something has become of a 商品券 (pay.weixin.qq.com/doc/v3/partner/4015780862). */
export const notifyCoupon = (world: World, url: string, what: string, coupon: object): void =>
  notify(world, url, `PRODUCT_COUPON.${what}`, 'product_coupon', '商品券通知', coupon)
