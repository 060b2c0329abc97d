import { scopeWhere } from '../../../kernel/scope.ts'
import { newestOf, type TimelinePart } from '../../members/index.ts'

/** When a member's tickets were opened and closed, as far as they are the caller's stores'. */
export const ticketsTimeline = (): TimelinePart => ({
  kind: 'ticket',
  permission: 'tickets.read',
  async read(db, ask) {
    const rows = await db
      .selectFrom('ticket')
      .select(['id', 'number', 'kind', 'subject', 'storeCode', 'createdAt', 'closedAt'])
      .where('memberId', '=', ask.memberId)
      .where(scopeWhere(ask.scope, 'ticket.storeCode'))
      .execute()
    return newestOf(
      rows.flatMap(row => {
        const same = { detail: row.kind, text: row.subject, note: row.number, storeCode: row.storeCode, refId: row.id }
        const opened = { ...same, id: `${row.id}:1`, at: row.createdAt, what: 'opened' }
        return row.closedAt === null
          ? [opened]
          : [opened, { ...same, id: `${row.id}:2`, at: row.closedAt, what: 'closed' }]
      }),
      ask,
    )
  },
})
