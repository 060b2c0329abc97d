import type { World } from '../state/world.ts'
import { type Merchant, makeMerchant } from './merchant.ts'

/** An order of the payment twin. */
export interface Order {
  mchid: string
  appid: string
  outTradeNo: string
  openid: string
  description: string
  attach: string
  /** Fen. */
  total: number
  notifyUrl: string
  prepayId: string
  transactionId: string
  state: 'NOTPAY' | 'SUCCESS' | 'REFUND' | 'CLOSED'
  /** Unix milliseconds; null = two hours' default. */
  expiresAt: number
  paidAt: number | null
  refunded: number
}

/** A refund. */
export interface Refund {
  outRefundNo: string
  refundId: string
  order: Order
  /** Fen. */
  amount: number
  reason: string
  notifyUrl: string
  status: 'PROCESSING' | 'SUCCESS' | 'ABNORMAL'
  madeAt: number
  doneAt: number | null
}

/** What the payment twin knows. */
export interface PayState {
  merchant: () => Merchant
  orders: Map<string, Order>
  byPrepay: Map<string, Order>
  byTransaction: Map<string, Order>
  refunds: Map<string, Refund>
}

const states = new WeakMap<World, PayState>()

/** The payment state of a world, made on first use. */
export const payOf = (world: World): PayState => {
  const known = states.get(world)
  if (known !== undefined) return known
  let merchant: Merchant | null = null
  const made: PayState = {
    merchant: () => (merchant ??= makeMerchant('1900000109')),
    orders: new Map(),
    byPrepay: new Map(),
    byTransaction: new Map(),
    refunds: new Map(),
  }
  states.set(world, made)
  return made
}

/** An order as queries and notifications tell it (wechat-protocol §5). */
export const orderView = (order: Order) => ({
  appid: order.appid,
  mchid: order.mchid,
  out_trade_no: order.outTradeNo,
  ...(order.transactionId === ''
    ? {}
    : { transaction_id: order.transactionId, trade_type: 'JSAPI', bank_type: 'OTHERS' }),
  trade_state: order.state,
  trade_state_desc: { NOTPAY: '订单未支付', SUCCESS: '支付成功', REFUND: '转入退款', CLOSED: '已关闭' }[order.state],
  attach: order.attach,
  ...(order.paidAt === null ? {} : { success_time: rfc3339(order.paidAt) }),
  payer: { openid: order.openid },
  amount: { total: order.total, payer_total: order.total, currency: 'CNY', payer_currency: 'CNY' },
})

/** A refund as answers tell it. */
export const refundView = (refund: Refund) => ({
  refund_id: refund.refundId,
  out_refund_no: refund.outRefundNo,
  transaction_id: refund.order.transactionId,
  out_trade_no: refund.order.outTradeNo,
  channel: 'ORIGINAL',
  user_received_account: '支付用户零钱',
  create_time: rfc3339(refund.madeAt),
  ...(refund.doneAt === null ? {} : { success_time: rfc3339(refund.doneAt) }),
  status: refund.status,
  amount: {
    total: refund.order.total,
    refund: refund.amount,
    payer_total: refund.order.total,
    payer_refund: refund.amount,
    currency: 'CNY',
  },
})

/** A moment in Beijing time, as the payment API writes them. */
export const rfc3339 = (at: number): string => `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
