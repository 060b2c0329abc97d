import { sql } from 'kysely'
import type { Insertable, Selectable } from 'kysely'
import { affected, type DB, type Db, type Tx } from '../../../kernel/db.ts'
import { deletePhotos } from './photos.ts'

export type Ticket = Selectable<DB['ticket']>
export type TicketMessage = Selectable<DB['ticket_message']>

/** Someone who writes to us: a person of one account, perhaps a member. */
export interface Writer {
  readonly appId: string
  readonly openid: string
  readonly unionid: string | null
  readonly memberId: string | null
}

/** Where nobody wrote from: staff opened the ticket for a member. No query by openid may find it. */
export const nobody = { appId: '', openid: '', unionid: null } as const

const memberKey = (memberId: string): string => `member:${memberId}`
const openidKey = (writer: Pick<Writer, 'appId' | 'openid'>): string => `openid:${writer.appId}:${writer.openid}`

/** The key under which a person has one open ticket. */
export const openKeyOf = (writer: Pick<Writer, 'appId' | 'openid' | 'memberId'>): string =>
  writer.memberId === null ? openidKey(writer) : memberKey(writer.memberId)

/** The open ticket of a person, also one begun before they became a member. */
export function openTicketOf(db: Db, writer: Writer): Promise<Ticket | undefined> {
  const open = db.selectFrom('ticket').selectAll().limit(1)
  if (writer.openid !== '')
    return open
      .where('openKey', 'in', [openidKey(writer), ...(writer.memberId === null ? [] : [memberKey(writer.memberId)])])
      .orderBy('id')
      .executeTakeFirst()
  // Without an openid all that is known is the member: their own key first, then what was begun under an openid.
  return open
    .where('memberId', '=', writer.memberId)
    .where('openKey', 'is not', null)
    .orderBy(eb => eb('openKey', '=', memberKey(writer.memberId ?? '')), 'desc')
    .orderBy('id')
    .executeTakeFirst()
}

export const ticketById = (db: Db, id: string) =>
  db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirst()

/** The ticket that a message with this key belongs to; undefined when the key is new. */
export const ticketIdBySource = async (db: Db, sourceKey: string): Promise<string | undefined> =>
  (await db.selectFrom('ticket_message').select('ticketId').where('sourceKey', '=', sourceKey).executeTakeFirst())
    ?.ticketId

export const insertTicket = (tx: Tx, ticket: Insertable<DB['ticket']>) =>
  tx.insertInto('ticket').values(ticket).execute()

export const insertMessage = (tx: Tx, message: Insertable<DB['ticket_message']>) =>
  tx.insertInto('ticket_message').values(message).execute()

export const messagesOfTicket = (db: Db, ticketId: string): Promise<TicketMessage[]> =>
  db.selectFrom('ticket_message').selectAll().where('ticketId', '=', ticketId).orderBy('id').limit(500).execute()

/** The next number of a day: 1, 2, 3 … without gaps, because the row stays locked until the ticket is there. */
export async function nextNumber(tx: Tx, day: string): Promise<number> {
  await tx
    .insertInto('ticket_counter')
    .values({ day, last: 1 })
    .onDuplicateKeyUpdate({ last: sql`last + 1` })
    .execute()
  return (await tx.selectFrom('ticket_counter').select('last').where('day', '=', day).executeTakeFirstOrThrow()).last
}

/**
 * The shopper has written: the ticket waits for us again, and what is said to be a complaint makes it one. False when it
 * was closed meanwhile.
 */
export async function shopperWrote(
  tx: Tx,
  ticketId: string,
  { writer, at, kind }: { writer: Writer; at: Date; kind: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('ticket')
    .set({
      state: 'open',
      agentUnread: sql`agentUnread + 1`,
      waitingSince: sql`coalesce(waitingSince, ${at})`,
      lastMessageAt: at,
      ...(writer.memberId === null ? {} : { memberId: writer.memberId }),
      ...(kind === 'complaint' ? { kind } : {}),
    })
    .where('id', '=', ticketId)
    .where('state', '<>', 'closed')
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

/** Tickets of somebody who only now is known as a member. */
export async function recognise(
  tx: Tx,
  person: { appId: string; openid: string },
  memberId: string,
  home: string | null,
): Promise<void> {
  await tx
    .updateTable('ticket')
    .set({ memberId, storeCode: sql`coalesce(storeCode, ${home})` })
    .where('appId', '=', person.appId)
    .where('openid', '=', person.openid)
    .where('openid', '<>', '')
    .where('memberId', 'is', null)
    .execute()
}

/** An agent has answered. False when the ticket was closed meanwhile. */
export async function agentAnswered(tx: Tx, ticketId: string, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('ticket')
    .set({
      state: 'answered',
      agentUnread: 0,
      shopperUnread: sql`shopperUnread + 1`,
      waitingSince: null,
      firstAnswerAt: sql`coalesce(firstAnswerAt, ${at})`,
      lastMessageAt: at,
    })
    .where('id', '=', ticketId)
    .where('state', '<>', 'closed')
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export async function closeTicket(tx: Tx, ticketId: string, staffId: string | null, at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('ticket')
    .set({
      state: 'closed',
      openKey: null,
      closedAt: at,
      closedBy: staffId,
      agentUnread: 0,
      waitingSince: null,
      lastMessageAt: at,
    })
    .where('id', '=', ticketId)
    .where('state', '<>', 'closed')
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

/** Opens a closed ticket again; the unique open key refuses when the person has another one. */
export async function reopenTicket(tx: Tx, ticket: Ticket, state: 'open' | 'answered', at: Date): Promise<boolean> {
  const result = await tx
    .updateTable('ticket')
    .set({
      state,
      // Who was erased has no key of their own any more.
      openKey: ticket.memberId === null && ticket.openid === '' ? `erased:${ticket.id}` : openKeyOf(ticket),
      closedAt: null,
      closedBy: null,
      waitingSince: state === 'open' ? at : null,
      lastMessageAt: at,
    })
    .where('id', '=', ticket.id)
    .where('state', '=', 'closed')
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export const assignStore = (tx: Tx, ticketId: string, storeCode: string | null) =>
  tx.updateTable('ticket').set({ storeCode }).where('id', '=', ticketId).execute()

export const setKind = (tx: Tx, ticketId: string, kind: string) =>
  tx.updateTable('ticket').set({ kind }).where('id', '=', ticketId).execute()

export const shopperRead = (db: Db, ticketId: string, at: Date) =>
  db.updateTable('ticket').set({ shopperUnread: 0, shopperReadAt: at }).where('id', '=', ticketId).execute()

export const agentRead = (db: Db, ticketId: string) =>
  db.updateTable('ticket').set({ agentUnread: 0 }).where('id', '=', ticketId).execute()

/** Sends an answer by another route; false when it is no longer on the one that failed. */
export async function reroute(tx: Tx, failedKey: string, route: string, messageKey: string | null): Promise<boolean> {
  const result = await tx
    .updateTable('ticket_message')
    .set({ route, messageKey })
    .where('messageKey', '=', failedKey)
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

export const messageByKey = (db: Db, messageKey: string) =>
  db.selectFrom('ticket_message').selectAll().where('messageKey', '=', messageKey).executeTakeFirst()

const mine = (db: Db, writer: Omit<Writer, 'unionid'>) =>
  db
    .selectFrom('ticket')
    .where(eb =>
      eb.or([
        eb.and([eb('appId', '=', writer.appId), eb('openid', '=', writer.openid), eb('openid', '<>', '')]),
        ...(writer.memberId === null ? [] : [eb('memberId', '=', writer.memberId)]),
      ]),
    )

export const myTickets = (
  db: Db,
  writer: Omit<Writer, 'unionid'>,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<Ticket[]> => {
  let query = mine(db, writer).selectAll()
  if (after !== null)
    query = query.where(eb =>
      eb.or([
        eb('lastMessageAt', '<', after.at),
        eb.and([eb('lastMessageAt', '=', after.at), eb('id', '<', after.id)]),
      ]),
    )
  return query.orderBy('lastMessageAt', 'desc').orderBy('id', 'desc').limit(limit).execute()
}

export const myTicket = (db: Db, writer: Omit<Writer, 'unionid'>, id: string) =>
  mine(db, writer).selectAll().where('id', '=', id).executeTakeFirst()

export async function myUnread(db: Db, writer: Omit<Writer, 'unionid'>): Promise<number> {
  const row = await mine(db, writer)
    .select(eb => eb.fn.sum<string | null>('shopperUnread').as('unread'))
    .executeTakeFirstOrThrow()
  return Number(row.unread ?? 0)
}

/** A closed membership: what the person wrote goes, that there was a matter stays. */
export async function eraseMember(tx: Tx, memberId: string, at: Date): Promise<void> {
  const ids = (await tx.selectFrom('ticket').select('id').where('memberId', '=', memberId).execute()).map(row => row.id)
  if (ids.length === 0) return
  await deletePhotos(tx, ids)
  await tx.updateTable('ticket_message').set({ text: '[已删除]' }).where('ticketId', 'in', ids).execute()
  await tx
    .updateTable('ticket')
    .set({
      subject: '[已删除]',
      openid: '',
      unionid: null,
      memberId: null,
      openKey: null,
      state: 'closed',
      closedAt: sql`coalesce(closedAt, ${at})`,
    })
    .where('id', 'in', ids)
    .execute()
}
