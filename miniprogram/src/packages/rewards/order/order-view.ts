import type { shop } from '../../../api/index.ts'
import { dayAndTime, momentText, whole } from '../../../lib/format.ts'
import { fill, inLanguage } from '../../../lib/i18n/index.ts'
import { fenText } from '../mall/refusal.ts'
import * as own from './words.ts'

export type Order = Awaited<ReturnType<typeof shop.rewards.myOrder>>

/** Where an order is, in the member's words. */
export function stateText({ state, way, kind }: Order): string {
  const t = inLanguage(own).state
  if (kind === 'coupon' && state === 'done') return t.wallet
  if (state === 'ordered' && way === 'open') return t.open
  if (state === 'ordered' && way === 'ship') return t.toSend
  return t[state]
}

/** What the member does next, or what became of the points. */
function hintText(order: Order): string {
  const t = inLanguage(own).hint
  const values = {
    until: order.claimUntil === null ? '' : dayAndTime(order.claimUntil),
    store: order.storeName ?? '',
    points: whole(order.points),
  }
  if (order.state === 'ordered' && order.way === 'open') return fill(t.open, values)
  if (order.state === 'ordered' && order.way === 'pickUp') return t.ordered
  if (order.state === 'ready') return fill(t.ready, values)
  if (order.state === 'cancelled') return fill(t.cancelled, values)
  if (order.state === 'returned') return order.source === 'lottery' ? t.lost : fill(t.returned, values)
  return ''
}

/** An order as its page shows it. */
export const orderView = (order: Order) => ({
  name: order.name,
  state: stateText(order),
  isDone: ['cancelled', 'returned', 'done', 'pickedUp'].includes(order.state),
  hint: hintText(order),
  code: order.code ?? '',
  pay: order.code !== null && order.fen > 0 ? fill(inLanguage(own).pay, { fen: fenText(order.fen) }) : '',
  store: order.storeName ?? '',
  address: order.address === null ? '' : `${order.address.name} ${order.address.phone}\n${order.address.place}`,
  parcel: order.parcel ?? '',
  points: order.points > 0 ? whole(order.points) : '',
  at: momentText(order.orderedAt),
  why: order.state === 'cancelled' ? (order.reason ?? '') : '',
  mayCancel: order.mayCancel,
  mayConfirm: order.state === 'shipped',
  mustChoose: order.way === 'open' && order.state === 'ordered',
  isCoupon: order.kind === 'coupon',
})
export type OrderView = ReturnType<typeof orderView>
