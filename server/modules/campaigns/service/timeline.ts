import { scopeWhere } from '../../../kernel/scope.ts'
import { newestOf, type TimelinePart } from '../../members/index.ts'
import { reasonText } from './reasons.ts'

/** Campaigns that had a member in their audience, with the coupon's way; what was sent is told as messages. */
export const campaignsTimeline = (): TimelinePart => ({
  kind: 'campaign',
  permission: 'members.read',
  async read(db, ask) {
    const rows = await db
      .selectFrom('campaign_recipient as r')
      .innerJoin('campaign as c', 'c.id', 'r.campaignId')
      .select(['c.id', 'c.name', 'c.frozenAt', 'r.coupon', 'r.couponReason', 'r.message', 'r.reason'])
      .where('r.memberId', '=', ask.memberId)
      .where(scopeWhere(ask.scope, 'r.storeCode'))
      .execute()
    return newestOf(
      rows.flatMap(row =>
        row.frozenAt === null
          ? []
          : [
              {
                id: row.id,
                at: row.frozenAt,
                what: row.coupon,
                // A planned message tells its own fate.
                detail: row.message === 'planned' ? null : row.message,
                text: row.name,
                note: [row.couponReason, row.message === 'planned' ? '' : row.reason]
                  .filter(reason => reason !== '')
                  .map(reason => reasonText(reason, ask.language))
                  .join(' · '),
                refId: row.id,
              },
            ],
      ),
      ask,
    )
  },
})
