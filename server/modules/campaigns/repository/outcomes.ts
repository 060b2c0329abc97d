import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { messagesOf } from '../../wechat/index.ts'
import { groupOf } from './keys.ts'

/** An outcome of a message is a state of the recipient's row, of WeChat's side, or of both. */
const OUTCOMES: Readonly<Record<string, { readonly row: string | null; readonly wechat: string | null }>> = {
  none: { row: 'none', wechat: null },
  noRight: { row: 'noRight', wechat: null },
  skipped: { row: 'skipped', wechat: null },
  waiting: { row: 'waiting', wechat: 'planned' },
  stopped: { row: 'stopped', wechat: 'withdrawn' },
  sending: { row: null, wechat: 'sending' },
  sent: { row: null, wechat: 'sent' },
  failed: { row: null, wechat: 'failed' },
  refused: { row: null, wechat: 'refused' },
  unknown: { row: null, wechat: 'unknown' },
}
const OUTCOME = sql<string>`case when r.message <> 'planned' then r.message when m.state = 'planned' then 'waiting' when m.state = 'withdrawn' then 'stopped' else coalesce(m.state, 'waiting') end`

interface PageOf {
  readonly coupon?: string | undefined
  readonly after: string | null
  readonly limit: number
}

/** People in the order of their ids with what WeChat's side says of them; `message` is the state of the row. */
function byRow(db: Db, campaignId: string, message: string | null, { coupon, after, limit }: PageOf) {
  let query = db
    .selectFrom('campaign_recipient as r')
    .leftJoin(messagesOf(db, groupOf(campaignId)).as('m'), join =>
      join.on('m.messageKey', '=', sql<string>`concat(${`${groupOf(campaignId)}:`}, r.memberId)`),
    )
    .select(['r.memberId', 'r.storeCode', 'r.coupon', 'r.couponReason', 'm.settledAt'])
    .select([OUTCOME.as('message'), sql<string>`coalesce(nullif(m.reason, ''), r.reason)`.as('reason')])
    .where('r.campaignId', '=', campaignId)
  if (message !== null) query = query.where('r.message', '=', message)
  if (coupon !== undefined) query = query.where('r.coupon', '=', coupon)
  if (after !== null) query = query.where('r.memberId', '>', after)
  return query.orderBy('r.memberId').limit(limit).execute()
}

/** The same, led by the messages of one state: their keys end in the member's id, so they are in the same order. */
function byMessage(db: Db, campaignId: string, state: string, { coupon, after, limit }: PageOf) {
  const prefix = `${groupOf(campaignId)}:`
  let query = db
    .selectFrom(messagesOf(db, groupOf(campaignId)).as('m'))
    .innerJoin('campaign_recipient as r', join =>
      join
        .on('r.campaignId', '=', campaignId)
        .on('r.memberId', '=', sql<string>`substring(m.messageKey, ${prefix.length + 1})`),
    )
    .select(['r.memberId', 'r.storeCode', 'r.coupon', 'r.couponReason', 'm.settledAt'])
    .select([OUTCOME.as('message'), sql<string>`coalesce(nullif(m.reason, ''), r.reason)`.as('reason')])
    .where('m.state', '=', state)
    .where('r.message', '=', 'planned')
  if (coupon !== undefined) query = query.where('r.coupon', '=', coupon)
  if (after !== null) query = query.where('m.messageKey', '>', prefix + after)
  return query.orderBy('m.messageKey').limit(limit).execute()
}

/** A page of an audience, person by person; every filter is led by an index, however rare the outcome. */
export async function recipientPage(db: Db, campaignId: string, filter: PageOf & { message?: string | undefined }) {
  if (filter.message === undefined) return byRow(db, campaignId, null, filter)
  const outcome = OUTCOMES[filter.message]
  if (outcome === undefined) return []
  const parts = await Promise.all([
    outcome.row === null ? [] : byRow(db, campaignId, outcome.row, filter),
    outcome.wechat === null ? [] : byMessage(db, campaignId, outcome.wechat, filter),
  ])
  return parts
    .flat()
    .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
    .slice(0, filter.limit)
}
