import { sql } from 'kysely'
import type { Db } from '../../../../kernel/db.ts'
import type { Person } from './ledger.ts'

/** What "now" means: the instant, the end of its calendar month, and the mass messages of a month. */
export interface ReachRules {
  readonly now: Date
  readonly monthEnd: Date
  readonly massAMonth: number
}

/**
 * By which ways of the official account's (or mini-program's) conversation each person can be reached now: template 0 | 1,
 * conversationLeft until conversationUntil, massLeft. One row of the projection for each person.
 */
export function reachNow(db: Db, appId: string, { now, monthEnd, massAMonth }: ReachRules) {
  const message = sql<number>`if(messageUntil > ${now}, messageLeft, 0)`
  const touch = sql<number>`if(touchUntil > ${now}, touchLeft, 0)`
  const ends = sql<Date | null>`case when ${message} > 0 then messageUntil when ${touch} > 0 then touchUntil end`
  return db
    .selectFrom('wechat_reach')
    .select(['wechat_reach.appId', 'wechat_reach.openid', 'wechat_reach.following', 'wechat_reach.blocked'])
    .select([
      sql<number>`(following = 1 and blocked = 0)`.as('template'),
      sql<number>`if(blocked = 0, ${message} + ${touch}, 0)`.as('conversationLeft'),
      sql<Date | null>`if(blocked = 0, ${ends}, null)`.as('conversationUntil'),
      sql<number>`if(following = 1 and blocked = 0, greatest(${massAMonth} - if(massUntil = ${monthEnd}, massUsed, 0), 0), 0)`.as(
        'massLeft',
      ),
    ])
    .where('wechat_reach.appId', '=', appId)
}

/** How many people of an account can be reached by each way now. */
export interface ReachCounts {
  /** Everybody of whom something is known. */
  readonly people: number
  readonly template: number
  readonly conversation: number
  readonly mass: number
  /** Who refuses everything. */
  readonly blocked: number
  /** Who holds a credit of the template. */
  readonly subscribe: number
}

/**
 * Counts everybody whom an account knows by way, and the holders of a template's credits, in one statement. Only who
 * follows is counted from all; who has a window open, used up the month or holds a credit is a range of an index.
 */
export async function countReach(
  db: Db,
  official: string,
  template: { appId: string; templateId: string },
  { now, monthEnd, massAMonth }: ReachRules,
): Promise<ReachCounts> {
  // The optimizer prefers the primary key, which means a million rows: who has a window open now are few.
  const of = (index: string) =>
    sql`from wechat_reach force index (${sql.ref(`wechat_reach_${index}_idx`)}) where appId = ${official}`
  const standing = of('appId_following_blocked_massUntil_massUsed')
  const written = sql`messageUntil > ${now} and messageLeft > 0`
  type Counted = Record<keyof ReachCounts, number | string | null>
  const { rows } = await sql<Counted>`
    select coalesce(sum(n), 0) as people, coalesce(sum(if(blocked = 1, n, 0)), 0) as blocked,
      coalesce(sum(if(following = 1 and blocked = 0, n, 0)), 0) as template,
      coalesce(sum(if(following = 1 and blocked = 0, n, 0)), 0)
        - (select count(*) ${standing} and following = 1 and blocked = 0 and massUntil = ${monthEnd} and massUsed >= ${massAMonth}) as mass,
      (select count(*) ${of('appId_messageUntil_messageLeft_blocked')} and ${written} and blocked = 0)
        + (select count(*) ${of('appId_touchUntil')} and touchUntil > ${now} and touchLeft > 0 and blocked = 0 and not coalesce(${written}, false)) as conversation,
      (select count(*) from wechat_credit force index (wechat_credit_appId_templateId_remaining_idx)
        where appId = ${template.appId} and templateId = ${template.templateId} and remaining > 0) as subscribe
    from (select following, blocked, count(*) as n ${standing} group by following, blocked) as g`.execute(db)
  const [row] = rows
  const count = (name: keyof ReachCounts): number => Number(row?.[name] ?? 0)
  return {
    people: count('people'),
    template: count('template'),
    conversation: count('conversation'),
    mass: count('mass'),
    blocked: count('blocked'),
    subscribe: count('subscribe'),
  }
}

/** What one person's row says now; undefined when nothing is known of them. */
export const reachOfPerson = (db: Db, { appId, openid }: Person, rules: ReachRules) =>
  reachNow(db, appId, rules).where('wechat_reach.openid', '=', openid).executeTakeFirst()

/** What a person allows, by template id. */
export async function creditsOf(db: Db, person: Person): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('wechat_credit')
    .select(['templateId', 'remaining'])
    .where('appId', '=', person.appId)
    .where('openid', '=', person.openid)
    .execute()
  return new Map(rows.map(row => [row.templateId, row.remaining]))
}
