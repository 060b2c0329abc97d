import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { type Scope, scopeWhere } from '../../../kernel/scope.ts'
import type { Ticket } from './index.ts'

/** What the agents' list may ask for. */
export interface QueueFilter {
  readonly scope: Scope
  readonly state?: string | undefined
  readonly kind?: string | undefined
  readonly q?: string | undefined
  readonly storeCode?: string | undefined
  readonly memberId?: string | undefined
}

const queue = (db: Db, filter: QueueFilter) => {
  let query = db.selectFrom('ticket').where(scopeWhere(filter.scope, 'ticket.storeCode'))
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.storeCode !== undefined) query = query.where('storeCode', '=', filter.storeCode)
  if (filter.memberId !== undefined) query = query.where('memberId', '=', filter.memberId)
  if (filter.q !== undefined && filter.q !== '') {
    const like = `%${filter.q.toLowerCase().replaceAll(/[%_\\]/g, sign => `\\${sign}`)}%`
    query = query.where(eb =>
      eb.or([eb(eb.fn<string>('lower', ['subject']), 'like', like), eb('number', 'like', like)]),
    )
  }
  return query
}

/** A page of the queue; open tickets longest waiting first, others last written first. */
export async function queuePage(
  db: Db,
  filter: QueueFilter,
  after: { at: Date; id: string } | null,
  limit: number,
): Promise<Ticket[]> {
  const waiting = filter.state === 'open'
  // Who writes again has waited since the first of it.
  const by = waiting ? 'waitingSince' : 'lastMessageAt'
  let query = queue(db, filter).selectAll()
  if (after !== null) {
    const sign = waiting ? '>' : '<'
    query = query.where(eb =>
      eb.or([eb(by, sign, after.at), eb.and([eb(by, '=', after.at), eb('id', sign, after.id)])]),
    )
  }
  const direction = waiting ? 'asc' : 'desc'
  return query.orderBy(by, direction).orderBy('id', direction).limit(limit).execute()
}

/** How many tickets are in each state. */
export const countByState = (db: Db, scope: Scope) =>
  queue(db, { scope })
    .select(eb => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()

/** Of those who wait for us: since when the longest does, and how many have since before an instant. */
export const waitingOf = (db: Db, scope: Scope, lateBefore: Date) =>
  queue(db, { scope, state: 'open' })
    .select(eb => [
      eb.fn.min('waitingSince').as('since'),
      sql<string | null>`sum(waitingSince < ${lateBefore})`.as('late'),
    ])
    .executeTakeFirstOrThrow()

/** How many complaints wait for us. */
export async function countComplaints(db: Db, scope: Scope): Promise<number> {
  const row = await queue(db, { scope, state: 'open', kind: 'complaint' })
    .select(eb => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}
