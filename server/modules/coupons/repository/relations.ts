import type { Db } from '../../../kernel/db.ts'

/** Coupons by member, to be joined by others: couponId, memberId, templateId, state, issuedAt, validTo, redeemedAt. */
export const couponsByMember = (db: Db) =>
  db
    .selectFrom('coupon')
    .select(['coupon.id as couponId', 'memberId', 'templateId', 'state', 'issuedAt', 'validTo', 'redeemedAt'])
