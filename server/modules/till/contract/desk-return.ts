import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Returned, ReturnQuoteBody } from '../contract.ts'
import { Key } from './basket.ts'
import { Slip, Store } from './slip.ts'

/** Which receipt; left out, store and day are those of the return. */
const Original = ReturnQuoteBody.shape.original.extend({ tillCode: Slip.tillCode })

const DeskReturnQuoteBody = z.object({
  storeCode: Store,
  original: Original,
  lines: ReturnQuoteBody.shape.lines,
})
export type DeskReturnQuoteBody = z.output<typeof DeskReturnQuoteBody>

const DeskReturnBody = DeskReturnQuoteBody.extend({
  key: Key,
  /** The till's number and the number that it printed on the slip of the return. */
  ...Slip,
})
export type DeskReturnBody = z.output<typeof DeskReturnBody>

/** A line of the receipt, and how much of it may still come back; decimals. */
const ReturnableLine = z.object({
  lineNo: z.int(),
  name: z.string(),
  unit: z.string(),
  quantity: z.string(),
  left: z.string(),
  /** What it cost after coupons, yuan. */
  net: z.string(),
})

/** 退货 on a phone, for tills that cannot call. */
export const deskReturnOperations = operations({
  deskQuoteReturn: {
    method: 'POST',
    path: '/admin/till-desk/returns/quote',
    access: 'staff:till.desk',
    summary: 'What a return would give back, and which lines of the receipt may still come back; stores nothing',
    body: DeskReturnQuoteBody,
    reply: Returned.omit({ docKey: true, documentId: true, print: true }).extend({ lines: z.array(ReturnableLine) }),
  },
  deskReturn: {
    method: 'POST',
    path: '/admin/till-desk/returns',
    access: 'staff:till.desk',
    summary: 'Goods came back to a till that cannot call: money, points and coupons, once for its key',
    body: DeskReturnBody,
    reply: Returned,
  },
})
