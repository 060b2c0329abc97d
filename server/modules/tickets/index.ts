import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { identityLinked, memberClosed } from '../members/events.ts'
import { dataRevoked, followed, messageReceived, messagesFailed } from '../wechat/events.ts'
import { ticketsApi } from './contract.ts'
import { ticketsRoutes } from './routes.ts'
import { createTicketsService, type TicketsNeeds } from './service/index.ts'
import { createPhotos } from './service/photos.ts'

export { ticketsPart } from './service/member-part.ts'
export { ticketsTimeline } from './service/timeline.ts'
export type { TicketsNeeds } from './service/index.ts'

/** Tickets: what shoppers ask for, what agents answer, and how the answer got there. */
export function createTickets(kernel: Kernel, needs: TicketsNeeds): Module<Record<string, never>> {
  const tickets = createTicketsService(kernel, needs)
  const photos = createPhotos(kernel, needs.files)
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
      on(dataRevoked, 'tickets.forgetPhotos', async ({ appId, openid, data, at }) => {
        if (data.some(one => ['pictures', 'everything', 'account'].includes(one)))
          await photos.takeBack({ appId, openid }, new Date(at))
      }),
      on(memberClosed, 'tickets.erase', ({ memberId }) => tickets.erase(memberId)),
    ],
  }
}
