import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { everyStore, scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'
import { receiptPoints } from '../../points/index.ts'
import { salesDocuments } from '../../sales/index.ts'
import type { TierRules } from '../contract.ts'
import type { Bought, Fact, Person } from '../service/history.ts'

/** What tiers read of sales, points and members, set-based. */
export const factsRepository = (db: Db, zoneDay: (at: Date) => string) => ({
  /** Members with what qualified, by day; what came back counts on the day of its sale. Members only. */
  people: async (memberIds: readonly string[], by: TierRules['by']): Promise<Map<string, Person>> => {
    if (memberIds.length === 0) return new Map()
    const members = await db
      .selectFrom(activeMembers(db).as('m'))
      .select(['m.memberId', 'm.enrolledAt'])
      .where('m.memberId', 'in', memberIds)
      .execute()
    const net = sql`sum(case when d.type = 'void' then 0 else d.net end)`
    const value = {
      spend: sql<string>`cast(round(${net} * 100) as signed)`,
      points: sql<string>`cast(sum(coalesce(p.points, 0)) as signed)`,
      visits: sql<string>`case when ${net} > 0 then 1 else 0 end`,
    }[by]
    const day = sql<string>`coalesce(r.businessDate, d.businessDate)`
    const rows = await db
      .selectFrom(salesDocuments(db).as('d'))
      .leftJoin(salesDocuments(db).as('r'), join =>
        join.onRef('r.docKey', '=', 'd.originalDocKey').on('r.type', 'in', ['sale', 'exchange']),
      )
      .leftJoin(receiptPoints(db).as('p'), join =>
        join.onRef('p.documentId', '=', 'd.documentId').onRef('p.memberId', '=', 'd.memberId'),
      )
      .select(['d.memberId', day.as('day'), value.as('value')])
      .where('d.memberId', 'in', memberIds)
      .where('d.status', '=', 'confirmed')
      .where('d.type', 'in', ['sale', 'exchange', 'return'])
      .groupBy(['d.memberId', day])
      .orderBy('d.memberId')
      .orderBy(day)
      .execute()
    const bought = await db.selectFrom('tier_paid').selectAll().where('memberId', 'in', memberIds).execute()
    const facts = Map.groupBy(rows, row => row.memberId ?? '')
    const paid = Map.groupBy(bought, row => row.memberId)
    return new Map(
      members.map(({ memberId, enrolledAt }) => [
        memberId,
        {
          enrolledOn: zoneDay(enrolledAt),
          facts: (facts.get(memberId) ?? []).map((row): Fact => ({ day: row.day, value: Number(row.value) })),
          bought: (paid.get(memberId) ?? []).map((row): Bought => ({
            tier: row.tier,
            from: row.fromDay,
            until: row.untilDay,
          })),
        },
      ]),
    )
  },

  activeAmong: async (memberIds: readonly string[]): Promise<string[]> => {
    const rows = await db
      .selectFrom(activeMembers(db).as('m'))
      .select('m.memberId')
      .where('m.memberId', 'in', memberIds)
      .execute()
    return rows.map(row => row.memberId)
  },

  /** Active members of a scope after an id, in order. */
  membersAfter: async (memberId: string, limit: number, scope: Scope = everyStore): Promise<string[]> => {
    const rows = await db
      .selectFrom(activeMembers(db).as('m'))
      .select('m.memberId')
      .where('m.memberId', '>', memberId)
      .where(scopeWhere(scope, 'm.homeStoreCode'))
      .orderBy('m.memberId')
      .limit(limit)
      .execute()
    return rows.map(row => row.memberId)
  },

  membersOf: async (documentIds: readonly string[]): Promise<string[]> => {
    if (documentIds.length === 0) return []
    const rows = await db
      .selectFrom(salesDocuments(db).as('d'))
      .select('d.memberId')
      .distinct()
      .where('d.documentId', 'in', documentIds)
      .where('d.memberId', 'is not', null)
      .execute()
    return rows.flatMap(row => row.memberId ?? [])
  },

  /** Points that members earned since a day, by member. */
  earnedSince: async (memberIds: readonly string[], day: string): Promise<Map<string, number>> => {
    if (memberIds.length === 0) return new Map()
    const rows = await db
      .selectFrom(salesDocuments(db).as('d'))
      .innerJoin(receiptPoints(db).as('p'), 'p.documentId', 'd.documentId')
      .select(({ fn }) => ['d.memberId', fn.sum<string>('p.points').as('points')])
      .where('d.memberId', 'in', memberIds)
      .where('d.businessDate', '>=', day)
      .groupBy('d.memberId')
      .execute()
    return new Map(rows.map(row => [row.memberId ?? '', Number(row.points)]))
  },
})
export type Facts = ReturnType<typeof factsRepository>
