import type { Kernel } from '../../../kernel/module.ts'
import { couponsOfReceipt } from '../repository/receipt.ts'

/** 用了哪张券: the coupons of a receipt, for whose receipt it is. */
export const receiptCoupons =
  ({ db }: Pick<Kernel, 'db'>) =>
  async (memberId: string, documentId: string) => ({ items: await couponsOfReceipt(db, memberId, documentId) })
export type ReceiptCoupons = ReturnType<typeof receiptCoupons>
