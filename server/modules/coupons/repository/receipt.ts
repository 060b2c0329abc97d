import type { Db } from '../../../kernel/db.ts'
import { everyStore, scopeWhere, type Scope } from '../../../kernel/scope.ts'
import { salesDocuments } from '../../sales/index.ts'

/** The coupons that a receipt within a scope has used, also those that came back with its goods; the largest first. */
const usedBy = (db: Db, scope: Scope, documentId: string) =>
  db
    .selectFrom(salesDocuments(db).as('d'))
    .innerJoin('coupon_redemption as r', 'r.docKey', 'd.docKey')
    .innerJoin('coupon_template as t', 't.id', 'r.templateId')
    .select(['r.couponId', 't.name', 'r.discount', 'r.takenBack'])
    .where('d.documentId', '=', documentId)
    .where(scopeWhere(scope, 'd.storeCode'))
    .orderBy('r.discount', 'desc')
    .orderBy('r.couponId')

/** Those of a receipt of this member, wherever it was. */
export const couponsOfReceipt = (db: Db, memberId: string, documentId: string) =>
  usedBy(db, everyStore, documentId).where('d.memberId', '=', memberId).execute()

/** Those of a receipt of the caller's stores. */
export const couponsOfDocument = (db: Db, scope: Scope, documentId: string) => usedBy(db, scope, documentId).execute()
