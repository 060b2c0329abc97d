import { sql, type Insertable, type Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'
import { affected, chunks } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'

export type CouponRecord = Selectable<DB['coupon']>
export type NewCoupon = Insertable<DB['coupon']>
export type NewCouponEvent = Insertable<DB['coupon_event']>
/** A coupon with the rule of its template. */
export type HeldCoupon = CouponRecord & { readonly name: string; readonly amountOff: number; readonly threshold: number; readonly storesJson: string | null; readonly description: string }

/** Coupons and the ledger of their states. */
export const couponsRepository = (db: Db) => {
  const held = () =>
    db
      .selectFrom('coupon')
      .innerJoin('coupon_template as t', 't.id', 'coupon.templateId')
      .selectAll('coupon')
      .select(['t.name', 't.amountOff', 't.threshold', 't.storesJson', 't.description'])

  return {
    find: (id: string): Promise<HeldCoupon | undefined> => held().where('coupon.id', '=', id).executeTakeFirst(),
    byCode: (code: string): Promise<HeldCoupon | undefined> => held().where('coupon.code', '=', code).executeTakeFirst(),
    /** The newest 500 of a member: nobody has more that matter. */
    ofMember: (memberId: string): Promise<HeldCoupon[]> => held().where('coupon.memberId', '=', memberId).orderBy('coupon.issuedAt', 'desc').orderBy('coupon.id', 'desc').limit(500).execute(),
    redeemedFor: (docKey: string): Promise<HeldCoupon | undefined> => held().where('coupon.docKey', '=', docKey).where('coupon.state', '=', 'redeemed').executeTakeFirst(),
    lockedFor: (docKey: string): Promise<HeldCoupon[]> => held().where('coupon.docKey', '=', docKey).where('coupon.state', '=', 'locked').execute(),

    async page(templateId: string, state: string | undefined, scope: Scope, before: string | null, limit: number): Promise<HeldCoupon[]> {
      let query = held().where('coupon.templateId', '=', templateId).orderBy('coupon.id', 'desc').limit(limit)
      if (state !== undefined) query = query.where('coupon.state', '=', state)
      if (before !== null) query = query.where('coupon.id', '<', before)
      if (scope.kind === 'stores') {
        const own = db.selectFrom(activeMembers(db).as('m')).select('m.memberId').where(scopeWhere(scope, 'm.homeStoreCode'))
        query = query.where(eb => eb.or([scopeWhere(scope, 'coupon.redeemedStore'), eb('coupon.memberId', 'in', own)]))
      }
      return query.execute()
    },

    events: (couponId: string) => db.selectFrom('coupon_event').selectAll().where('couponId', '=', couponId).orderBy('id').execute(),

    /** Coupons of a template by state, by the clock. */
    counts: (templateId: string, now: Date) =>
      db
        .selectFrom('coupon')
        .select(eb => [
          sql<string>`case when state in ('issued', 'locked') and validTo <= ${now} and (lockedUntil is null or lockedUntil <= ${now}) then 'expired' else state end`.as('shown'),
          eb.fn.countAll<string>().as('coupons'),
          sql<string>`coalesce(sum(case when state = 'redeemed' then discount else 0 end), 0)`.as('discount'),
        ])
        .where('templateId', '=', templateId)
        .groupBy('shown')
        .execute(),

    byIssueKeys: async (keys: readonly string[]): Promise<Map<string, { id: string; memberId: string }>> => {
      if (keys.length === 0) return new Map()
      const rows = await db.selectFrom('coupon').select(['id', 'memberId', 'issueKey']).where('issueKey', 'in', keys).execute()
      return new Map(rows.map(row => [row.issueKey, row]))
    },

    /** How many of a template each member has had. */
    lastSeqs: async (templateId: string, memberIds: readonly string[]): Promise<Map<string, number>> => {
      if (memberIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('coupon')
        .select(eb => ['memberId', eb.fn.max('seq').as('last')])
        .where('templateId', '=', templateId)
        .where('memberId', 'in', memberIds)
        .groupBy('memberId')
        .execute()
      return new Map(rows.map(row => [row.memberId, Number(row.last)]))
    },
  }
}

/** The edges of the state machine: each one guarded UPDATE that says by its count whether it happened. */
export const couponEdges = (tx: Tx) => {
  const edge = async (query: { executeTakeFirstOrThrow(): Promise<{ numUpdatedRows: bigint }> }): Promise<boolean> => affected(await query.executeTakeFirstOrThrow()) === 1
  return {
    /** Inserts what is not there by issue key, code, or the member's place in the template; returns the ids that went in. */
    async insert(coupons: readonly NewCoupon[]): Promise<Set<string>> {
      for (const run of chunks(coupons, 1000)) await tx.insertInto('coupon').ignore().values(run).execute()
      const ids = coupons.map(coupon => coupon.id)
      const rows = ids.length === 0 ? [] : await tx.selectFrom('coupon').select('id').where('id', 'in', ids).execute()
      return new Set(rows.map(row => row.id))
    },

    /** issued (or left behind by a lock whose time is over) → locked for a sale. */
    lock: (id: string, docKey: string, until: Date, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'locked', docKey, lockedUntil: until, updatedAt: now })
          .where('id', '=', id)
          .where('validFrom', '<=', now)
          .where('validTo', '>', now)
          .where(eb =>
            eb.or([
              eb('state', '=', 'issued'),
              eb.and([eb('state', '=', 'locked'), eb.or([eb('docKey', '=', docKey), eb('lockedUntil', '<=', now)])]),
            ]),
          ),
      ),

    /** locked for this sale → redeemed. A lock that was taken in time holds until it ends, even past the coupon's own end. */
    redeem: (id: string, docKey: string, storeCode: string, discount: number, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'redeemed', lockedUntil: null, redeemedAt: now, redeemedStore: storeCode, discount, updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'locked')
          .where('docKey', '=', docKey)
          .where(eb => eb.or([eb('validTo', '>', now), eb('lockedUntil', '>', now)])),
      ),

    /** locked for this sale → issued. */
    release: (id: string, docKey: string, now: Date) =>
      edge(tx.updateTable('coupon').set({ state: 'issued', docKey: null, lockedUntil: null, updatedAt: now }).where('id', '=', id).where('state', '=', 'locked').where('docKey', '=', docKey)),

    /** redeemed by this sale → issued again, while it is still valid. */
    restore: (id: string, docKey: string, now: Date) =>
      edge(
        tx
          .updateTable('coupon')
          .set({ state: 'issued', docKey: null, redeemedAt: null, redeemedStore: null, discount: null, updatedAt: now })
          .where('id', '=', id)
          .where('state', '=', 'redeemed')
          .where('docKey', '=', docKey)
          .where('validTo', '>', now),
      ),

    /** redeemed by this sale → lapsed: the goods came back too late for the coupon. */
    lapse: (id: string, docKey: string, now: Date) =>
      edge(tx.updateTable('coupon').set({ state: 'lapsed', updatedAt: now }).where('id', '=', id).where('state', '=', 'redeemed').where('docKey', '=', docKey).where('validTo', '<=', now)),

    /** issued → void. */
    void: (id: string, now: Date) => edge(tx.updateTable('coupon').set({ state: 'void', updatedAt: now }).where('id', '=', id).where('state', '=', 'issued')),

    /** issued and past its time → expired, a run of at most `limit`; returns the ids. */
    async expire(now: Date, limit: number): Promise<string[]> {
      const rows = await tx.selectFrom('coupon').select('id').where('state', '=', 'issued').where('validTo', '<=', now).orderBy('validTo').limit(limit).forUpdate().execute()
      const ids = rows.map(row => row.id)
      if (ids.length > 0) await tx.updateTable('coupon').set({ state: 'expired', updatedAt: now }).where('id', 'in', ids).where('state', '=', 'issued').execute()
      return ids
    },

    /** locked and its time over → issued, a run of at most `limit`; returns what was released. */
    async free(now: Date, limit: number): Promise<{ id: string; docKey: string | null }[]> {
      const rows = await tx.selectFrom('coupon').select(['id', 'docKey']).where('state', '=', 'locked').where('lockedUntil', '<=', now).limit(limit).forUpdate().execute()
      if (rows.length > 0) {
        await tx.updateTable('coupon').set({ state: 'issued', docKey: null, lockedUntil: null, updatedAt: now }).where('id', 'in', rows.map(row => row.id)).where('state', '=', 'locked').execute()
      }
      return rows
    },

    record: async (events: readonly NewCouponEvent[]): Promise<void> => {
      for (const run of chunks(events, 1000)) await tx.insertInto('coupon_event').values(run).execute()
    },
  }
}
