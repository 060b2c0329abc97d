import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

/** Paper in mm: 58 prints 32 columns, 80 prints 48; a Chinese character takes two. */
export const Paper = z.literal([58, 80])
export type Paper = z.output<typeof Paper>

/** A receipt as lines for the printer. */
export const printOperations = operations({
  printReceipt: {
    method: 'POST',
    path: '/till/prints',
    access: 'till',
    summary: 'A sale or return of this store as lines ready to print',
    body: z.object({
      tillCode: z.string().max(32).optional(),
      businessDate: z.iso.date(),
      receiptNo: z.string().trim().min(1).max(64),
      paper: Paper.default(58),
      language: z.enum(['zh', 'en']).default('zh'),
    }),
    reply: z.object({ columns: z.int(), lines: z.array(z.string()) }),
  },
})
