import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { World } from '../state/world.ts'
import { linesAreSigned, signLines } from './merchant.ts'
import { notifyRefunded } from './notify.ts'
import { productCouponWork } from './product-coupons.ts'
import { type Order, orderView, payOf, type Refund, refundView } from './state.ts'

/** One call to api.mch as it came in; the body is signed byte for byte. */
export interface PayRequest {
  method: string
  /** Path and query, as signed. */
  target: string
  authorization: string
  body: string
}

/** Its answer; an empty body goes with 204. */
export interface PayReply {
  /** The connection breaks and nobody is told. */
  cut?: boolean
  status: number
  body: string
  headers: Record<string, string>
}

/** Whether a path belongs to the payment twin. */
export const isPayPath = (path: string): boolean => /^\/v3\/(pay|refund|marketing)\//.test(path)

interface Result {
  status: number
  data: unknown
}

const wrong = (status: number, code: string, message: string): Result => ({ status, data: { code, message } })

const attributes = (authorization: string): Record<string, string> =>
  Object.fromEntries([...authorization.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))

const skewSeconds = 300

/** wechat-protocol §5: METHOD, path with query, timestamp, nonce and body, each with a newline, by the merchant's key. */
const signatureProblem = (world: World, request: PayRequest): Result | null => {
  const scheme = 'WECHATPAY2-SHA256-RSA2048 '
  if (!request.authorization.startsWith(scheme)) return wrong(401, 'SIGN_ERROR', 'Http头缺少Authorization')
  const given = attributes(request.authorization)
  const merchant = payOf(world).merchant()
  if (given['mchid'] !== merchant.mchid || given['serial_no'] !== merchant.serial)
    return wrong(401, 'SIGN_ERROR', '商户号或证书序列号有误')
  const { timestamp = '', nonce_str: nonce = '', signature = '' } = given
  const age = (at: number): number => Math.abs(at / 1000 - Number(timestamp))
  // The machine's clock, or the platform's where a test moves both.
  if (Math.min(age(Date.now()), age(world.now())) > skewSeconds) return wrong(401, 'SIGN_ERROR', '时间戳已过期')
  const lines = [request.method, request.target, timestamp, nonce, request.body]
  return linesAreSigned(merchant.publicKeyPem, lines, signature) ? null : wrong(401, 'SIGN_ERROR', '签名错误')
}

const fen = z.int().min(1)

const NewOrder = z.object({
  appid: z.string(),
  mchid: z.string(),
  description: z.string().min(1).max(127),
  out_trade_no: z.string().regex(/^[\w|*@-]{6,32}$/),
  time_expire: z.string().optional(),
  attach: z.string().max(128).default(''),
  notify_url: z.url(),
  amount: z.object({ total: fen, currency: z.literal('CNY').default('CNY') }),
  payer: z.object({ openid: z.string() }),
})

const NewRefund = z.object({
  transaction_id: z.string().optional(),
  out_trade_no: z.string().optional(),
  out_refund_no: z.string().regex(/^[\w|*@-]{1,64}$/),
  reason: z.string().max(80).default(''),
  notify_url: z.url().optional(),
  amount: z.object({ refund: fen, total: fen, currency: z.literal('CNY') }),
})

const order = (world: World, data: unknown): Result => {
  const read = NewOrder.safeParse(data)
  if (!read.success) return wrong(400, 'PARAM_ERROR', z.prettifyError(read.error))
  const given = read.data
  const pay = payOf(world)
  if (given.mchid !== pay.merchant().mchid) return wrong(400, 'PARAM_ERROR', '商户号mch_id错误')
  // The openid must belong to that appid (wechat-protocol §5).
  if (world.byOpenid.get(given.payer.openid)?.appId !== given.appid)
    return wrong(400, 'PARAM_ERROR', 'appid和openid不匹配')
  const before = pay.orders.get(given.out_trade_no)
  if (before?.state === 'SUCCESS' || before?.state === 'REFUND') return wrong(400, 'ORDERPAID', '该订单已支付')
  if (before?.state === 'CLOSED') return wrong(400, 'ORDER_CLOSED', '该订单已关闭')
  if (before !== undefined)
    return before.total === given.amount.total && before.openid === given.payer.openid
      ? { status: 200, data: { prepay_id: before.prepayId } }
      : wrong(403, 'OUT_TRADE_NO_USED', '商户订单号重复')
  const made: Order = {
    mchid: given.mchid,
    appid: given.appid,
    outTradeNo: given.out_trade_no,
    openid: given.payer.openid,
    description: given.description,
    attach: given.attach,
    total: given.amount.total,
    notifyUrl: given.notify_url,
    prepayId: `wx${randomBytes(17).toString('hex')}`,
    transactionId: '',
    state: 'NOTPAY',
    expiresAt: given.time_expire === undefined ? world.now() + 7_200_000 : Date.parse(given.time_expire),
    paidAt: null,
    refunded: 0,
  }
  pay.orders.set(made.outTradeNo, made)
  pay.byPrepay.set(made.prepayId, made)
  return { status: 200, data: { prepay_id: made.prepayId } }
}

const refund = (world: World, data: unknown): Result => {
  const read = NewRefund.safeParse(data)
  if (!read.success) return wrong(400, 'PARAM_ERROR', z.prettifyError(read.error))
  const { amount, out_refund_no, out_trade_no = '', transaction_id = '', reason, notify_url = '' } = read.data
  const pay = payOf(world)
  const before = pay.refunds.get(out_refund_no)
  if (before !== undefined)
    return before.amount === amount.refund
      ? { status: 200, data: refundView(before) }
      : wrong(400, 'INVALID_REQUEST', '订单金额或退款金额与之前请求不一致')
  const paid = pay.byTransaction.get(transaction_id) ?? pay.orders.get(out_trade_no)
  if (paid === undefined) return wrong(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
  if (paid.paidAt === null) return wrong(400, 'INVALID_REQUEST', '订单未支付')
  if (amount.total !== paid.total) return wrong(400, 'INVALID_REQUEST', '订单金额不一致')
  if (paid.refunded + amount.refund > paid.total) return wrong(400, 'INVALID_REQUEST', '退款金额超过订单金额')
  paid.refunded += amount.refund
  paid.state = 'REFUND'
  const made: Refund = {
    outRefundNo: out_refund_no,
    refundId: `503${String(world.now())}${++world.counters.msg}`,
    order: paid,
    amount: amount.refund,
    reason,
    notifyUrl: notify_url,
    status: 'PROCESSING',
    madeAt: world.now(),
    doneAt: null,
  }
  pay.refunds.set(out_refund_no, made)
  world.clock.after(world.settings.refundAfterMs, () => {
    made.status = 'SUCCESS'
    made.doneAt = world.now()
    notifyRefunded(world, made)
  })
  return { status: 200, data: refundView(made) }
}

const close = (world: World, found: Order | undefined): Result => {
  if (found === undefined) return wrong(404, 'ORDER_NOT_EXIST', '订单不存在')
  if (found.paidAt !== null) return wrong(400, 'ORDERPAID', '该订单已支付')
  found.state = 'CLOSED'
  return { status: 204, data: null }
}

const work = (world: World, { method, target, body }: PayRequest): Result => {
  const pay = payOf(world)
  const url = new URL(target, 'http://pay')
  let data: unknown = null
  try {
    data = body === '' ? null : JSON.parse(body)
  } catch {
    return wrong(400, 'PARAM_ERROR', '请求体不是 JSON')
  }
  const coupon = productCouponWork(world, method, url.pathname, data)
  if (coupon !== null) return coupon
  if (method === 'POST' && url.pathname === '/v3/pay/transactions/jsapi') return order(world, data)
  if (method === 'POST' && url.pathname === '/v3/refund/domestic/refunds') return refund(world, data)
  const [, what = '', id = '', then = ''] =
    /^\/v3\/pay\/transactions\/(out-trade-no|id)\/([^/]+)(\/close)?$/.exec(url.pathname) ?? []
  const name = decodeURIComponent(id)
  if (what !== '') {
    const found = what === 'id' ? pay.byTransaction.get(name) : pay.orders.get(name)
    if (method === 'POST' && then === '/close') return close(world, found)
    if (method === 'GET' && then === '') {
      if (url.searchParams.get('mchid') !== pay.merchant().mchid) return wrong(400, 'PARAM_ERROR', 'mchid 有误')
      return found === undefined ? wrong(404, 'ORDER_NOT_EXIST', '订单不存在') : { status: 200, data: orderView(found) }
    }
  }
  const refundNo = /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/.exec(url.pathname)?.[1]
  if (method === 'GET' && refundNo !== undefined) {
    const found = pay.refunds.get(decodeURIComponent(refundNo))
    return found === undefined
      ? wrong(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
      : { status: 200, data: refundView(found) }
  }
  return wrong(404, 'RESOURCE_NOT_EXISTS', '接口不存在')
}

/**
 * The payment twin: checks the signature, works, and signs its answer with the platform's key (wechat-protocol §5). Of the
 * faults it knows drop and httpStatus: the others are about tokens and JSON of the other API.
 */
export const payApi =
  (world: World) =>
  (request: PayRequest): PayReply => {
    const started = performance.now()
    const path = request.target.split('?')[0] ?? ''
    const fault = world.faults.strike({ path, appId: '', body: request.body })?.fault ?? null
    if (fault?.do === 'drop' && fault.when === 'before') return { cut: true, status: 500, body: '', headers: {} }
    const { status, data } =
      fault?.do === 'httpStatus'
        ? wrong(fault.status, 'SYSTEM_ERROR', '系统异常，请用相同参数重新调用')
        : (signatureProblem(world, request) ?? work(world, request))
    const body = status === 204 ? '' : JSON.stringify(data)
    const merchant = payOf(world).merchant()
    const timestamp = String(Math.floor(Date.now() / 1000))
    const nonce = randomBytes(16).toString('hex')
    world.journal.write({
      at: world.now(),
      kind: 'pay',
      appId: '',
      path,
      request: request.body,
      response: body,
      status,
      ms: performance.now() - started,
    })
    return {
      ...(fault?.do === 'drop' ? { cut: true } : {}),
      status,
      body,
      headers: {
        'request-id': randomBytes(16).toString('hex').toUpperCase(),
        'wechatpay-timestamp': timestamp,
        'wechatpay-nonce': nonce,
        'wechatpay-serial': merchant.platformSerial,
        'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
        'wechatpay-signature': signLines(merchant.platformPrivateKeyPem, [timestamp, nonce, body]),
      },
    }
  }
