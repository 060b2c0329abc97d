import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'

/** Coupons by member, to be joined by others: couponId, memberId, templateId, state, issuedAt, validTo, redeemedAt. */
export const couponsByMember = (db: Db) =>
  db
    .selectFrom('coupon')
    .select(['coupon.id as couponId', 'memberId', 'templateId', 'state', 'issuedAt', 'validTo', 'redeemedAt'])

/**
 * Members who have had a template's coupon as often as one person may: issuing refuses them. What a member may *use* on a
 * day (perDayLimit) does not keep a coupon from the wallet and is no part of this.
 */
export const limitReached = (db: Db, template: { readonly templateId: string; readonly perMemberLimit: number }) =>
  db
    .selectFrom('coupon')
    .select('memberId')
    .where('templateId', '=', template.templateId)
    .groupBy('memberId')
    .having(eb => eb.fn.max('seq'), '>=', template.perMemberLimit)

/**
 * Uses of coupons by the receipt they were used with, to be joined by others: docKey, templateId, storeCode, redeemedAt,
 * isReturned (it came back with the goods: then it does not count), fen (what it took off, less what returns took back).
 */
export const couponUsesByReceipt = (db: Db) =>
  db
    .selectFrom('coupon_redemption')
    .select([
      'docKey',
      'templateId',
      'storeCode',
      'redeemedAt',
      sql<number>`coupon_redemption.returnedAt is not null`.as('isReturned'),
      sql<number>`coupon_redemption.discount - coupon_redemption.takenBack`.as('fen'),
    ])
