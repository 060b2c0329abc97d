import { sql } from 'kysely'
import type { MemberPart } from '../../members/index.ts'
import { mergedMembers } from '../../members/index.ts'

const openKey = (memberId: string): string => `member:${memberId}`

/** Tickets of a member, for merges and for the export. Two open ones stay two, though a person has one of their own only. */
export function ticketsPart(): MemberPart {
  return {
    name: 'tickets',
    label: { zh: '工单', en: 'Tickets' },
    async holds(db, memberId) {
      const rows = await db.selectFrom('ticket').select('state').where('memberId', '=', memberId).execute()
      const open = rows.filter(row => row.state !== 'closed').length
      return [
        { key: 'open', label: { zh: '未关闭工单', en: 'Open tickets' }, value: String(open) },
        { key: 'all', label: { zh: '全部工单', en: 'All tickets' }, value: String(rows.length) },
      ]
    },
    async move(tx, { from, to }) {
      const rows = await tx
        .selectFrom('ticket')
        .select(['id', 'openKey'])
        .where('memberId', '=', from)
        .forUpdate()
        .execute()
      const taken = await tx.selectFrom('ticket').select('id').where('openKey', '=', openKey(to)).executeTakeFirst()
      for (const { id, openKey: key } of rows)
        await tx
          .updateTable('ticket')
          .set({
            memberId: to,
            openKey: key !== openKey(from) ? key : taken === undefined ? openKey(to) : `second:${id}`,
          })
          .where('id', '=', id)
          .execute()
      return rows.map(row => ({ ref: row.id }))
    },
    async moveBack(tx, { from, to }, items) {
      for (const { ref } of items)
        await tx
          .updateTable('ticket')
          .set({
            memberId: from,
            openKey: sql<
              string | null
            >`case when openKey in (${openKey(to)}, ${`second:${ref}`}) then ${openKey(from)} else openKey end`,
          })
          .where('id', '=', ref)
          .where('memberId', '=', to)
          .execute()
    },
    async late(db) {
      const rows = await db
        .selectFrom('ticket as t')
        .innerJoin(mergedMembers(db).as('m'), 'm.memberId', 't.memberId')
        .select('m.memberId')
        .distinct()
        .execute()
      return rows.map(row => row.memberId)
    },
    async collect(db, memberId) {
      const tickets = await db
        .selectFrom('ticket')
        .select(['id', 'number', 'kind', 'subject', 'state', 'createdAt', 'closedAt'])
        .where('memberId', '=', memberId)
        .orderBy('id')
        .execute()
      if (tickets.length === 0) return []
      const messages = await db
        .selectFrom('ticket_message')
        .select(['ticketId', 'author', 'text', 'at'])
        .where(
          'ticketId',
          'in',
          tickets.map(ticket => ticket.id),
        )
        .where('author', 'in', ['shopper', 'agent'])
        .orderBy('id')
        .execute()
      return tickets.map(({ id, ...ticket }) => ({
        ...ticket,
        messages: messages.flatMap(({ ticketId, ...message }) => (ticketId === id ? [message] : [])),
      }))
    },
  }
}
