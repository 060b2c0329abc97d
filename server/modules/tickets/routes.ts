import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { ticketsApi } from './contract.ts'
import type { Tickets } from './service/index.ts'

export const ticketsRoutes = (router: Router, tickets: Tickets): void =>
  mount(router, ticketsApi, {
    list: ({ query }, caller) => tickets.list(query, caller),
    summary: (_, caller) => tickets.summary(caller),
    get: ({ params }, caller) => tickets.get(params.ticketId, caller),
    answer: ({ params, body }, caller) => tickets.answer(params.ticketId, body, caller),
    assign: ({ params, body }, caller) => tickets.assign(params.ticketId, body.storeCode, caller),
    close: ({ params }, caller) => tickets.close(params.ticketId, caller),
    reopen: ({ params }, caller) => tickets.reopen(params.ticketId, caller),
    submit: ({ body }, shopper) => tickets.submit(shopper, body),
    mine: ({ query }, shopper) => tickets.mine(shopper, query),
    unread: (_, shopper) => tickets.unread(shopper),
    thread: ({ params }, shopper) => tickets.thread(shopper, params.ticketId),
    write: ({ params, body }, shopper) => tickets.write(shopper, params.ticketId, body),
    read: ({ params }, shopper) => tickets.read(shopper, params.ticketId),
  })
