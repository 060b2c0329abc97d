import type Router from '@koa/router'
import { on } from '../../kernel/events/event.ts'
import type { Kernel } from '../../kernel/module.ts'
import { documentsApplied } from '../sales/events.ts'
import type { Audit } from '../staff/index.ts'
import { tillDeskRoutes } from './desk-routes.ts'
import { watchTillsNightly } from './jobs.ts'
import type { Customers } from './service/customer.ts'
import type { TillDeps, TillNeeds } from './service/deps.ts'
import { tillDesk } from './service/desk.ts'
import { fraudDesk } from './service/fraud/desk.ts'
import { tillLimits } from './service/fraud/limits.ts'
import { holding } from './service/hold.ts'
import { invoicing } from './service/invoice.ts'
import type { Once } from './service/once.ts'
import { afterwards } from './service/print/afterwards.ts'
import { printing } from './service/print/index.ts'
import type { Quoting } from './service/quote.ts'
import { shiftClosing } from './service/shift/closing.ts'
import { shiftBook } from './service/shift/index.ts'
import { watchedNeeds } from './service/watched.ts'

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
    after: afterwards(kernel.db, prints),
    routes: (router: Router, people: Customers, quotes: Quoting, once: Once): void =>
      tillDeskRoutes(router, {
        db: kernel.db,
        holds: holding(deps, people, quotes, once),
        shifts,
        closing: shiftClosing(kernel, shifts, once),
        prints,
        desk: tillDesk(deps, people, quotes, shifts, audit),
        fraud: fraudDesk(deps, audit),
        invoices,
      }),
    // Goods may come back to a till that does not talk to us: then the night's file tells it.
    handlers: [
      on(documentsApplied, 'till.invoicesReturned', ({ documents }) =>
        invoices.onReturned(documents.map(document => document.id)),
      ),
    ],
    jobs: [watchTillsNightly(deps)],
  }
}
