import type { Db } from '../../../kernel/db.ts'
import { type Scope, scopeWhere } from '../../../kernel/scope.ts'
import { messagesOf } from '../../wechat/index.ts'
import { groupOf, keyOf } from './keys.ts'

/** The campaigns that had a member in their audience, newest first; the scope is of the store the member had then. */
export async function campaignsOfMember(db: Db, scope: Scope, memberId: string, before: string | null, limit: number) {
  let query = db
    .selectFrom('campaign_recipient as r')
    .innerJoin('campaign as c', 'c.id', 'r.campaignId')
    .select(['c.id as campaignId', 'c.name', 'c.purpose', 'c.route', 'c.frozenAt as startedAt'])
    .select(['r.coupon', 'r.couponReason', 'r.message', 'r.reason'])
    .where('r.memberId', '=', memberId)
    .where(scopeWhere(scope, 'r.storeCode'))
  if (before !== null) query = query.where('r.campaignId', '<', before)
  const rows = await query.orderBy('r.campaignId', 'desc').limit(limit).execute()
  return Promise.all(rows.map(async row => ({ ...row, ...(await fateOf(db, row.campaignId, memberId, row)) })))
}

/** What WeChat's side says of one planned message; the recipient's own word otherwise. */
async function fateOf(
  db: Db,
  campaignId: string,
  memberId: string,
  { message, reason }: { message: string; reason: string },
): Promise<{ message: string; reason: string; settledAt: Date | null }> {
  if (message !== 'planned') return { message, reason, settledAt: null }
  const sent = await db
    .selectFrom(messagesOf(db, groupOf(campaignId)).as('m'))
    .select(['m.state', 'm.reason', 'm.settledAt'])
    .where('m.messageKey', '=', keyOf(campaignId, memberId))
    .executeTakeFirst()
  const state = sent?.state ?? 'planned'
  return {
    message: state === 'planned' ? 'waiting' : state === 'withdrawn' ? 'stopped' : state,
    reason: sent === undefined || sent.reason === '' ? reason : sent.reason,
    settledAt: sent?.settledAt ?? null,
  }
}
