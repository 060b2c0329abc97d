import type { Db } from '../../../kernel/db.ts'
import { activeMembers, memberOpenids, memberUnionids } from '../../members/index.ts'
import { pointsBalances } from '../../points/index.ts'
import { boughtBy, salesByMember } from '../../sales/index.ts'
import { followers } from '../../wechat/index.ts'
import type { Relations } from './compile.ts'

/** Members who follow an official account (any, when not told which): memberId, appId, openid. Only of these members, when given. */
export function followingMembers(db: Db, appId?: string, memberIds?: readonly string[]) {
  let now = followers(db)
  if (appId !== undefined) now = now.where('wechat_follower.appId', '=', appId)
  let byUnionid = db
    .selectFrom(memberUnionids(db).as('u'))
    .innerJoin(now.as('f'), 'f.unionid', 'u.unionid')
    .select(['u.memberId', 'f.appId', 'f.openid'])
  let byOpenid = db
    .selectFrom(memberOpenids(db).as('o'))
    .innerJoin(now.as('f'), join => join.onRef('f.openid', '=', 'o.openid').onRef('f.appId', '=', 'o.appId'))
    .select(['o.memberId', 'f.appId', 'f.openid'])
  if (memberIds !== undefined) {
    byUnionid = byUnionid.where('u.memberId', 'in', memberIds)
    byOpenid = byOpenid.where('o.memberId', 'in', memberIds)
  }
  return byUnionid.union(byOpenid)
}

/** How to read what segments are made of. */
export type RelationsOf = (db: Db) => Relations

export const relationsOf: RelationsOf = db => ({
  members: activeMembers(db),
  balances: pointsBalances(db),
  followers: followingMembers(db),
  purchases: since => salesByMember(db, since),
  bought: (what, codes, since) =>
    boughtBy(db, what === 'category' ? { categoryCodes: codes } : { productCodes: codes }, since),
})
