import { personIds, type KeptPart } from '../../members/index.ts'

/** The campaigns that had a member in their audience, for the copy of their data; who was merged into them counts too. */
export function campaignsPart(): KeptPart {
  return {
    name: 'campaigns',
    label: { zh: '营销活动', en: 'Campaigns' },
    collect: async (db, memberId) =>
      db
        .selectFrom('campaign_recipient as r')
        .innerJoin('campaign as c', 'c.id', 'r.campaignId')
        .select(['c.name', 'c.purpose', 'c.route', 'c.frozenAt', 'r.coupon', 'r.message', 'r.reason'])
        .where('r.memberId', 'in', await personIds(db, memberId))
        .orderBy('c.id')
        .execute(),
  }
}
