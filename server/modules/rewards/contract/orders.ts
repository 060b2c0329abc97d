import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const Id = z.string().length(26)
const Fen = z.int().nonnegative()
const OrderParams = z.object({ orderId: Id })
/** Made anew for each tap, so that a repeated request does it once. */
const Key = z.string().min(8).max(64)
const Reason = z.string().trim().min(2).max(200)

/** Where an order is on its way: shipped and picked up become done by themselves. */
export const OrderState = z.enum(['ordered', 'ready', 'pickedUp', 'shipped', 'done', 'cancelled', 'returned'])
export type OrderState = z.output<typeof OrderState>

const Source = z.enum(['mall', 'lottery'])
/** How it reaches the member; 'open' while the member has not said how a prize is to come. */
const Way = z.enum(['pickUp', 'ship', 'wallet', 'open'])

/** Where to send it. */
export const Address = z.object({
  name: z.string().trim().min(1).max(40),
  phone: z
    .string()
    .trim()
    .regex(/^1\d{10}$/, '请填写 11 位手机号 / a phone number of 11 digits'),
  place: z.string().trim().min(5).max(200),
})
export type Address = z.output<typeof Address>

/** How a product is to come: from a store, or by post. */
export const Wanted = z.object({
  key: Key,
  way: z.enum(['pickUp', 'ship', 'wallet']),
  storeCode: z.string().max(32).optional(),
  address: Address.optional(),
})
export type Wanted = z.output<typeof Wanted>

const Common = z.object({
  orderId: z.string(),
  source: Source,
  name: z.string(),
  kind: z.enum(['goods', 'coupon']),
  points: z.int(),
  /** To pay at pick-up. */
  fen: Fen,
  way: Way,
  storeCode: z.string().nullable(),
  storeName: z.string().nullable(),
  state: OrderState,
  claimUntil: Instant.nullable(),
  parcel: z.string().nullable(),
  orderedAt: Instant,
  readyAt: Instant.nullable(),
  handedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
})

/** An order as its member sees it. */
export const MyOrder = Common.extend({
  imageId: z.string().nullable(),
  /** What to show at the store; null when there is nothing to pick up. */
  code: z.string().nullable(),
  couponId: z.string().nullable(),
  /** In the member's own words back to them: who gets it and where. */
  address: Address.nullable(),
  mayCancel: z.boolean(),
  /** Why it was cancelled. */
  reason: z.string().nullable(),
})
export type MyOrder = z.output<typeof MyOrder>

/** An order in a list of the staff; the code is the member's and not shown. */
export const OrderRow = Common.extend({
  memberId: z.string(),
  memberName: z.string(),
  memberPhone: z.string(),
  costFen: Fen,
  paidFen: Fen.nullable(),
  /** Masked: 王**, 138****1234, the first characters of the place. */
  address: z.object({ name: z.string(), phone: z.string(), place: z.string() }).nullable(),
  reason: z.string().nullable(),
})
export type OrderRow = z.output<typeof OrderRow>

/** What a till is told of an order: enough to hand it over. */
const TillOrder = z.object({
  orderId: z.string(),
  name: z.string(),
  state: OrderState,
  toPayFen: Fen,
  memberName: z.string(),
  handedAt: Instant.nullable(),
})

/** Orders of the mall and prizes: the member's, the staff's and the till's side. */
export const orderOperations = operations({
  exchange: {
    method: 'POST',
    path: '/shop/mall/:productId/exchange',
    access: 'member',
    summary: 'Take one for points, once per key',
    params: z.object({ productId: Id }),
    body: Wanted,
    reply: MyOrder,
  },
  myOrders: {
    method: 'GET',
    path: '/shop/me/exchanges',
    access: 'member',
    summary: 'What I have exchanged and won, newest first',
    query: PageQuery.extend({ source: Source.optional() }),
    reply: pageOf(MyOrder),
  },
  myOrder: {
    method: 'GET',
    path: '/shop/me/exchanges/:orderId',
    access: 'member',
    summary: 'One of them, to show its code',
    params: OrderParams,
    reply: MyOrder,
  },
  cancelMyOrder: {
    method: 'POST',
    path: '/shop/me/exchanges/:orderId/cancel',
    access: 'member',
    summary: 'Take it back before it is handed over or sent: the points return to the lots they came from',
    params: OrderParams,
    reply: MyOrder,
  },
  claimPrize: {
    method: 'POST',
    path: '/shop/me/exchanges/:orderId/claim',
    access: 'member',
    summary: 'Say how a prize is to come',
    params: OrderParams,
    body: Wanted.omit({ key: true }),
    reply: MyOrder,
  },
  received: {
    method: 'POST',
    path: '/shop/me/exchanges/:orderId/received',
    access: 'member',
    summary: 'The parcel is here',
    params: OrderParams,
    reply: MyOrder,
  },
  orders: {
    method: 'GET',
    path: '/admin/rewards/orders',
    access: 'staff:rewards.handOver',
    summary: 'Orders and prizes; a store sees those to be picked up there, headquarters all',
    query: PageQuery.extend({
      state: OrderState.optional(),
      source: Source.optional(),
      way: Way.optional(),
      storeCode: z.string().max(32).optional(),
      productId: Id.optional(),
    }),
    reply: pageOf(OrderRow),
  },
  order: {
    method: 'GET',
    path: '/admin/rewards/orders/:orderId',
    access: 'staff:rewards.handOver',
    summary: 'One order',
    params: OrderParams,
    reply: OrderRow,
  },
  lookUpCode: {
    method: 'POST',
    path: '/admin/rewards/pick-up/look',
    access: 'staff:rewards.handOver',
    summary: 'What a pick-up code is for; only in the stores of the caller',
    body: z.object({ code: z.string().trim().min(1).max(40) }),
    reply: OrderRow,
  },
  handOver: {
    method: 'POST',
    path: '/admin/rewards/pick-up',
    access: 'staff:rewards.handOver',
    summary: 'Hand it over against its code, once',
    body: z.object({ key: Key, code: z.string().trim().min(1).max(40), paidFen: Fen.default(0) }),
    reply: OrderRow,
  },
  makeReady: {
    method: 'POST',
    path: '/admin/rewards/orders/:orderId/ready',
    access: 'staff:rewards.handOver',
    summary: 'It lies ready at the store: the member is told where they asked for it',
    params: OrderParams,
    reply: OrderRow,
  },
  ship: {
    method: 'POST',
    path: '/admin/rewards/orders/:orderId/ship',
    access: 'staff:rewards.write',
    summary: 'It was sent',
    params: OrderParams,
    body: z.object({ parcel: z.string().trim().min(2).max(80) }),
    reply: OrderRow,
  },
  cancelOrder: {
    method: 'POST',
    path: '/admin/rewards/orders/:orderId/cancel',
    access: 'staff:rewards.write',
    summary: 'Cancel what cannot be delivered; the points return to the lots they came from',
    params: OrderParams,
    body: z.object({ reason: Reason }),
    reply: OrderRow,
  },
  revealAddress: {
    method: 'POST',
    path: '/admin/rewards/orders/:orderId/address',
    access: 'staff:members.reveal',
    summary: 'Name, phone and address in clear; the reason is audited',
    params: OrderParams,
    body: z.object({ reason: Reason }),
    reply: Address,
  },
  tillLook: {
    method: 'POST',
    path: '/till/rewards/look',
    access: 'till',
    summary: 'What a pick-up code is for; only in the till’s store',
    body: z.object({ code: z.string().trim().min(1).max(40) }),
    reply: TillOrder,
  },
  tillHandOver: {
    method: 'POST',
    path: '/till/rewards/pick-up',
    access: 'till',
    summary: 'Hand it over at the till, once per key',
    body: z.object({ key: Key, code: z.string().trim().min(1).max(40), paidFen: Fen.default(0) }),
    reply: TillOrder,
  },
})
