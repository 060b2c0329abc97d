import { tillApi } from '../../../server/modules/till/contract.ts'
import type { ShiftSlip } from '../../../server/modules/till/contract/shift.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { line, now, today, type Till } from './tills.ts'

let numbers = 0
/** A fresh number of a receipt, and a fresh key of a request. */
export const receiptNo = (): string => String((numbers += 1)).padStart(4, '0')
export const key = (): string => `around-${String((numbers += 1)).padStart(6, '0')}`

/** The code of whatever error a call answers with. */
export const refusalOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no refusal',
    (error: unknown) => (error as { code: string }).code,
  )

/** A sale of so many yuan of rice, to a card, to nobody, or to whoever holds a coupon. */
export async function sells(
  till: Till,
  yuan: string,
  more: { cardNo?: string; coupon?: string; cashier?: string; print?: 58 | 80; date?: string } = {},
) {
  const at = { businessDate: more.date ?? today, receiptNo: receiptNo() }
  const sold = await till.call(tillApi).commit({
    body: {
      key: key(),
      ...at,
      businessAt: now,
      cashier: more.cashier ?? '',
      memberCode: more.cardNo ?? null,
      couponCode: more.coupon ?? null,
      lines: [line(1, yuan)],
      payments: [],
      ...(more.print === undefined ? {} : { print: more.print }),
    },
  })
  return { ...at, ...sold }
}

/** All of a sale comes back. */
export async function takesBack(
  till: Till,
  original: { businessDate: string; receiptNo: string },
  more: { cashier?: string; print?: 58 | 80; date?: string } = {},
) {
  const at = { businessDate: more.date ?? today, receiptNo: receiptNo() }
  const returned = await till.call(tillApi).returnSale({
    body: {
      key: key(),
      ...at,
      businessAt: now,
      cashier: more.cashier ?? '',
      original: { businessDate: original.businessDate, receiptNo: original.receiptNo },
      ...(more.print === undefined ? {} : { print: more.print }),
    },
  })
  return { ...at, ...returned }
}

/** 交班, under the shift's own number. */
export const closes = (till: Till, shiftNo: string, slip: ShiftSlip, print?: 58 | 80) =>
  till.call(tillDeskApi).closeShift({
    body: {
      key: key(),
      businessDate: today,
      shiftNo,
      cashier: '小李',
      slip,
      ...(print === undefined ? {} : { print }),
    },
  })
