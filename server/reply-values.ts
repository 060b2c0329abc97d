import type { Db } from './kernel/db.ts'
import type { CatalogApi } from './modules/catalog/index.ts'
import type { CouponsApi } from './modules/coupons/index.ts'
import type { MembersApi } from './modules/members/index.ts'
import type { PointsApi } from './modules/points/index.ts'
import type { TiersApi } from './modules/tiers/index.ts'
import type { ReplyValues } from './modules/wechat/index.ts'

/** Where the values of reply texts come from. */
export interface ReplyValueSources {
  readonly members: Pick<MembersApi, 'briefs'>
  readonly points: Pick<PointsApi, 'balances'>
  readonly coupons: Pick<CouponsApi, 'ofMember'>
  readonly tiers: Pick<TiersApi, 'benefitsOf'>
  readonly catalog: Pick<CatalogApi, 'storeNames'>
}

/** What an automatic reply may say of a member: names masked, because what was said is kept in clear. */
export async function replyValues(
  db: Db,
  { members, points, coupons, tiers, catalog }: ReplyValueSources,
  memberId: string,
): Promise<ReplyValues> {
  const [briefs, balances, held, benefits] = await Promise.all([
    members.briefs(db, [memberId]),
    points.balances(db, [memberId]),
    coupons.ofMember(db, memberId),
    tiers.benefitsOf(db, [memberId]),
  ])
  const brief = briefs.get(memberId)
  if (brief === undefined || brief.state === 'closed') return {}
  const store =
    brief.homeStore === null ? '' : ((await catalog.storeNames(db, [brief.homeStore])).get(brief.homeStore) ?? '')
  return {
    昵称: brief.name,
    会员名: brief.name,
    积分: String(balances.get(memberId) ?? 0),
    等级: benefits.get(memberId)?.name.zh ?? '',
    券张数: String(held.filter(({ state }) => state === 'usable').length),
    门店: store,
  }
}
