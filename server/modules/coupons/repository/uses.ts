import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'

/** Which uses: from an instant on, until before another. */
interface Which {
  readonly storeCode?: string | undefined
  readonly templateId?: string | undefined
  readonly state?: 'used' | 'returned' | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

/** The uses of coupons, for lists and sums; by the store where they were used. */
export const usesRepository = (db: Db) => {
  function among(scope: Scope, which: Which) {
    let query = db.selectFrom('coupon_redemption as r').where(scopeWhere(scope, 'r.storeCode'))
    if (which.storeCode !== undefined) query = query.where('r.storeCode', '=', which.storeCode)
    if (which.templateId !== undefined) query = query.where('r.templateId', '=', which.templateId)
    if (which.state !== undefined) query = query.where('r.returnedAt', which.state === 'used' ? 'is' : 'is not', null)
    if (which.from !== undefined) query = query.where('r.redeemedAt', '>=', which.from)
    if (which.to !== undefined) query = query.where('r.redeemedAt', '<', which.to)
    return query
  }

  return {
    /** One page by the time of use; a coupon and its receipt are the second key. */
    page(scope: Scope, which: Which, newestFirst: boolean, after: { at: Date; id: string } | null, limit: number) {
      const way = newestFirst ? 'desc' : 'asc'
      const beyond = newestFirst ? '<' : '>'
      let query = among(scope, which)
      if (after !== null)
        query = query
          .where('r.redeemedAt', newestFirst ? '<=' : '>=', after.at)
          .where(eb =>
            eb.or([
              eb('r.redeemedAt', beyond, after.at),
              sql<boolean>`concat(r.couponId, r.docKey) ${sql.raw(beyond)} ${after.id}`,
            ]),
          )
      return query
        .innerJoin('coupon as c', 'c.id', 'r.couponId')
        .innerJoin('coupon_template as t', 't.id', 'r.templateId')
        .select([
          'r.couponId',
          'r.docKey',
          'r.templateId',
          'r.memberId',
          'r.storeCode',
          'r.discount',
          'r.takenBack',
          'r.redeemedAt',
          'r.returnedAt',
          'c.code',
          't.name',
        ])
        .orderBy('r.redeemedAt', way)
        .orderBy('r.couponId', way)
        .orderBy('r.docKey', way)
        .limit(limit)
        .execute()
    },

    /** How many count and how many came back, by store. */
    byStore: (scope: Scope, which: Which) =>
      among(scope, which)
        .select([
          'r.storeCode',
          sql<string>`sum(r.returnedAt is null)`.as('uses'),
          sql<string>`sum(if(r.returnedAt is null, r.discount - r.takenBack, 0))`.as('fen'),
          sql<string>`sum(r.returnedAt is not null)`.as('returned'),
        ])
        .groupBy('r.storeCode')
        .execute(),

    /** Those that count, by quarter of an hour (the caller knows the shop's zone, the database does not). */
    quarters: (scope: Scope, which: Which) =>
      among(scope, { ...which, state: 'used' })
        .select(eb => [
          sql<number>`floor(unix_timestamp(r.redeemedAt) / 900)`.as('quarter'),
          eb.fn.countAll<string>().as('uses'),
          sql<string>`sum(r.discount - r.takenBack)`.as('fen'),
        ])
        .groupBy('quarter')
        .execute(),
  }
}
