import { sql, type SqlBool } from 'kysely'
import { chunks, type Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { scopeWhere } from '../../../kernel/scope.ts'

/** What to look for in a list of followers. */
export interface FollowerFilter {
  readonly appId: string
  readonly tagId?: string | undefined
  readonly state?: 'blacklisted' | 'refuses' | undefined
  /** Any of these: named openids, the end of an openid, a word in the name of the code they came by. */
  readonly search?: { readonly openids: readonly string[]; readonly word: string } | undefined
}

/** Followers whom a scope may see: all, or those who came by a code of its stores (they have no store of their own). */
function within(db: Db, appId: string, scope: Scope) {
  const all = db
    .selectFrom('wechat_follower')
    .where('wechat_follower.appId', '=', appId)
    .where('wechat_follower.following', '=', 1)
  if (scope.kind === 'all') return all
  return all.where(
    sql<SqlBool>`wechat_follower.openidHash in (select t.personHash from wechat_code_touch as t join wechat_code as c on c.id = t.codeId
      where ${scopeWhere(scope, 'c.storeCode')})`,
  )
}

/** One page of the followers of a scope, newest first. */
export function followerPage(
  db: Db,
  { appId, tagId, state, search }: FollowerFilter,
  scope: Scope,
  after: { at: Date; hash: string } | null,
  limit: number,
) {
  let query = within(db, appId, scope)
    .innerJoin('wechat_reach', join =>
      join.onRef('wechat_reach.openid', '=', 'wechat_follower.openid').on('wechat_reach.appId', '=', appId),
    )
    .select(eb => [
      'wechat_follower.openidHash',
      eb.ref('wechat_follower.openid').$notNull().as('openid'),
      'wechat_follower.changedAt',
      'wechat_follower.scene',
      'wechat_follower.blacklistedAt',
      'wechat_reach.blocked',
    ])
  if (tagId !== undefined)
    query = query.where(eb =>
      eb(
        'wechat_follower.openid',
        'in',
        eb
          .selectFrom('wechat_tag_person')
          .select('wechat_tag_person.openid')
          .where('tagId', '=', tagId)
          .where('wechat_tag_person.state', 'in', ['on', 'adding']),
      ),
    )
  if (state === 'blacklisted') query = query.where('wechat_follower.blacklistedAt', 'is not', null)
  if (state === 'refuses')
    query = query.where('wechat_follower.blacklistedAt', 'is', null).where('wechat_reach.blocked', '=', 1)
  if (search !== undefined)
    query = query.where(eb =>
      eb.or([
        ...(search.openids.length === 0 ? [] : [eb('wechat_follower.openid', 'in', search.openids)]),
        sql<SqlBool>`right(wechat_follower.openid, char_length(${search.word})) = ${search.word}`,
        sql<SqlBool>`wechat_follower.scene in (select c.scene from wechat_code as c where locate(${search.word}, c.name) > 0)`,
      ]),
    )
  if (after !== null)
    query = query
      .where('wechat_follower.changedAt', '<=', after.at)
      .where(eb =>
        eb.or([eb('wechat_follower.changedAt', '<', after.at), eb('wechat_follower.openidHash', '<', after.hash)]),
      )
  return query
    .orderBy('wechat_follower.changedAt', 'desc')
    .orderBy('wechat_follower.openidHash', 'desc')
    .limit(limit)
    .execute()
}

/** Of chosen followers those whom a scope may see, with their openids. */
export const chosenFollowers = (db: Db, appId: string, hashes: readonly string[], scope: Scope) =>
  within(db, appId, scope)
    .select(eb => ['openidHash', eb.ref('openid').$notNull().as('openid')])
    .where('openidHash', 'in', hashes)
    .execute()

/** The tags of people: openid, tagId, name, state. */
export const tagsOfPeople = (db: Db, appId: string, openids: readonly string[]) =>
  openids.length === 0
    ? Promise.resolve([])
    : db
        .selectFrom('wechat_tag_person as p')
        .innerJoin('wechat_tag as t', 't.id', 'p.tagId')
        .select(['p.openid', 'p.tagId', 't.name', 'p.state'])
        .where('t.appId', '=', appId)
        .where('p.openid', 'in', openids)
        .where('p.state', 'in', ['on', 'adding'])
        .orderBy('t.createdAt')
        .execute()

/** The names of the codes behind scenes. */
export const codesOfScenes = (db: Db, scenes: readonly string[]) =>
  scenes.length === 0
    ? Promise.resolve([])
    : db.selectFrom('wechat_code').select(['id', 'scene', 'name']).where('scene', 'in', scenes).execute()

/** Notes who is on the blacklist since when, or no longer. */
export async function setBlacklisted(
  tx: Db,
  appId: string,
  openids: readonly string[],
  since: Date | null,
): Promise<void> {
  for (const run of chunks(openids, 500))
    await tx
      .updateTable('wechat_follower')
      .set({ blacklistedAt: since })
      .where('appId', '=', appId)
      .where('openid', 'in', run)
      .where('blacklistedAt', since === null ? 'is not' : 'is', null)
      .execute()
}

/** Whether somebody is on the blacklist of one of the accounts. */
export async function isBlacklisted(db: Db, people: readonly { appId: string; openid: string }[]): Promise<boolean> {
  if (people.length === 0) return false
  const found = await db
    .selectFrom('wechat_follower')
    .select('openid')
    .where('blacklistedAt', 'is not', null)
    .where(eb => eb.or(people.map(({ appId, openid }) => eb.and([eb('appId', '=', appId), eb('openid', '=', openid)]))))
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Followers who count as blacklisted; for comparing with WeChat's list. */
export const blacklistedOpenids = async (db: Db, appId: string): Promise<string[]> =>
  (
    await db
      .selectFrom('wechat_follower')
      .select(eb => eb.ref('openid').$notNull().as('openid'))
      .where('appId', '=', appId)
      .where('blacklistedAt', 'is not', null)
      .where('openid', 'is not', null)
      .execute()
  ).map(row => row.openid)
