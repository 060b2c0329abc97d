import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { activeMembers, memberOpenids, memberUnionids } from '../../members/index.ts'
import { pointsBalances } from '../../points/index.ts'
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

// TEMPORARY until sales and catalog export salesByMember and boughtBy.
const PURCHASES = ['sale', 'return', 'exchange', 'adjustment']

export const relationsOf: RelationsOf = db => ({
  members: activeMembers(db),
  balances: pointsBalances(db),
  followers: followingMembers(db),
  purchases: since =>
    sql`select memberId, sum(net) as net, sum(type = 'sale') as orders, max(case when type = 'sale' then businessDate end) as lastDate
        from sales_document where memberId is not null and status <> 'void' and type in (${sql.join(PURCHASES)})
        ${since === null ? sql`` : sql`and businessDate >= ${since}`} group by memberId`,
  bought: (what, codes, since) => {
    const products =
      what === 'product'
        ? sql`l.productCode in (${sql.join([...codes])})`
        : sql`l.productCode in (select p.code from product p join category c on c.code = p.categoryCode left join category b on b.code = c.parentCode
            where c.code in (${sql.join([...codes])}) or c.parentCode in (${sql.join([...codes])}) or b.parentCode in (${sql.join([...codes])}))`
    return sql`select distinct d.memberId from sales_document d join sales_line l on l.documentId = d.id
        where d.memberId is not null and d.type = 'sale' and d.status <> 'void' and l.quantity > 0 and ${products}
        ${since === null ? sql`` : sql`and d.businessDate >= ${since}`}`
  },
})
