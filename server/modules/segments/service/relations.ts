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

interface Address {
  readonly appId: string
  readonly openid: string
}

/** A member's addresses, one for each account: the mini-program's, and the official account's where they follow it. */
export async function addressesOf(db: Db, memberId: string): Promise<Address[]> {
  const own = await memberOpenids(db).where('member_identity.memberId', '=', memberId).execute()
  const followed = await followingMembers(db, undefined, [memberId]).execute()
  const byAccount = new Map([...own, ...followed].map(({ appId, openid }) => [appId, { appId, openid }]))
  return [...byAccount.values()]
}

/** Whose addresses these are: 'appId openid' → memberId; those of nobody are left out. */
export async function membersAt(db: Db, people: readonly Address[]): Promise<Map<string, string>> {
  const openids = [...new Set(people.map(({ openid }) => openid))]
  if (openids.length === 0) return new Map()
  const byOpenid = await memberOpenids(db).where('member_identity.value', 'in', openids).execute()
  const byUnionid = await db
    .selectFrom(memberUnionids(db).as('u'))
    .innerJoin(followers(db).as('f'), 'f.unionid', 'u.unionid')
    .select(['u.memberId', 'f.appId', 'f.openid'])
    .where('f.openid', 'in', openids)
    .execute()
  return new Map([...byUnionid, ...byOpenid].map(({ appId, openid, memberId }) => [`${appId} ${openid}`, memberId]))
}
