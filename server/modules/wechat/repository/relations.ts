import type { Db } from '../../../kernel/db.ts'

/** Who follows an official account now: (openid, unionid). For joins of other modules. */
export const followers = (db: Db) =>
  db
    .selectFrom('wechat_follower')
    .select(eb => [
      'wechat_follower.appId',
      eb.ref('wechat_follower.openid').$notNull().as('openid'),
      'wechat_follower.unionid',
    ])
    .where('wechat_follower.following', '=', 1)

/** Who still allows a message by a subscribe template: (openid, remaining). */
export const creditHolders = (db: Db, template: { appId: string; templateId: string }) =>
  db
    .selectFrom('wechat_credit')
    .select(['wechat_credit.openid', 'wechat_credit.remaining'])
    .where('wechat_credit.appId', '=', template.appId)
    .where('wechat_credit.templateId', '=', template.templateId)
    .where('wechat_credit.remaining', '>', 0)

/** The messages of a group and what has become of them: (messageKey, state, reason, errorCode, settledAt). */
export const messagesOf = (db: Db, groupKey: string) =>
  db
    .selectFrom('wechat_message')
    .select([
      'wechat_message.messageKey',
      'wechat_message.state',
      'wechat_message.reason',
      'wechat_message.errorCode',
      'wechat_message.settledAt',
    ])
    .where('wechat_message.groupKey', '=', groupKey)

/** How many people follow an official account now. */
export async function countFollowers(db: Db, appId: string): Promise<number> {
  const row = await db
    .selectFrom('wechat_follower')
    .select(eb => eb.fn.countAll<number>().as('count'))
    .where('appId', '=', appId)
    .where('following', '=', 1)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Channel codes with how many people came by them between two instants, and how many followed: one row for each code. */
export const codeTouches = (db: Db, since: Date | null, until: Date | null) => {
  let query = db
    .selectFrom('wechat_code_touch')
    .select(eb => [
      'wechat_code_touch.codeId',
      eb.fn.sum<string>('wechat_code_touch.touches').as('scans'),
      eb.fn.countAll<string>().as('people'),
      eb.fn.count<string>('wechat_code_touch.followedAt').as('follows'),
    ])
    .groupBy('wechat_code_touch.codeId')
  if (since !== null) query = query.where('wechat_code_touch.firstAt', '>=', since)
  if (until !== null) query = query.where('wechat_code_touch.firstAt', '<', until)
  return query
}

/** Channel codes, for others to join: codeId, storeCode, staffId, kind, name. */
export const channelCodes = (db: Db) =>
  db
    .selectFrom('wechat_code')
    .select([
      'wechat_code.id as codeId',
      'wechat_code.storeCode',
      'wechat_code.staffId',
      'wechat_code.kind',
      'wechat_code.name',
    ])
