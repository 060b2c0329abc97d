import type Router from '@koa/router'
import { csvOf } from '../../../kernel/sheet.ts'
import { languageOf } from '../../../kernel/http/language.ts'
import { mount } from '../../../kernel/http/mount.ts'
import type { Db } from '../../../kernel/db.ts'
import { tillDeskApi } from '../contract/desk-api.ts'
import type { TillDesk } from '../service/desk.ts'
import type { DeskReturns } from '../service/desk-return.ts'
import type { FraudDesk } from '../service/fraud/desk.ts'
import type { Holding } from '../service/hold.ts'
import type { Invoicing } from '../service/invoice.ts'
import type { InvoiceRequests } from '../service/invoice-request.ts'
import { docKeyOf } from '../service/once.ts'
import type { Printing } from '../service/print/index.ts'
import type { Closing } from '../service/shift/closing.ts'
import type { CouponShifts } from '../service/shift/coupons.ts'
import type { TillDays } from '../service/shift/days.ts'
import type { ShiftBook } from '../service/shift/index.ts'

/** Operation → service call, of all that goes on around a till's sales. */
export function tillDeskRoutes(
  router: Router,
  parts: {
    readonly db: Db
    readonly holds: Holding
    readonly shifts: ShiftBook
    readonly closing: Closing
    readonly days: TillDays
    readonly couponShifts: CouponShifts
    readonly prints: Printing
    readonly desk: TillDesk
    readonly deskReturns: DeskReturns
    readonly fraud: FraudDesk
    readonly invoices: Invoicing
    readonly requests: InvoiceRequests
  },
): void {
  const { db, holds, shifts, closing, days, couponShifts, prints, desk, deskReturns, fraud, invoices, requests } = parts
  mount(router, tillDeskApi, {
    hold: ({ body }, caller) => holds.hold(caller, body),
    holds: (_, caller) => holds.holds(caller),
    resume: ({ params, body }, caller) => holds.resume(caller, params.holdId, body),
    dropHold: ({ params, body }, caller) => holds.drop(caller, params.holdId, body),

    currentShift: (_, caller) => shifts.current(caller),
    closeShift: ({ body }, caller) => closing.closeShift(caller, body),
    shifts: ({ query }, caller) => shifts.list(caller.scope, query),
    shift: ({ params }, caller) => shifts.one(caller.scope, params.shiftId),
    tillDay: ({ query }, caller) => days(caller.scope, query),
    couponShifts: ({ params, query }, caller) => couponShifts(caller.scope, params.templateId, query),
    shiftsFile: async ({ query }, caller, ctx) => {
      ctx.attachment('till-shifts.csv')
      ctx.type = 'text/csv; charset=utf-8'
      ctx.body = csvOf(await shifts.table(caller.scope, query, languageOf(ctx)))
    },

    printReceipt: ({ body }, caller) =>
      prints.receipt(
        db,
        docKeyOf(caller.storeCode, body.tillCode ?? caller.tillCode, body.businessDate, body.receiptNo),
        body.paper,
        body.language,
      ),

    deskIdentify: ({ body }, caller) => desk.identify(caller, body),
    deskQuote: ({ body }, caller) => desk.quote(caller, body),
    deskLock: ({ body }, caller) => desk.lock(caller, body),
    deskRelease: ({ params, body }, caller) => desk.release(caller, params.lockKey, body.storeCode),
    deskSell: ({ body }, caller) => desk.sell(caller, body),
    deskRedeem: ({ body }, caller) => desk.redeem(caller, body),
    deskPrint: ({ params, body }, caller) => desk.print(caller, params.redemptionId, body),
    deskSms: ({ body }, caller) => desk.sendSms(caller, body),
    deskSmsProof: ({ body }, caller) => desk.takeSms(caller, body),
    deskQuoteReturn: ({ body }, caller) => deskReturns.quote(caller, body),
    deskReturn: ({ body }, caller) => deskReturns.take(caller, body),
    deskUndo: ({ params }, caller) => desk.undo(caller, params.redemptionId),
    deskRedemptions: ({ query }, caller) => desk.list(caller, query),
    deskShiftNow: ({ query }, caller) => desk.currentShift(caller, query),
    deskShift: ({ body }, caller) => desk.closeShift(caller, body),

    fraudRules: () => fraud.rules(),
    changeFraudRules: ({ body }, caller) => fraud.change(caller, body.version, body.rules),
    alerts: ({ query }, caller) => fraud.alerts(caller.scope, query),
    alertCount: (_, caller) => fraud.count(caller.scope),
    closeAlert: ({ params, body }, caller) => fraud.close(caller, params.alertId, body),
    blockedCards: (_, caller) => fraud.blocked(caller.scope),
    unblockCard: ({ params }, caller) => fraud.unblock(caller, params.memberId),
    staffCards: (_, caller) => fraud.staffCards(caller.scope),
    markStaffCard: ({ body }, caller) => fraud.mark(caller, body),
    unmarkStaffCard: ({ params }, caller) => fraud.unmark(caller, params.memberId),

    invoice: ({ params }, caller) => invoices.read(caller.scope, params.documentId),
    invoices: ({ query }, caller) => invoices.list(caller.scope, query),
    markInvoiced: ({ params, body }, caller) => invoices.mark(caller, params.documentId, body),
    markRed: ({ params, body }, caller) => invoices.red(caller, params.documentId, body.redNo),
    tellInvoice: ({ body }, caller) => invoices.tell(caller, body),
    myInvoice: ({ params }, caller) => invoices.mine(caller.memberId, params.documentId),

    myInvoiceRequest: ({ params }, caller) => requests.mine(caller.memberId, params.documentId),
    askInvoice: ({ params, body }, caller) => requests.ask(caller.memberId, params.documentId, body),
    withdrawInvoice: ({ params }, caller) => requests.withdraw(caller.memberId, params.documentId),
    invoiceRequests: ({ query }, caller) => requests.list(caller.scope, query),
    invoiceWork: (_, caller) => requests.work(caller.scope),
    invoiceBuyer: ({ params }, caller) => requests.buyer(caller, params.requestId),
    issueInvoice: ({ params, body }, caller) => requests.issue(caller, params.requestId, body),
    rejectInvoice: ({ params, body }, caller) => requests.reject(caller, params.requestId, body.reason),
  })
}
