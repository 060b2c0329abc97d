import type { z } from 'zod'
import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import type { ShopperCaller, StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { MembersApi } from '../../members/index.ts'
import type { Audit } from '../../staff/index.ts'
import type { messageReceived } from '../../wechat/events.ts'
import type { WechatApi } from '../../wechat/index.ts'
import { LATE_AFTER_SECONDS, ticketsErrors } from '../contract.ts'
import {
  agentRead,
  assignStore,
  closeTicket,
  eraseMember,
  myTicket,
  myTickets,
  myUnread,
  openTicketOf,
  recognise,
  reopenTicket,
  setKind,
  shopperRead,
  ticketById,
  type Ticket,
} from '../repository/index.ts'
import { countByState, countComplaints, queuePage, waitingOf, type QueueFilter } from '../repository/queue.ts'
import { createAnswers } from './answer.ts'
import { createByDesk, type SaidAtDesk } from './by-desk.ts'
import { createIntake } from './open.ts'
import { createPhotos, type PhotoFiles } from './photos.ts'
import { createWays } from './ways.ts'
import { createView } from './view.ts'

/** What tickets needs of the modules below it. */
export interface TicketsNeeds {
  readonly wechat: WechatApi
  readonly members: Pick<MembersApi, 'briefs' | 'inReach' | 'memberIdOf' | 'openidsOf'>
  readonly audit: Audit
  readonly files: PhotoFiles
}

/** What a shopper sends: a matter, in words and photos. */
interface FromShopper {
  readonly key: string
  readonly kind: string
  readonly text: string
  readonly storeCode: string | null
  readonly documentId: string | null
  readonly photos: readonly string[]
}

const afterOf = (cursor: string | undefined): { at: Date; id: string } | null => {
  const [at, id] = decodeCursor(cursor) ?? []
  return typeof at === 'number' && typeof id === 'string' ? { at: new Date(at), id } : null
}
const cursorOf = (ticket: Ticket): (string | number)[] => [ticket.lastMessageAt.getTime(), ticket.id]
/** Where the queue of those who wait goes on. */
const waitingCursorOf = (ticket: Ticket): (string | number)[] => [
  (ticket.waitingSince ?? ticket.lastMessageAt).getTime(),
  ticket.id,
]

/** The desk and the shopper's side of tickets. */
export function createTicketsService(kernel: Kernel, { wechat, members, audit, files }: TicketsNeeds) {
  const { db, clock, newId } = kernel
  const ways = createWays(db, wechat, members)
  const view = createView(db, members, wechat, ways)
  const answers = createAnswers(kernel, ways, audit)
  const photos = createPhotos(kernel, files)
  const { take, join } = createIntake(kernel, photos)
  const byDesk = createByDesk(kernel, members, take, audit)

  async function inReach(ticketId: string, { scope }: StaffCaller): Promise<Ticket> {
    const ticket = await ticketById(db, ticketId)
    if (ticket === undefined || !inScope(scope, ticket.storeCode)) throw ticketsErrors.notFound()
    return ticket
  }
  async function ofMine(ticketId: string, shopper: ShopperCaller): Promise<Ticket> {
    const ticket = await myTicket(db, shopper, ticketId)
    if (ticket === undefined) throw ticketsErrors.notFound()
    return ticket
  }
  const detailOf = async (ticketId: string, language: Language) => {
    const ticket = await ticketById(db, ticketId)
    if (ticket === undefined) throw ticketsErrors.notFound()
    return view.detail(ticket, language)
  }

  /** Opens a closed ticket again; throws otherOpen when the person has another one. */
  async function reopen(
    ticket: Ticket,
    state: 'open' | 'answered',
    note: (tx: Parameters<typeof reopenTicket>[0]) => Promise<void>,
  ): Promise<void> {
    try {
      await inTransaction(db, async tx => {
        if (await reopenTicket(tx, ticket, state, clock.now())) await note(tx)
      })
    } catch (error) {
      if (uniqueViolation(error) === null) throw error
      throw ticketsErrors.otherOpen({ number: (await openTicketOf(db, ticket))?.number ?? '' })
    }
  }
  const noted =
    (caller: StaffCaller, action: string, ticket: Ticket, details?: unknown) => (tx: Parameters<typeof audit>[0]) =>
      audit(tx, caller, {
        action: `tickets.${action}`,
        subjectKind: 'ticket',
        subjectId: ticket.id,
        storeCode: ticket.storeCode,
        details,
      })

  async function write(shopper: ShopperCaller, message: FromShopper): Promise<string> {
    const { appId, openid, unionid, memberId } = shopper
    const home = memberId === null ? null : ((await members.briefs(db, [memberId])).get(memberId)?.homeStore ?? null)
    return take({
      writer: { appId, openid, unionid, memberId },
      messageId: newId(),
      sourceKey: `shop:${openid}:${message.key}`.slice(0, 120),
      channel: 'mini',
      kind: message.kind,
      text: message.text,
      at: clock.now(),
      storeCode: message.storeCode ?? home,
      documentId: message.documentId,
      photos: message.photos,
    })
  }

  return {
    async list(query: PageQuery & Omit<QueueFilter, 'scope'>, { scope }: StaffCaller) {
      const page = pageFrom(
        await queuePage(db, { ...query, scope }, afterOf(query.cursor), query.limit + 1),
        query.limit,
        query.state === 'open' ? waitingCursorOf : cursorOf,
      )
      return { items: await view.rows(page.items), next: page.next }
    },
    async summary(scope: Scope) {
      const now = clock.now().getTime()
      const [counts, { since, late }, complaints] = await Promise.all([
        countByState(db, scope),
        waitingOf(db, scope, new Date(now - LATE_AFTER_SECONDS * 1000)),
        countComplaints(db, scope),
      ])
      const count = (state: string): number => Number(counts.find(row => row.state === state)?.count ?? 0)
      return {
        open: count('open'),
        answered: count('answered'),
        closed: count('closed'),
        longestWait: since === null ? 0 : Math.max(0, Math.round((now - since.getTime()) / 1000)),
        late: Number(late ?? 0),
        lateAfter: LATE_AFTER_SECONDS,
        complaints,
      }
    },
    async get(ticketId: string, caller: StaffCaller, language: Language) {
      const ticket = await inReach(ticketId, caller)
      if (ticket.agentUnread > 0) await agentRead(db, ticketId)
      return view.detail({ ...ticket, agentUnread: 0 }, language)
    },
    async open(memberId: string, said: SaidAtDesk, caller: StaffCaller, language: Language) {
      const ticketId = await byDesk.open(memberId, said, caller)
      return view.detail(await inReach(ticketId, caller), language)
    },
    async answer(ticketId: string, body: { text: string; key: string }, caller: StaffCaller, language: Language) {
      await answers.answer(await inReach(ticketId, caller), body, caller)
      return detailOf(ticketId, language)
    },
    async assign(ticketId: string, storeCode: string | null, caller: StaffCaller, language: Language) {
      const ticket = await inReach(ticketId, caller)
      await inTransaction(db, async tx => {
        await assignStore(tx, ticketId, storeCode)
        await noted(caller, 'assign', ticket, { from: ticket.storeCode, to: storeCode })(tx)
      })
      return detailOf(ticketId, language)
    },
    async classify(ticketId: string, kind: string, caller: StaffCaller, language: Language) {
      const ticket = await inReach(ticketId, caller)
      if (ticket.kind !== kind)
        await inTransaction(db, async tx => {
          await setKind(tx, ticketId, kind)
          await noted(caller, 'classify', ticket, { from: ticket.kind, to: kind })(tx)
        })
      return detailOf(ticketId, language)
    },
    async close(ticketId: string, caller: StaffCaller, language: Language) {
      const ticket = await inReach(ticketId, caller)
      await inTransaction(db, async tx => {
        if (await closeTicket(tx, ticketId, caller.staffId, clock.now())) await noted(caller, 'close', ticket)(tx)
      })
      return detailOf(ticketId, language)
    },
    async reopen(ticketId: string, caller: StaffCaller, language: Language) {
      const ticket = await inReach(ticketId, caller)
      await reopen(ticket, 'answered', noted(caller, 'reopen', ticket))
      return detailOf(ticketId, language)
    },

    async submit(shopper: ShopperCaller, body: FromShopper) {
      return view.mine(await ofMine(await write(shopper, body), shopper))
    },
    async write(shopper: ShopperCaller, ticketId: string, body: Pick<FromShopper, 'text' | 'key' | 'photos'>) {
      const ticket = await ofMine(ticketId, shopper)
      if (ticket.state === 'closed') await reopen(ticket, 'open', async () => undefined)
      return view.mine(
        await ofMine(
          await write(shopper, { ...body, kind: ticket.kind, storeCode: ticket.storeCode, documentId: null }),
          shopper,
        ),
      )
    },
    async mine(shopper: ShopperCaller, query: PageQuery) {
      const page = pageFrom(await myTickets(db, shopper, afterOf(query.cursor), query.limit + 1), query.limit, cursorOf)
      return { items: page.items.map(view.myRow), next: page.next }
    },
    unread: async (shopper: ShopperCaller) => ({ unread: await myUnread(db, shopper) }),
    thread: async (shopper: ShopperCaller, ticketId: string) => view.mine(await ofMine(ticketId, shopper)),
    async read(shopper: ShopperCaller, ticketId: string): Promise<void> {
      await shopperRead(db, (await ofMine(ticketId, shopper)).id, clock.now())
    },

    /** A message of the official account opens a ticket or joins the open one. */
    async fromMessage({
      inboundId,
      appId,
      openid,
      unionid,
      text,
      at,
      answered,
    }: z.output<typeof messageReceived.payload>): Promise<void> {
      const memberId = await members.memberIdOf(appId, openid, unionid)
      const home = memberId === null ? null : ((await members.briefs(db, [memberId])).get(memberId)?.homeStore ?? null)
      await (answered ? join : take)({
        writer: { appId, openid, unionid, memberId },
        messageId: inboundId,
        sourceKey: `wechat:${inboundId}`,
        channel: 'official',
        kind: 'message',
        text,
        at: new Date(at),
        storeCode: home,
        documentId: null,
        photos: [],
      })
    },
    /** WeChat has told who a writer is: their tickets get a face. */
    async recognise(person: { appId: string; openid: string; unionid: string | null }): Promise<void> {
      const memberId = await members.memberIdOf(person.appId, person.openid, person.unionid)
      if (memberId === null) return
      const home = (await members.briefs(db, [memberId])).get(memberId)?.homeStore ?? null
      await inTransaction(db, tx => recognise(tx, person, memberId, home))
    },
    nextWay: answers.nextWay,
    async erase(memberId: string): Promise<void> {
      await photos.discardOf(memberId)
      await inTransaction(db, tx => eraseMember(tx, memberId, clock.now()))
    },
    addPhoto: photos.receive,
    photo: async (ticketId: string, photoId: string, caller: StaffCaller) =>
      photos.open((await inReach(ticketId, caller)).id, photoId),
    myPhoto: async (ticketId: string, photoId: string, shopper: ShopperCaller) =>
      photos.open((await ofMine(ticketId, shopper)).id, photoId),
  }
}
export type Tickets = ReturnType<typeof createTicketsService>
