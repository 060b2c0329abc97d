import type { Db, Tx } from '../../../kernel/db.ts'
import { affected } from '../../../kernel/db.ts'

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

const SHOWN = [
  'id',
  'appId',
  'openid',
  'route',
  'purpose',
  'templateId',
  'bodyJson',
  'state',
  'reason',
  'plannedAt',
  'settledAt',
  'attempts',
] as const

/** Messages of which nobody knows whether they arrived, newest first. */
export function unknownPage(db: Db, before: string | null, limit: number) {
  let query = db.selectFrom('wechat_message').select(SHOWN).where('state', '=', 'unknown')
  if (before !== null) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}

/** The messages to a person's addresses, newest first. */
export async function messagesOfPeople(
  db: Db,
  people: readonly { appId: string; openid: string }[],
  before: string | null,
  limit: number,
) {
  if (people.length === 0) return []
  let query = db
    .selectFrom('wechat_message')
    .select(SHOWN)
    .where(eb => eb.or(people.map(({ appId, openid }) => eb.and([eb('appId', '=', appId), eb('openid', '=', openid)]))))
  if (before !== null) query = query.where('id', '<', before)
  return query.orderBy('id', 'desc').limit(limit).execute()
}
export type ShownMessage = Awaited<ReturnType<typeof messagesOfPeople>>[number]

/** Locks one message for a decision. */
export const lockMessage = (tx: Tx, id: string) =>
  tx.selectFrom('wechat_message').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** Ends an unknown message as somebody, or WeChat's report, has decided; false when it is no longer unknown. */
export async function endUnknown(
  tx: Tx,
  id: string,
  end: { state: 'sent' | 'failed'; reason: string; platformId?: string; settledAt: Date },
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_message')
    .set(end)
    .where('id', '=', id)
    .where('state', '=', 'unknown')
    .executeTakeFirstOrThrow()
  return affected(result) > 0
}

/** Locks the unknown subscribe messages of people, which a late report of WeChat may be about. */
export const lockUnknownOf = (tx: Tx, appId: string, openids: readonly string[], since: Date) =>
  tx
    .selectFrom('wechat_message')
    .select(['id', 'appId', 'openid', 'templateId', 'rightKind', 'rightUntil', 'firstSentAt'])
    .where('appId', '=', appId)
    .where('openid', 'in', openids)
    .where('route', '=', 'subscribe')
    .where('state', '=', 'unknown')
    .where('platformId', 'is', null)
    .where('firstSentAt', '>', since)
    .orderBy('id')
    .forUpdate()
    .execute()

/** Whether a message is known under WeChat's id. */
export const isKnownId = async (db: Db, appId: string, platformId: string): Promise<boolean> =>
  (await db
    .selectFrom('wechat_message')
    .select('id')
    .where('appId', '=', appId)
    .where('platformId', '=', platformId)
    .executeTakeFirst()) !== undefined

const ENDED = ['sent', 'failed', 'refused', 'withdrawn'] as const
const AT_ONCE = 5_000

/** Empties what ended messages say and to whom, a bounded number at a time; the key stays. Returns how many. */
export async function emptyMessages(db: Db, before: Date): Promise<number> {
  const result = await db
    .updateTable('wechat_message')
    .set({ openid: '', bodyJson: '{}' })
    .where('state', 'in', ENDED)
    .where('settledAt', '<', before)
    .where('bodyJson', '<>', '{}')
    .limit(AT_ONCE)
    .executeTakeFirstOrThrow()
  return affected(result)
}

/** Deletes messages that ended long ago, a bounded number at a time. Returns how many. */
export async function deleteMessages(db: Db, before: Date): Promise<number> {
  const result = await db
    .deleteFrom('wechat_message')
    .where('state', 'in', ENDED)
    .where('settledAt', '<', before)
    .limit(AT_ONCE)
    .executeTakeFirstOrThrow()
  return affected(result)
}
