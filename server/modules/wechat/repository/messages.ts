import { sql } from 'kysely'
import type { Insertable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected, chunks } from '../../../kernel/db.ts'

export type MessageRow = Insertable<DB['wechat_message']>

/** Writes messages that are to be sent; a key that is known stays what it is. */
export async function insertMessages(tx: Tx, rows: readonly MessageRow[]): Promise<void> {
  for (const run of chunks(rows, 500)) {
    await tx
      .insertInto('wechat_message')
      .values(run)
      .onDuplicateKeyUpdate({ id: sql`id` })
      .execute()
  }
}

/** Takes up to `limit` due messages of a group for one sender; nobody else gets them. Returns how many. */
export async function claimMessages(db: Db, group: string, token: string, limit: number, now: Date): Promise<number> {
  const result = await db
    .updateTable('wechat_message')
    .set({
      state: 'sending',
      claimToken: token,
      claimedAt: now,
      firstSentAt: sql`coalesce(firstSentAt, ${now})`,
      attempts: sql`attempts + 1`,
    })
    .where('groupKey', '=', group)
    .where('state', '=', 'planned')
    .where('notBefore', '<=', now)
    .orderBy('notBefore')
    .limit(limit)
    .executeTakeFirstOrThrow()
  return affected(result)
}

/** The messages that a sender has taken. */
export const claimedMessages = (db: Db, token: string) =>
  db
    .selectFrom('wechat_message')
    .select([
      'id',
      'messageKey',
      'groupKey',
      'appId',
      'openid',
      'route',
      'templateId',
      'clientMsgId',
      'bodyJson',
      'attempts',
      'firstSentAt',
    ])
    .where('claimToken', '=', token)
    .where('state', '=', 'sending')
    .execute()
export type ClaimedMessage = Awaited<ReturnType<typeof claimedMessages>>[number]

/** How a message ended, or when to try it again. */
export interface Settled {
  readonly id: string
  readonly state: 'sent' | 'failed' | 'refused' | 'unknown' | 'planned'
  readonly platformId: string | null
  readonly errorCode: number | null
  readonly reason: string
  readonly notBefore: Date
}

const pick = <T>(column: string, rows: readonly Settled[], value: (row: Settled) => T) =>
  sql<T>`case id ${sql.join(
    rows.map(row => sql`when ${row.id} then ${value(row)}`),
    sql` `,
  )} else ${sql.ref(column)} end`

/**
 * Records what became of a sender's messages: those that were simply sent in one statement, the rest in another.
 * Only rows that the sender still holds change, so one that was given up as lost meanwhile stays what it is.
 */
export async function recordMessages(tx: Tx, token: string, settled: readonly Settled[], now: Date): Promise<void> {
  const held = (rows: readonly Settled[]) =>
    tx
      .updateTable('wechat_message')
      .where('claimToken', '=', token)
      .where('state', '=', 'sending')
      .where(
        'id',
        'in',
        rows.map(row => row.id),
      )
  const sent = settled.filter(row => row.state === 'sent')
  const others = settled.filter(row => row.state !== 'sent')
  if (sent.length > 0) {
    await held(sent)
      .set({
        state: 'sent',
        settledAt: now,
        platformId: pick('platformId', sent, row => row.platformId),
        reason: '',
        errorCode: null,
      })
      .execute()
  }
  if (others.length > 0) {
    await held(others)
      .set({
        settledAt: pick('settledAt', others, row => (row.state === 'planned' ? null : now)),
        reason: pick('reason', others, row => row.reason.slice(0, 200)),
        errorCode: pick('errorCode', others, row => row.errorCode),
        notBefore: pick('notBefore', others, row => row.notBefore),
        claimToken: pick('claimToken', others, row => (row.state === 'planned' ? null : token)),
        state: pick('state', others, row => row.state),
      })
      .execute()
  }
}

/**
 * Settles what a fallen sender has left behind. With a client message id and within WeChat's memory of it, the message
 * goes out again under the same id; any other may have arrived, so it is unknown and is never sent again by itself.
 */
export async function settleLeftovers(
  db: Db,
  before: Date,
  remembered: Date,
  now: Date,
): Promise<{ again: number; unknown: number }> {
  const left = () => db.updateTable('wechat_message').where('state', '=', 'sending').where('claimedAt', '<', before)
  const again = await left()
    .set({ state: 'planned', claimToken: null, notBefore: now })
    .where('clientMsgId', 'is not', null)
    .where('firstSentAt', '>', remembered)
    .executeTakeFirstOrThrow()
  const unknown = await left().set({ state: 'unknown', settledAt: now, reason: 'crashed' }).executeTakeFirstOrThrow()
  return { again: affected(again), unknown: affected(unknown) }
}

/** When the next message of a group is due; null when none is planned or under way. */
export async function nextDue(db: Db, group: string): Promise<{ planned: Date | null; sending: number }> {
  const row = await db
    .selectFrom('wechat_message')
    .select([
      sql<Date | null>`min(case when state = 'planned' then notBefore end)`.as('planned'),
      sql<string>`coalesce(sum(state = 'sending'), 0)`.as('sending'),
    ])
    .where('groupKey', '=', group)
    .where('state', 'in', ['planned', 'sending'])
    .executeTakeFirstOrThrow()
  return { planned: row.planned, sending: Number(row.sending) }
}

/** Withdraws what a group has not sent yet, for ever; returns how many. */
export async function withdraw(tx: Tx, group: string, reason: string, now: Date): Promise<number> {
  const result = await tx
    .updateTable('wechat_message')
    .set({ state: 'withdrawn', reason, settledAt: now })
    .where('groupKey', '=', group)
    .where('state', '=', 'planned')
    .executeTakeFirstOrThrow()
  return affected(result)
}

/** WeChat reports afterwards that a message it had accepted did not arrive; false when we do not know the message (yet). */
export async function markUndelivered(
  tx: Tx,
  appId: string,
  platformId: string,
  state: 'failed' | 'refused',
  reason: string,
  now: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_message')
    .set({ state, reason, settledAt: now })
    .where('appId', '=', appId)
    .where('platformId', '=', platformId)
    .where('state', 'in', ['sent', 'unknown', state])
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

/** What has become of single messages, by key. */
export async function outcomesOf(
  db: Db,
  keys: readonly string[],
): Promise<Map<string, { state: string; reason: string; errorCode: number | null }>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('wechat_message')
    .select(['messageKey', 'state', 'reason', 'errorCode'])
    .where('messageKey', 'in', keys)
    .execute()
  return new Map(rows.map(({ messageKey, ...rest }) => [messageKey, rest]))
}

/** Counts for the health of sending. */
export async function sendingCounts(db: Db, since: Date) {
  const open = await db
    .selectFrom('wechat_message')
    .select(eb => ['state', eb.fn.countAll<number>().as('count'), eb.fn.min('notBefore').as('oldest')])
    .where('state', 'in', ['planned', 'sending'])
    .groupBy('state')
    .execute()
  const ended = await db
    .selectFrom('wechat_message')
    .select(eb => ['state', eb.fn.countAll<number>().as('count')])
    .where('state', 'in', ['sent', 'failed', 'refused', 'unknown'])
    .where('settledAt', '>=', since)
    .groupBy('state')
    .execute()
  return { open, ended }
}
