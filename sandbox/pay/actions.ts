import type { Person } from '../state/person.ts'
import type { World } from '../state/world.ts'
import { Impossible } from '../state/actions.ts'
import { linesAreSigned } from './merchant.ts'
import { notifyPaid } from './notify.ts'
import { type Order, payOf } from './state.ts'

/** What wx.requestPayment is given (wechat-protocol §5). */
export interface PaymentRequest {
  appId: string
  timeStamp: string
  nonceStr: string
  package: string
  paySign: string
}

/** The order that a page asks to pay, its signature checked; says why it cannot be paid (wechat-protocol §5). */
export const payableOrder = (world: World, person: Person, request: PaymentRequest): Order => {
  const pay = payOf(world)
  const { appId, timeStamp, nonceStr, paySign } = request
  const signed = linesAreSigned(pay.merchant().publicKeyPem, [appId, timeStamp, nonceStr, request.package], paySign)
  if (!signed) throw new Impossible('支付验证签名失败 / paySign is wrong')
  const order = pay.byPrepay.get(request.package.replace(/^prepay_id=/, ''))
  if (order === undefined || order.appid !== appId) throw new Impossible('no such order')
  if (order.openid !== person.openids[appId]) throw new Impossible('the order is of somebody else')
  if (order.state === 'CLOSED') throw new Impossible('the order is closed')
  if (order.paidAt !== null) throw new Impossible('the order is paid')
  if (order.expiresAt <= world.now()) throw new Impossible('the order is too old')
  return order
}

/** A person pays: the order becomes paid, and the product is told. */
export const payOrder = (world: World, person: Person, request: PaymentRequest): Order => {
  const order = payableOrder(world, person, request)
  order.state = 'SUCCESS'
  order.paidAt = world.now()
  order.transactionId = `42000${String(order.paidAt)}${String(++world.counters.msg).padStart(10, '0')}`
  payOf(world).byTransaction.set(order.transactionId, order)
  notifyPaid(world, order)
  return order
}
