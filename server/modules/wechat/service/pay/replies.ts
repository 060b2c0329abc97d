import { z } from 'zod'
import type { OrderState, PaidOrder, Refund, RefundState } from './port.ts'

// wechat-protocol §5; states by WeChat's names.
const orderStates: Readonly<Record<string, OrderState>> = {
  NOTPAY: 'open',
  USERPAYING: 'paying',
  ACCEPT: 'paying',
  SUCCESS: 'paid',
  REFUND: 'refunded',
  CLOSED: 'closed',
  REVOKED: 'closed',
  PAYERROR: 'failed',
}
const refundStates: Readonly<Record<string, RefundState>> = {
  PROCESSING: 'underWay',
  SUCCESS: 'done',
  CLOSED: 'closed',
  ABNORMAL: 'abnormal',
}

const known = <State extends string>(states: Readonly<Record<string, State>>) =>
  z.string().transform((name, context): State => {
    const state = Object.hasOwn(states, name) ? states[name] : undefined
    if (state !== undefined) return state
    context.addIssue({ code: 'custom', message: `unknown state ${name}` })
    return z.NEVER
  })

const moment = z
  .string()
  .optional()
  .transform(text => (text === undefined || text === '' ? null : new Date(text)))
const fen = z.int()

/** A new order. */
export const Prepaid = z.object({ prepay_id: z.string().min(1) })

/** An order of a query or a notice. */
export const Order = z
  .object({
    out_trade_no: z.string(),
    trade_state: known(orderStates),
    appid: z.string(),
    mchid: z.string(),
    transaction_id: z.string().optional(),
    payer: z.object({ openid: z.string().optional() }).optional(),
    amount: z.object({ total: fen.optional() }).optional(),
    success_time: moment,
    attach: z.string().default(''),
  })
  .transform((order): PaidOrder => ({
    orderNo: order.out_trade_no,
    state: order.trade_state,
    appId: order.appid,
    mchId: order.mchid,
    transactionId: order.transaction_id ?? null,
    openid: order.payer?.openid ?? null,
    totalFen: order.amount?.total ?? null,
    paidAt: order.success_time,
    attach: order.attach,
  }))

const refundFields = {
  out_refund_no: z.string(),
  out_trade_no: z.string(),
  refund_id: z.string(),
  success_time: moment,
  amount: z.object({ total: fen, refund: fen }),
}
const asRefund = (given: z.output<z.ZodObject<typeof refundFields>>, state: RefundState): Refund => ({
  refundNo: given.out_refund_no,
  orderNo: given.out_trade_no,
  refundId: given.refund_id,
  state,
  refundFen: given.amount.refund,
  totalFen: given.amount.total,
  doneAt: given.success_time,
})

/** A refund of an answer. */
export const RefundAnswer = z
  .object({ ...refundFields, status: known(refundStates) })
  .transform(given => asRefund(given, given.status))

/** A refund of a notice, which names its state differently and tells the merchant. */
export const RefundNotice = z
  .object({ ...refundFields, mchid: z.string(), refund_status: known(refundStates) })
  .transform(given => ({ mchId: given.mchid, refund: asRefund(given, given.refund_status) }))
