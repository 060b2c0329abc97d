import type { z } from 'zod'
import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import type { messagesFailed } from '../../wechat/events.ts'
import { ticketsErrors } from '../contract.ts'
import {
  agentAnswered,
  insertMessage,
  messageByKey,
  reroute,
  ticketById,
  ticketIdBySource,
  type Ticket,
} from '../repository/index.ts'
import type { AnswerRoute, Ways } from './ways.ts'

/** Agents' answers: written once, sent by the best way, put on the next one when WeChat refuses. */
export function createAnswers({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, ways: Ways, audit: Audit) {
  return {
    /** Answers a ticket the caller may see; the same key answers once. */
    async answer(ticket: Ticket, { text, key }: { text: string; key: string }, caller: StaffCaller): Promise<void> {
      const sourceKey = `staff:${ticket.id}:${key}`
      const way = await ways.best(ticket)
      await inTransaction(db, async tx => {
        if ((await ticketIdBySource(tx, sourceKey)) !== undefined) return
        const at = clock.now()
        if (!(await agentAnswered(tx, ticket.id, at))) throw ticketsErrors.closed()
        const id = newId()
        const messageKey = way.route === 'redDot' ? null : `ticket:${id}:${way.route}`
        await insertMessage(tx, {
          id,
          ticketId: ticket.id,
          sourceKey,
          author: 'agent',
          staffId: caller.staffId,
          staffName: caller.name,
          text,
          at,
          route: way.route,
          messageKey,
        })
        if (messageKey !== null) await ways.send(tx, ticket, way, text, messageKey)
        await audit(tx, caller, {
          action: 'tickets.answer',
          subjectKind: 'ticket',
          subjectId: ticket.id,
          storeCode: ticket.storeCode,
        })
      })
    },
    /** WeChat did not take answers: the window closed meanwhile, or no credit was left. They go on by the next way. */
    async nextWay(failed: z.output<typeof messagesFailed.payload>['messages']): Promise<void> {
      // An unknown one may have arrived: sending it by another way would say it twice.
      for (const { key } of failed.filter(one => one.key.startsWith('ticket:') && one.state !== 'unknown')) {
        const message = await messageByKey(db, key)
        const ticket = message === undefined ? undefined : await ticketById(db, message.ticketId)
        if (message === undefined || ticket === undefined) continue
        const way = await ways.best(ticket, message.route as AnswerRoute)
        const messageKey = way.route === 'redDot' ? null : `ticket:${message.id}:${way.route}`
        await inTransaction(db, async tx => {
          if (!(await reroute(tx, key, way.route, messageKey))) return
          if (messageKey !== null) await ways.send(tx, ticket, way, message.text, messageKey)
        })
      }
    },
  }
}
