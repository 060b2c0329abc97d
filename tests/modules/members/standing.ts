import type { World } from '../../support/world.ts'

/** All that a merge may move of members, as it stands now: what an un-merge must bring back, row by row. */
export async function standingOf(shop: World, memberIds: readonly string[]) {
  const { db } = shop
  const of = <T extends { memberId: string | null }>(rows: readonly T[]): T[] => [...rows]
  return {
    members: await db
      .selectFrom('member')
      .select(['id', 'state', 'mergedInto', 'phoneHash', 'nameHash', 'birthdayHash', 'cardNo', 'homeStoreCode'])
      .where('id', 'in', memberIds)
      .orderBy('id')
      .execute(),
    identities: await db
      .selectFrom('member_identity')
      .select(['memberId', 'kind', 'appId', 'value', 'source', 'strength'])
      .where('memberId', 'in', memberIds)
      .orderBy('id')
      .execute(),
    cards: of(
      await db
        .selectFrom('card')
        .select(['memberId', 'cardNo', 'state'])
        .where('memberId', 'in', memberIds)
        .orderBy('cardNo')
        .execute(),
    ),
    consents: await db
      .selectFrom('consent')
      .select(['memberId', 'purpose', 'channel', 'granted'])
      .where('memberId', 'in', memberIds)
      .orderBy('memberId')
      .orderBy('purpose')
      .orderBy('channel')
      .execute(),
    households: await db
      .selectFrom('household_member')
      .select(['memberId', 'headId', 'place', 'joinedAt'])
      .where('memberId', 'in', memberIds)
      .orderBy('memberId')
      .execute(),
    coupons: of(
      await db
        .selectFrom('coupon')
        .select(['memberId', 'code', 'seq', 'state'])
        .where('memberId', 'in', memberIds)
        .orderBy('code')
        .execute(),
    ),
    lots: await db
      .selectFrom('points_lot')
      .select(['memberId', 'remaining', 'expiresOn', 'state'])
      .where('memberId', 'in', memberIds)
      .where('state', '<>', 'closed')
      .orderBy('memberId')
      .orderBy('expiresOn')
      .orderBy('remaining')
      .execute(),
    receipts: of(
      await db
        .selectFrom('sales_document')
        .select(['memberId', 'id'])
        .where('memberId', 'in', memberIds)
        .orderBy('id')
        .execute(),
    ),
    tiers: await db
      .selectFrom('tier_member')
      .select(['memberId', 'tier'])
      .where('memberId', 'in', memberIds)
      .orderBy('memberId')
      .execute(),
    bought: await db
      .selectFrom('tier_paid')
      .select(['memberId', 'tier', 'fromDay', 'untilDay'])
      .where('memberId', 'in', memberIds)
      .whereRef('untilDay', '>', 'fromDay')
      .orderBy('id')
      .execute(),
  }
}
