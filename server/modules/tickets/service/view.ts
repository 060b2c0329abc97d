import type { z } from 'zod'
import type { Db } from '../../../kernel/db.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { MembersApi } from '../../members/index.ts'
import { reasonText, type WechatApi } from '../../wechat/index.ts'
import {
  TicketKind,
  TicketRow,
  TicketState,
  type AnswerOutcome,
  type MyTicket,
  type MyTicketRow,
  type TicketDetail,
  type TicketMessageRow,
} from '../contract.ts'
import { photosByMessage } from '../repository/photos.ts'
import { messagesOfTicket, type Ticket, type TicketMessage } from '../repository/index.ts'
import type { AnswerRoute, Ways } from './ways.ts'

type Outcome = z.input<typeof AnswerOutcome>

const SENT_AS: Readonly<Record<string, Outcome['state']>> = {
  planned: 'sending',
  sending: 'sending',
  sent: 'sent',
  unknown: 'unknown',
}

const authorOf = (message: TicketMessage) =>
  message.author === 'agent' ? 'agent' : message.author === 'shopper' ? 'shopper' : 'system'

/** Tickets as the agents and the shopper see them. */
export function createView(
  db: Db,
  members: Pick<MembersApi, 'briefs'>,
  wechat: Pick<WechatApi, 'outcomes'>,
  ways: Ways,
) {
  async function rows(tickets: readonly Ticket[]): Promise<z.input<typeof TicketRow>[]> {
    const ids = tickets.flatMap(ticket => ticket.memberId ?? [])
    const briefs = ids.length === 0 ? new Map() : await members.briefs(db, ids)
    return tickets.map(ticket => ({
      id: ticket.id,
      number: ticket.number,
      state: TicketState.parse(ticket.state),
      kind: TicketKind.parse(ticket.kind),
      channel: TicketRow.shape.channel.parse(ticket.channel),
      subject: ticket.subject,
      memberId: ticket.memberId,
      name: briefs.get(ticket.memberId ?? '')?.name ?? '',
      phone: briefs.get(ticket.memberId ?? '')?.phone ?? '',
      storeCode: ticket.storeCode,
      agentUnread: ticket.agentUnread,
      waitingSince: ticket.waitingSince,
      lastMessageAt: ticket.lastMessageAt,
      createdAt: ticket.createdAt,
    }))
  }

  async function thread(ticket: Ticket, language: Language): Promise<z.input<typeof TicketMessageRow>[]> {
    const messages = await messagesOfTicket(db, ticket.id)
    const photos = await photosByMessage(db, ticket.id)
    const sent = await wechat.outcomes(messages.flatMap(message => message.messageKey ?? []))
    const outcomeOf = (message: TicketMessage): Outcome | null => {
      if (message.author !== 'agent') return null
      const route = message.route as AnswerRoute
      if (route === 'redDot') {
        const read = ticket.shopperReadAt !== null && ticket.shopperReadAt >= message.at
        return { route, state: read ? 'read' : 'waiting', reason: '' }
      }
      const outcome = sent.get(message.messageKey ?? '')
      return {
        route,
        state: SENT_AS[outcome?.state ?? 'planned'] ?? 'failed',
        reason: reasonText(outcome?.reason ?? '', language),
      }
    }
    return messages.map(message => ({
      id: message.id,
      author: authorOf(message),
      staffName: message.staffName,
      text: message.text,
      photos: photos.get(message.id) ?? [],
      at: message.at,
      outcome: outcomeOf(message),
    }))
  }

  const myRow = (ticket: Ticket): z.input<typeof MyTicketRow> => ({
    id: ticket.id,
    number: ticket.number,
    state: TicketState.parse(ticket.state),
    kind: TicketKind.parse(ticket.kind),
    subject: ticket.subject,
    unread: ticket.shopperUnread,
    lastMessageAt: ticket.lastMessageAt,
    createdAt: ticket.createdAt,
  })

  return {
    rows,
    myRow,
    async detail(ticket: Ticket, language: Language): Promise<z.input<typeof TicketDetail>> {
      const [[row], messages, way] = await Promise.all([rows([ticket]), thread(ticket, language), ways.best(ticket)])
      if (row === undefined) throw new Error('a ticket has one row')
      return {
        ...row,
        documentId: ticket.documentId,
        right: { route: way.route, left: way.left, until: way.until },
        messages,
      }
    },
    async mine(ticket: Ticket): Promise<z.input<typeof MyTicket>> {
      const [messages, photos] = await Promise.all([messagesOfTicket(db, ticket.id), photosByMessage(db, ticket.id)])
      return {
        ...myRow(ticket),
        messages: messages.map(message => ({
          id: message.id,
          author: authorOf(message),
          text: message.text,
          photos: photos.get(message.id) ?? [],
          at: message.at,
        })),
      }
    },
  }
}
