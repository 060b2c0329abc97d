import type { Selectable } from 'kysely'
import type { DB, Db } from '../../../kernel/db.ts'
import { scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { activeMembers } from '../../members/index.ts'
import type { TemplateRecord } from './templates.ts'

export type CouponRecord = Selectable<DB['coupon']>
export type NewCoupon = CouponRecord
export type NewCouponEvent = Selectable<DB['coupon_event']>
/** What a coupon takes from its template. */
const TEMPLATE_COLUMNS = [
  'name',
  'kind',
  'amountOff',
  'payPercent',
  'maxOff',
  'threshold',
  'rulesJson',
  'stackGroup',
  'perDayLimit',
  'budget',
  'spent',
  'returnPolicy',
  'giftable',
  'bearHq',
  'bearStore',
  'bearSupplier',
  'description',
] as const
/** A coupon with the rule of its template. */
export type HeldCoupon = CouponRecord &
  Pick<TemplateRecord, (typeof TEMPLATE_COLUMNS)[number]> & {
    /** The version of the template's rules now. */
    readonly templateRules: number
  }

/** Coupons and the ledger of their states. */
export const couponsRepository = (db: Db) => {
  const held = () =>
    db
      .selectFrom('coupon')
      .innerJoin('coupon_template as t', 't.id', 'coupon.templateId')
      .selectAll('coupon')
      .select(TEMPLATE_COLUMNS.map(column => `t.${column}` as const))
      .select('t.rulesVersion as templateRules')

  return {
    find: (id: string): Promise<HeldCoupon | undefined> => held().where('coupon.id', '=', id).executeTakeFirst(),
    byCode: (code: string): Promise<HeldCoupon | undefined> =>
      held().where('coupon.code', '=', code).executeTakeFirst(),
    /** The newest 500 of a member: nobody has more that matter. */
    ofMember: (memberId: string): Promise<HeldCoupon[]> =>
      held()
        .where('coupon.memberId', '=', memberId)
        .orderBy('coupon.issuedAt', 'desc')
        .orderBy('coupon.id', 'desc')
        .limit(500)
        .execute(),
    /** Coupons by their ids, held until the transaction ends. */
    hold: (ids: readonly string[]): Promise<CouponRecord[]> =>
      ids.length === 0
        ? Promise.resolve([])
        : db.selectFrom('coupon').selectAll().where('id', 'in', ids).orderBy('id').forUpdate().execute(),
    /** Coupons by their ids, in the order of the ids. */
    among: (ids: readonly string[]): Promise<HeldCoupon[]> =>
      ids.length === 0 ? Promise.resolve([]) : held().where('coupon.id', 'in', ids).orderBy('coupon.id').execute(),
    redeemedFor: (docKey: string): Promise<HeldCoupon[]> =>
      held().where('coupon.docKey', '=', docKey).where('coupon.state', '=', 'redeemed').orderBy('coupon.id').execute(),
    /**
     * What a sale has locked, held until the transaction ends: it waits for a lock that is being taken, which a plain look
     * would not see. Asked by the sale alone, so that it waits for nobody else's coupons.
     */
    async lockedFor(docKey: string): Promise<{ id: string }[]> {
      const rows = await db
        .selectFrom('coupon')
        .select(['id', 'state'])
        .where('docKey', '=', docKey)
        .orderBy('id')
        .forUpdate()
        .execute()
      return rows.filter(row => row.state === 'locked')
    },

    async page(
      templateId: string,
      state: string | undefined,
      scope: Scope,
      before: string | null,
      limit: number,
    ): Promise<HeldCoupon[]> {
      let query = held().where('coupon.templateId', '=', templateId).orderBy('coupon.id', 'desc').limit(limit)
      if (state !== undefined) query = query.where('coupon.state', '=', state)
      if (before !== null) query = query.where('coupon.id', '<', before)
      if (scope.kind === 'stores') {
        // Asked row by row, newest first, until the page is full: no list of a whole store's members is drawn up for it.
        query = query.where(eb =>
          eb.or([
            scopeWhere(scope, 'coupon.redeemedStore'),
            eb.exists(
              eb
                .selectFrom(activeMembers(db).as('m'))
                .select('m.memberId')
                .whereRef('m.memberId', '=', 'coupon.memberId')
                .where(scopeWhere(scope, 'm.homeStoreCode')),
            ),
          ]),
        )
      }
      return query.execute()
    },

    events: (couponId: string) =>
      db.selectFrom('coupon_event').selectAll().where('couponId', '=', couponId).orderBy('id').execute(),

    byIssueKeys: async (keys: readonly string[]): Promise<Map<string, { id: string; memberId: string }>> => {
      if (keys.length === 0) return new Map()
      const rows = await db
        .selectFrom('coupon')
        .select(['id', 'memberId', 'issueKey'])
        .where('issueKey', 'in', keys)
        .execute()
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
