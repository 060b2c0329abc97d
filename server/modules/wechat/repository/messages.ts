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
