import { sql } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

/**
 * Rows that are named are locked where they are. By an index of states the database would lock those of other senders too,
 * in an order of its own, and two of them would wait for each other.
 */
const BY_ID = sql.raw('force index (primary)')

/**
 * Leases up to `limit` due messages of a group to one sender until `leasedUntil`; nobody else gets them before. They stay
 * planned: only what is about to leave becomes `sending`, so a fallen sender's lease ends by itself. Returns how many.
 */
export async function leaseMessages(
  db: Db,
  group: string,
  token: string,
  limit: number,
  { now, leasedUntil }: { now: Date; leasedUntil: Date },
): Promise<number> {
  const result = await db
    .updateTable('wechat_message')
    .set({ claimToken: token, notBefore: leasedUntil })
    .where('groupKey', '=', group)
    .where('state', '=', 'planned')
    .where('notBefore', '<=', now)
    .orderBy('notBefore')
    .limit(limit)
    .executeTakeFirstOrThrow()
  return affected(result)
}

/** The messages that a sender has leased and not yet sent. */
export const leasedMessages = (db: Db, token: string) =>
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
      'claimToken',
      'bodyJson',
      'attempts',
      'firstSentAt',
      'rightKind',
      'rightUntil',
    ])
    .where('claimToken', '=', token)
    .where('state', '=', 'planned')
    .orderBy('id')
    .execute()
export type LeasedMessage = Awaited<ReturnType<typeof leasedMessages>>[number]

/** The last word before bytes leave: planned → sending, only for what the sender still holds. Returns how many changed. */
export async function markSending(tx: Db, token: string, ids: readonly string[], now: Date): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    update wechat_message ${BY_ID}
    set state = 'sending', claimedAt = ${now}, firstSentAt = coalesce(firstSentAt, ${now}), attempts = attempts + 1
    where id in (${sql.join(ids)}) and claimToken = ${token} and state = 'planned'`.execute(tx)
  return Number(numAffectedRows)
}

/** Which of the ids the sender has marked as under way. */
export async function markedIds(tx: Db, token: string, ids: readonly string[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('wechat_message')
    .select('id')
    .where('id', 'in', ids)
    .where('claimToken', '=', token)
    .where('state', '=', 'sending')
    .execute()
  return new Set(rows.map(row => row.id))
}

/**
 * Locks those of a sender's messages whose result may still be written: under way, or given up as unknown meanwhile
 * without anybody having decided on them.
 */
export async function lockOpen(tx: Tx, token: string, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select id from wechat_message ${BY_ID}
    where id in (${sql.join(ids)}) and claimToken = ${token} and state in ('sending', 'unknown')
    order by id for update`.execute(tx)
  return new Set(rows.map(row => row.id))
}

/** How a message ended, or when to try it again. */
export interface Settled {
  readonly id: string
  readonly state: 'sent' | 'failed' | 'refused' | 'unknown' | 'planned'
  readonly platformId: string | null
  readonly errorCode: number | null
  readonly reason: string
  readonly notBefore: Date
  /** Bytes of it may have reached WeChat, in this try or an earlier one. */
  readonly mayHaveArrived: boolean
}

const pick = <T>(column: string, rows: readonly Settled[], value: (row: Settled) => T) =>
  sql<T>`case id ${sql.join(
    rows.map(row => sql`when ${row.id} then ${value(row)}`),
    sql` `,
  )} else ${sql.ref(column)} end`

/** Records what became of messages whose rows are locked: those that were simply sent in one statement, the rest in another. */
export async function recordMessages(tx: Tx, settled: readonly Settled[], now: Date): Promise<void> {
  const rowsOf = (rows: readonly Settled[]) =>
    tx.updateTable('wechat_message').where(
      'id',
      'in',
      rows.map(row => row.id),
    )
  const sent = settled.filter(row => row.state === 'sent')
  const others = settled.filter(row => row.state !== 'sent')
  if (sent.length > 0) {
    await rowsOf(sent)
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
    await rowsOf(others)
      .set({
        settledAt: pick('settledAt', others, row => (row.state === 'planned' ? null : now)),
        reason: pick('reason', others, row => row.reason.slice(0, 200)),
        errorCode: pick('errorCode', others, row => row.errorCode),
        notBefore: pick('notBefore', others, row => row.notBefore),
        // A try that is known to have done nothing was not the first.
        firstSentAt: sql`if(${pick('firstSentAt', others, row => Number(row.mayHaveArrived))}, firstSentAt, null)`,
        claimToken: sql`if(${pick('state', others, row => row.state)} = 'planned', null, claimToken)`,
        state: pick('state', others, row => row.state),
      })
      .execute()
  }
}

/** Gives leased messages back unsent, to be tried from an instant on. */
export const returnLeased = (db: Db, token: string, ids: readonly string[], notBefore: Date, reason: string) =>
  sql`
    update wechat_message ${BY_ID} set claimToken = null, notBefore = ${notBefore}, reason = ${reason}
    where id in (${sql.join(ids)}) and claimToken = ${token} and state = 'planned'`.execute(db)

/**
 * Settles what a fallen sender has left under way. With a client message id and within WeChat's memory of it, the message
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

/** When the next message of a group is due; null when none is planned. A leased one counts as due at the end of its lease. */
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

/**
 * Withdraws up to `limit` messages that a group has not sent yet, for ever; they are found again under the token. One that
 * waits to be repeated may have arrived in its first try: it is unknown.
 */
export async function withdrawSome(
  tx: Tx,
  group: string,
  { token, reason, now, limit }: { token: string; reason: string; now: Date; limit: number },
): Promise<number> {
  const result = await tx
    .updateTable('wechat_message')
    .set({
      state: sql`if(firstSentAt is null, 'withdrawn', 'unknown')`,
      reason,
      settledAt: now,
      claimToken: token,
    })
    .where('groupKey', '=', group)
    .where('state', '=', 'planned')
    .limit(limit)
    .executeTakeFirstOrThrow()
  return affected(result)
}

/** What was withdrawn under a token and held a right. */
export const withdrawnHolders = (tx: Tx, token: string) =>
  tx
    .selectFrom('wechat_message')
    .select(['id', 'appId', 'openid', 'templateId', 'rightKind', 'rightUntil'])
    .where('claimToken', '=', token)
    .where('state', '=', 'withdrawn')
    .where('rightKind', '<>', '')
    .execute()
