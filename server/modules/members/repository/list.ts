import { sql, type SelectQueryBuilder } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import type { MemberRecord } from './members.ts'

/** What to look for: at most one of the keyed hashes or card numbers. */
export interface MemberFilter {
  readonly state: 'active' | 'closed'
  readonly homeStore?: string | undefined
  readonly recruitedBy?: string | undefined
  /** Enrolled from then on, until before then. */
  readonly enrolledFrom?: Date | undefined
  readonly enrolledBefore?: Date | undefined
  readonly phoneHash?: string
  readonly phoneLast4Hash?: string
  readonly nameHash?: string
  readonly cardNo?: string
  readonly memberIds?: readonly string[]
}

/** Where a page goes on. */
export interface After {
  readonly at: Date
  readonly id: string
}

type Query = SelectQueryBuilder<DB, 'member', MemberRecord>

/** Members in the order of enrolment. Every shape of question has an index that ends in (enrolledAt, id). */
export const memberList = (db: Db) => {
  function filtered(filter: MemberFilter): Query {
    let query: Query = db.selectFrom('member').selectAll('member').where('member.state', '=', filter.state)
    if (filter.homeStore !== undefined) query = query.where('member.homeStoreCode', '=', filter.homeStore)
    if (filter.recruitedBy !== undefined) query = query.where('member.recruitedBy', '=', filter.recruitedBy)
    if (filter.enrolledFrom !== undefined) query = query.where('member.enrolledAt', '>=', filter.enrolledFrom)
    if (filter.enrolledBefore !== undefined) query = query.where('member.enrolledAt', '<', filter.enrolledBefore)
    if (filter.phoneHash !== undefined) query = query.where('member.phoneHash', '=', filter.phoneHash)
    if (filter.phoneLast4Hash !== undefined) query = query.where('member.phoneLast4Hash', '=', filter.phoneLast4Hash)
    if (filter.nameHash !== undefined) query = query.where('member.nameHash', '=', filter.nameHash)
    if (filter.cardNo !== undefined) query = query.where('member.cardNo', '=', filter.cardNo)
    if (filter.memberIds !== undefined)
      query =
        filter.memberIds.length === 0
          ? query.where(sql<boolean>`false`)
          : query.where('member.id', 'in', filter.memberIds)
    return query
  }

  function paged(query: Query, newestFirst: boolean, after: After | null, limit: number): Query {
    const way = newestFirst ? 'desc' : 'asc'
    const beyond = newestFirst ? '<' : '>'
    // Written with the first column by itself: MariaDB uses an index for that, not for a pair.
    const from =
      after === null
        ? query
        : query
            .where('member.enrolledAt', newestFirst ? '<=' : '>=', after.at)
            .where(eb => eb.or([eb('member.enrolledAt', beyond, after.at), eb('member.id', beyond, after.id)]))
    return from.orderBy('member.enrolledAt', way).orderBy('member.id', way).limit(limit)
  }

  return {
    /**
     * One page. Several stores are asked one by one and merged: an index gives each store's members in order, while
     * `in (…)` over a large chain would sort all of them.
     */
    async page(
      filter: MemberFilter,
      scope: Scope,
      newestFirst: boolean,
      after: After | null,
      limit: number,
    ): Promise<MemberRecord[]> {
      const narrow =
        filter.phoneHash ??
        filter.phoneLast4Hash ??
        filter.nameHash ??
        filter.cardNo ??
        filter.memberIds ??
        filter.homeStore ??
        filter.recruitedBy
      if (scope.kind === 'all' || narrow !== undefined || scope.stores.length < 2) {
        return paged(
          filtered(filter).where(scopeWhere(scope, 'member.homeStoreCode')),
          newestFirst,
          after,
          limit,
        ).execute()
      }
      const stores = await Promise.all(
        scope.stores.map(homeStore => paged(filtered({ ...filter, homeStore }), newestFirst, after, limit).execute()),
      )
      const sign = newestFirst ? -1 : 1
      return stores
        .flat()
        .sort((a, b) => sign * (a.enrolledAt.getTime() - b.enrolledAt.getTime() || (a.id < b.id ? -1 : 1)))
        .slice(0, limit)
    },

    /** New members by quarter of an hour, recruiter and store (the caller knows the shop's zone, the database does not). */
    fresh: (scope: Scope, from: Date, to: Date) =>
      db
        .selectFrom('member')
        .select(eb => [
          sql<number>`floor(unix_timestamp(enrolledAt) / 900)`.as('quarter'),
          'recruitedBy',
          'homeStoreCode',
          eb.fn.countAll<string>().as('members'),
        ])
        .where('enrolledAt', '>=', from)
        .where('enrolledAt', '<', to)
        .where(scopeWhere(scope, 'member.homeStoreCode'))
        .groupBy(['quarter', 'recruitedBy', 'homeStoreCode'])
        .execute(),
  }
}
