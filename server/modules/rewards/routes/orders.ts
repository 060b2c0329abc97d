import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { orderOperations } from '../contract/orders.ts'
import type { Rewards } from '../service/index.ts'

/** Operation → service call: the way of an order, for member, staff and till. */
export const orderRoutes = (router: Router, { exchange, desk, views }: Rewards): void =>
  mount(router, contract('rewards', orderOperations), {
    exchange: async ({ params, body }, caller) => views.myOne(await exchange(caller.memberId, params.productId, body)),
    myOrders: ({ query }, caller) => views.myList(caller.memberId, query),
    myOrder: async ({ params }, caller) => views.myOne(await desk.mine(caller.memberId, params.orderId)),
    cancelMyOrder: async ({ params }, caller) => views.myOne(await desk.cancelMine(caller.memberId, params.orderId)),
    claimPrize: async ({ params, body }, caller) =>
      views.myOne(await desk.claim(caller.memberId, params.orderId, body)),
    received: async ({ params }, caller) => views.myOne(await desk.received(caller.memberId, params.orderId)),
    orders: ({ query }, caller) => views.list(query, caller.scope),
    order: async ({ params }, caller) => views.row(await desk.inReach(params.orderId, caller.scope)),
    lookUpCode: async ({ body }, caller) => views.row(await desk.look(body.code, caller.scope)),
    handOver: async ({ body }, caller) => views.row(await desk.handOver(caller, body)),
    makeReady: async ({ params }, caller) => views.row(await desk.makeReady(caller, params.orderId)),
    ship: async ({ params, body }, caller) => views.row(await desk.ship(caller, params.orderId, body.parcel)),
    cancelOrder: async ({ params, body }, caller) => views.row(await desk.cancel(caller, params.orderId, body.reason)),
    revealAddress: ({ params, body }, caller) => views.reveal(caller, params.orderId, body.reason),
    tillLook: async ({ body }, till) => views.atTill(await desk.lookAtTill(till, body.code)),
    tillHandOver: async ({ body }, till) => views.atTill(await desk.handOverAtTill(till, body)),
  })
