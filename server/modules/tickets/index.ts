import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { identityLinked, memberClosed } from '../members/events.ts'
import { followed, messageReceived, messagesFailed } from '../wechat/events.ts'
import { ticketsApi } from './contract.ts'
import { ticketsRoutes } from './routes.ts'
import { createTicketsService, type TicketsNeeds } from './service/index.ts'

export { ticketsPart } from './service/member-part.ts'
export { ticketsTimeline } from './service/timeline.ts'
export type { TicketsNeeds } from './service/index.ts'

/** Tickets: what shoppers ask for, what agents answer, and how the answer got there. */
export function createTickets(kernel: Kernel, needs: TicketsNeeds): Module<Record<string, never>> {
  const tickets = createTicketsService(kernel, needs)
  return {
    name: 'tickets',
    api: {},
    contracts: [ticketsApi],
    routes: router => ticketsRoutes(router, tickets),
    handlers: [
      on(messageReceived, 'tickets.fromMessage', tickets.fromMessage),
      on(followed, 'tickets.recogniseFollower', person => tickets.recognise(person)),
      on(identityLinked, 'tickets.recogniseMember', ({ appId, openid }) =>
        tickets.recognise({ appId, openid, unionid: null }),
      ),
      on(messagesFailed, 'tickets.nextWay', ({ messages }) => tickets.nextWay(messages)),
      on(memberClosed, 'tickets.erase', ({ memberId }) => tickets.erase(memberId)),
    ],
  }
}
