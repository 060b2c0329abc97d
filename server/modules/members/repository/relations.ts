import type { Db } from '../../../kernel/db.ts'

/** Active members, to be joined by others: memberId, homeStoreCode, enrolledStoreCode, enrolledAt. */
export const activeMembers = (db: Db) =>
  db
    .selectFrom('member')
    .select(['member.id as memberId', 'homeStoreCode', 'enrolledStoreCode', 'enrolledAt'])
    .where('member.state', '=', 'active')

/** How WeChat knows active members: memberId, appId, openid. */
export const memberOpenids = (db: Db) =>
  db.selectFrom('member_identity').select(['memberId', 'appId', 'value as openid']).where('kind', '=', 'openid')

/** Unionids of members: memberId, unionid. */
export const memberUnionids = (db: Db) =>
  db.selectFrom('member_identity').select(['memberId', 'value as unionid']).where('kind', '=', 'unionid')

/** Which old card stands for which member since when: cardNo, memberId, boundAt. */
export const boundCards = (db: Db) =>
  db
    .selectFrom('card')
    .select(['cardNo', 'memberId', 'boundAt'])
    .where('state', '=', 'bound')
    .$narrowType<{ memberId: string; boundAt: Date }>()

/** Members who agree to a purpose on a channel now: memberId. */
export const consenting = (
  db: Db,
  purpose: 'marketing' | 'personalRecommendation',
  channel: 'wechat' | 'sms' | 'all',
) =>
  db
    .selectFrom('consent')
    .select('memberId')
    .where('purpose', '=', purpose)
    .where('channel', '=', channel)
    .where('granted', '=', 1)

/** Members in whose place another one stands now: memberId, mergedInto. */
export const mergedMembers = (db: Db) =>
  db
    .selectFrom('member')
    .select(['member.id as memberId', 'member.mergedInto'])
    .where('member.state', '=', 'merged')
    .$narrowType<{ mergedInto: string }>()

/** Under which ids a person has been a member: their own, and those that were merged into it and stand still there. */
export async function personIds(db: Db, memberId: string): Promise<string[]> {
  const merged = await db.selectFrom('member').select('id').where('mergedInto', '=', memberId).execute()
  return [memberId, ...merged.map(row => row.id)]
}

/** How active members came: memberId, recruitedBy, the keyed hash of the phone, homeStoreCode, enrolledAt. */
export const memberEntries = (db: Db) =>
  db
    .selectFrom('member')
    .select(['member.id as memberId', 'recruitedBy', 'phoneHash', 'homeStoreCode', 'enrolledAt'])
    .where('member.state', '=', 'active')
