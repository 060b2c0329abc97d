import { shopDay } from '../../../kernel/clock.ts'
import { decimal4, formatDecimal4 } from '../../../kernel/money.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Audit } from '../../staff/index.ts'
import type { DeskReturnBody, DeskReturnQuoteBody } from '../contract/desk-return.ts'
import { tillDeskApi } from '../contract/desk-api.ts'
import { tillSalesRepository } from '../repository/sales.ts'
import type { TillDeps } from './deps.ts'
import { docKeyOf, type Once } from './once.ts'
import { CASHIER_LENGTH, staffAsTill } from './desk-sale.ts'
import type { Returning } from './returns.ts'

/** 退货 of 店员核销: goods that came back to a till that cannot call, told by staff; the night's file finds the return there. */
export function deskReturns({ db, clock, config }: TillDeps, returns: Returning, once: Once, audit: Audit) {
  return {
    /** What would come back, and which lines of the receipt may; stores nothing. */
    async quote(caller: StaffCaller, { storeCode, original, lines }: DeskReturnQuoteBody) {
      const till = staffAsTill(caller, storeCode, original.tillCode)
      const quoted = await returns.quoteReturn(till, { original, lines })
      const { businessDate, receiptNo, tillCode } = original
      const docKey = docKeyOf(original.storeCode ?? storeCode, tillCode, businessDate, receiptNo)
      const sold = await tillSalesRepository(db).lines(docKey)
      return {
        ...quoted,
        lines: sold.map(({ lineNo, name, unit, quantity, returnedQuantity, net }) => ({
          lineNo,
          name,
          unit: unit ?? '',
          quantity,
          left: formatDecimal4(decimal4(quantity) - decimal4(returnedQuantity)),
          net,
        })),
      }
    },

    /** The return itself, under the staff's name, once for its key. */
    take(caller: StaffCaller, body: DeskReturnBody) {
      const till = staffAsTill(caller, body.storeCode, body.tillCode)
      return once(till, { name: 'deskReturn', reply: tillDeskApi.operations.deskReturn.reply }, body, async tx => {
        const now = clock.now()
        const returned = await returns.take(tx, till, {
          original: body.original,
          lines: body.lines,
          businessDate: shopDay(now, config.SHOP_ZONE),
          receiptNo: body.receiptNo,
          businessAt: now.toISOString(),
          cashier: Array.from(caller.name).slice(0, CASHIER_LENGTH).join(''),
        })
        await audit(tx, caller, {
          action: 'till.deskReturn',
          subjectKind: 'receipt',
          subjectId: returned.documentId,
          storeCode: body.storeCode,
          details: { receiptNo: body.receiptNo, original: body.original.receiptNo, refund: returned.refund },
        })
        return returned
      })
    },
  }
}
export type DeskReturns = ReturnType<typeof deskReturns>
