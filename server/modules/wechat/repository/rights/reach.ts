import { sql } from 'kysely'
import type { Db } from '../../../../kernel/db.ts'
import type { Person } from './ledger.ts'

/** What "now" means: the instant, since when a refusal is still believed, and the mass messages of a month. */
export interface ReachRules {
  readonly now: Date
  readonly blockedSince: Date
  readonly massAMonth: number
}

/**
 * By which ways of the official account's (or mini-program's) conversation each person can be reached now: template 0 | 1,
 * conversationLeft until conversationUntil, massLeft. One person or a million: the same relation, read from one row each.
 */
export function reachNow(db: Db, appId: string, { now, blockedSince, massAMonth }: ReachRules) {
  const takes = sql<number>`(blockedAt is null or blockedAt < ${blockedSince})`
  const reached = sql<number>`(following = 1 and ${takes})`
  const message = sql<number>`if(messageUntil > ${now}, messageLeft, 0)`
  const touch = sql<number>`if(touchUntil > ${now}, touchLeft, 0)`
  return db
    .selectFrom('wechat_reach')
    .select(['wechat_reach.appId', 'wechat_reach.openid', 'wechat_reach.following'])
    .select([
      sql<number>`${takes} = 0`.as('blocked'),
      sql<number>`${reached}`.as('template'),
      sql<number>`if(${takes}, ${message} + ${touch}, 0)`.as('conversationLeft'),
      sql<Date | null>`if(${takes}, case when ${message} > 0 then messageUntil when ${touch} > 0 then touchUntil end, null)`.as(
        'conversationUntil',
      ),
      sql<number>`if(${reached}, greatest(${massAMonth} - if(massUntil > ${now}, massUsed, 0), 0), 0)`.as('massLeft'),
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

/** Counts everybody whom an account knows by way, and the holders of a template's credits, in one statement. */
export async function countReach(
  db: Db,
  official: string,
  template: { appId: string; templateId: string },
  rules: ReachRules,
): Promise<ReachCounts> {
  type Counted = Record<keyof ReachCounts, number | string | null>
  const { rows } = await sql<Counted>`
    select count(*) as people, sum(template) as template, sum(conversationLeft > 0) as conversation, sum(massLeft > 0) as mass,
      sum(blocked) as blocked,
      (select count(*) from wechat_credit where appId = ${template.appId} and templateId = ${template.templateId} and remaining > 0) as subscribe
    from (${reachNow(db, official, rules)}) as r`.execute(db)
  const [row] = rows
  const of = (name: keyof ReachCounts): number => Number(row?.[name] ?? 0)
  return {
    people: of('people'),
    template: of('template'),
    conversation: of('conversation'),
    mass: of('mass'),
    blocked: of('blocked'),
    subscribe: of('subscribe'),
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
