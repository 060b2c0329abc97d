import type { Kernel } from '../../../kernel/module.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { couponsOfDocument, couponsOfReceipt } from '../repository/receipt.ts'

/** 用了哪张券: the coupons of a receipt, for whose receipt it is, and for staff of its store. */
export const receiptCoupons = ({ db }: Pick<Kernel, 'db'>) => ({
  ofMember: async (memberId: string, documentId: string) => ({
    items: await couponsOfReceipt(db, memberId, documentId),
  }),
  ofStaff: async (scope: Scope, documentId: string) => ({ items: await couponsOfDocument(db, scope, documentId) }),
})
export type ReceiptCoupons = ReturnType<typeof receiptCoupons>
