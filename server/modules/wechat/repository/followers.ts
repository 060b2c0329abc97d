import { sql } from 'kysely'
import type { Db, Tx } from '../../../kernel/db.ts'
import { chunks } from '../../../kernel/db.ts'
import { forgetRights, setFollowing } from './rights/grants.ts'

/** A follow or unfollow as WeChat told it. */
export interface FollowChange {
  readonly appId: string
  readonly openid: string
  readonly openidHash: string
  readonly following: boolean
  readonly scene: string
  readonly at: Date
}

const NEWER = sql`(values(changedAt) > changedAt or (values(changedAt) = changedAt and values(following) < following))`

/**
 * Applies changes that may come in any order and twice: only what is newer by WeChat's own time counts, and of the
 * same second the unfollow. The comparison column is assigned last, because assignments see those before them.
 */
export async function applyFollows(tx: Tx, changes: readonly FollowChange[]): Promise<void> {
  for (const run of chunks(changes, 200)) {
    const rows = run.map(
      change =>
        sql`(${change.appId}, ${change.openidHash}, ${change.following ? change.openid : null}, ${change.following ? 1 : 0}, ${change.following ? change.scene : ''}, ${change.at})`,
    )
    await sql`insert into wechat_follower (appId, openidHash, openid, following, scene, changedAt) values ${sql.join(rows)}
      on duplicate key update
        openid = if(${NEWER}, values(openid), openid),
        unionid = if(${NEWER} and values(following) = 0, null, unionid),
        scene = if(${NEWER}, values(scene), scene),
        announcedAt = if(${NEWER}, null, announcedAt),
        asked = if(${NEWER}, 0, asked),
        following = if(${NEWER}, values(following), following),
        changedAt = greatest(changedAt, values(changedAt))`.execute(tx)
  }
  await noteFollowing(tx, changes)
}

/** Gives those who follow by now their row of rights. */
async function noteFollowing(tx: Tx, changes: readonly FollowChange[]): Promise<void> {
  const came = changes.filter(({ following }) => following)
  for (const [appId, group] of Map.groupBy(came, change => change.appId)) {
    for (const run of chunks(group, 500)) {
      const following = await tx
        .selectFrom('wechat_follower')
        .select(eb => ['appId', eb.ref('openid').$notNull().as('openid')])
        .where('appId', '=', appId)
        .where(
          'openidHash',
          'in',
          run.map(change => change.openidHash),
        )
        .where('following', '=', 1)
        .execute()
      await setFollowing(tx, following)
    }
  }
}

/** Which of the people are known as not following now, with the time of that. */
export const unfollowedOf = (tx: Tx, appId: string, hashes: readonly string[]) =>
  tx
    .selectFrom('wechat_follower')
    .select(['openidHash', 'changedAt'])
    .where('appId', '=', appId)
    .where('openidHash', 'in', hashes)
    .where('following', '=', 0)
    .execute()

/** Forgets what was kept of people who unfollowed: rights, texts of their messages, addresses of ours. */
export async function forget(tx: Tx, appId: string, openids: readonly string[]): Promise<void> {
  await forgetRights(tx, appId, openids)
  await tx.deleteFrom('wechat_tag_person').where('openid', 'in', openids).execute()
  await tx
    .updateTable('wechat_inbound')
    .set({ openid: '', payloadJson: '{}', replyJson: null })
    .where('appId', '=', appId)
    .where('openid', 'in', openids)
    .where('workedAt', 'is not', null)
    .execute()
  await tx
    .updateTable('wechat_message')
    .set({ openid: '', bodyJson: '{}' })
    .where('appId', '=', appId)
    .where('openid', 'in', openids)
    .where('state', 'in', ['sent', 'failed', 'refused', 'unknown', 'withdrawn'])
    .execute()
}

/** The unionids of followers, by openid. */
export async function unionidsOf(
  db: Db,
  appId: string,
  openids: readonly string[],
): Promise<Map<string, string | null>> {
  if (openids.length === 0) return new Map()
  const rows = await db
    .selectFrom('wechat_follower')
    .select(['openid', 'unionid'])
    .where('appId', '=', appId)
    .where('openid', 'in', openids)
    .execute()
  return new Map(rows.map(row => [row.openid ?? '', row.unionid]))
}

/** Followers that the other modules have not been told of, oldest first. */
export const unannounced = (db: Db, limit: number) =>
  db
    .selectFrom('wechat_follower')
    .select(['appId', 'openidHash', 'openid', 'scene', 'changedAt', 'asked'])
    .where('following', '=', 1)
    .where('announcedAt', 'is', null)
    .orderBy('asked')
    .limit(limit)
    .execute()

/** Writes down the unionid and that the follow is told; false when another process was first or they left meanwhile. */
export async function announce(
  tx: Tx,
  follower: { appId: string; openidHash: string; changedAt: Date },
  unionid: string | null,
  now: Date,
): Promise<boolean> {
  const result = await tx
    .updateTable('wechat_follower')
    .set({ unionid, announcedAt: now })
    .where('appId', '=', follower.appId)
    .where('openidHash', '=', follower.openidHash)
    .where('following', '=', 1)
    .where('announcedAt', 'is', null)
    .where('changedAt', '=', follower.changedAt)
    .executeTakeFirstOrThrow()
  return result.numUpdatedRows > 0n
}

/** Counts a question to WeChat that brought no answer. */
export const countAsked = (db: Db, appId: string, openidHash: string) =>
  db
    .updateTable('wechat_follower')
    .set({ asked: sql`asked + 1` })
    .where('appId', '=', appId)
    .where('openidHash', '=', openidHash)
    .execute()

/** The keyed hashes of the followers behind a unionid, over all official accounts. */
export const hashesOfUnionid = async (db: Db, unionid: string): Promise<string[]> =>
  (await db.selectFrom('wechat_follower').select('openidHash').where('unionid', '=', unionid).execute()).map(
    row => row.openidHash,
  )
