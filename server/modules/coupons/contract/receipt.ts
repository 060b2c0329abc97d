import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

const Fen = z.int().nonnegative()
const params = z.object({ documentId: z.string().length(26) })
const reply = z.object({
  items: z.array(
    z.object({
      couponId: z.string(),
      name: z.string(),
      /** Fen that it took off, and what returns have taken back of it. */
      discount: Fen,
      takenBack: Fen,
    }),
  ),
})

/** What members, and staff in their stores, may ask of a receipt's coupons. */
export const receiptOperations = operations({
  receiptCoupons: {
    method: 'GET',
    path: '/shop/receipts/:documentId/coupons',
    access: 'member',
    summary: 'The coupons that a receipt of mine has used, and what each took off; none for a receipt that is not mine',
    params,
    reply,
  },
  documentCoupons: {
    method: 'GET',
    path: '/admin/receipts/:documentId/coupons',
    access: 'staff:coupons.read',
    summary: 'The coupons that a receipt has used, and what each took off; none for a receipt of another’s store',
    params,
    reply,
  },
})
