import { contract } from '../../../kernel/http/contract.ts'
import { couponShiftOperations } from './coupon-shifts.ts'
import { deskOperations } from './desk.ts'
import { deskReturnOperations } from './desk-return.ts'
import { fraudOperations } from './fraud.ts'
import { holdOperations } from './hold.ts'
import { invoiceOperations } from './invoice.ts'
import { invoiceRequestOperations } from './invoice-request.ts'
import { printOperations } from './print.ts'
import { shiftOperations } from './shift.ts'

/** What goes on around the sales of a till: held baskets, shifts, prints, phones of staff, limits and alerts, invoices. */
export const tillDeskApi = contract('tillDesk', {
  ...holdOperations,
  ...shiftOperations,
  ...couponShiftOperations,
  ...printOperations,
  ...deskOperations,
  ...deskReturnOperations,
  ...fraudOperations,
  ...invoiceOperations,
  ...invoiceRequestOperations,
})
