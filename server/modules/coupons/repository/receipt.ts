import type { Db } from '../../../kernel/db.ts'
import { salesDocuments } from '../../sales/index.ts'

/** The coupons that a receipt of this member has used, also those that came back with its goods; the largest first. */
export const couponsOfReceipt = (db: Db, memberId: string, documentId: string) =>
  db
    .selectFrom(salesDocuments(db).as('d'))
    .innerJoin('coupon_redemption as r', 'r.docKey', 'd.docKey')
    .innerJoin('coupon_template as t', 't.id', 'r.templateId')
    .select(['r.couponId', 't.name', 'r.discount', 'r.takenBack'])
    .where('d.documentId', '=', documentId)
    .where('d.memberId', '=', memberId)
    .orderBy('r.discount', 'desc')
    .orderBy('r.couponId')
    .execute()
