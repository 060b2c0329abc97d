import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import { watchTillsNightly } from '../jobs.ts'
import type { Customers } from './customer.ts'
import type { TillDeps, TillNeeds } from './deps.ts'
import { deskReturns } from './desk-return.ts'
import { deskSales } from './desk-sale.ts'
import { tillDesk } from './desk.ts'
import { fraudDesk } from './fraud/desk.ts'
import { tillLimits } from './fraud/limits.ts'
import { holding } from './hold.ts'
import { invoicing } from './invoice.ts'
import { invoiceRequests } from './invoice-request.ts'
import type { Once } from './once.ts'
import { afterwards } from './print/afterwards.ts'
import { printing } from './print/index.ts'
import type { Proofs } from './proofs.ts'
import type { Quoting } from './quote.ts'
import type { Returning } from './returns.ts'
import type { Selling } from './sale.ts'
import { couponShifts } from './shift/coupons.ts'
import { tillDays } from './shift/days.ts'
import { shiftClosing } from './shift/closing.ts'
import { shiftBook } from './shift/index.ts'
import { watchedNeeds } from './watched.ts'

/** The sales of a till, as what stands around them uses them. */
interface TillParts {
  readonly people: Customers
  readonly quotes: Quoting
  readonly sales: Selling
  readonly returns: Returning
  readonly proofs: Proofs
  readonly once: Once
}

/**
 * All that stands around the sales of a till: held baskets, shifts, prints, phones of staff, limits and alerts, invoices.
 * `needs` are what the sales are to be made with, so that every receipt passes them.
 */
export function aroundTheTill(kernel: Kernel, given: TillNeeds, audit: Audit) {
  const limits = tillLimits(kernel)
  const deps: TillDeps = { ...kernel, needs: watchedNeeds({ ...kernel, needs: given }, limits) }
  const shifts = shiftBook(deps)
  const prints = printing(deps)
  const invoices = invoicing(deps, audit)
  return {
    needs: deps.needs,
    limits,
    after: afterwards(kernel.db, prints),
    /** What the operations are made of. */
    parts: ({ people, quotes, sales, returns, proofs, once }: TillParts) => ({
      db: kernel.db,
      holds: holding(deps, people, quotes, once),
      shifts,
      days: tillDays(deps),
      couponShifts: couponShifts(deps),
      closing: shiftClosing(kernel, shifts, once),
      prints,
      desk: tillDesk(
        deps,
        { people, quotes, shifts, prints, proofs, sales: deskSales(deps, quotes, sales, audit) },
        audit,
      ),
      deskReturns: deskReturns(deps, returns, once, audit),
      fraud: fraudDesk(deps, audit),
      invoices,
      requests: invoiceRequests(deps, invoices, audit),
    }),
    /** After the books of their sales: what points paid of them was never invoiced. */
    onReturned: invoices.onReturned,
    jobs: [watchTillsNightly(deps)],
  }
}
