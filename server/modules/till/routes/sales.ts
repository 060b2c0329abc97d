import type Router from '@koa/router'
import { mount } from '../../../kernel/http/mount.ts'
import { tillApi } from '../contract.ts'
import type { Afterwards } from '../service/print/afterwards.ts'
import type { Quoting } from '../service/quote.ts'
import type { Registration } from '../service/registration.ts'
import type { Returning } from '../service/returns.ts'
import type { Selling } from '../service/sale.ts'

/** Operation → service call. */
export function tillRoutes(
  router: Router,
  quotes: Quoting,
  sales: Selling,
  returns: Returning,
  tills: Registration,
  after: Afterwards,
): void {
  mount(router, tillApi, {
    identify: ({ body }, caller) => quotes.identify(caller, body.code),
    quote: ({ body }, caller) => quotes.quote(caller, body),
    lock: ({ body }, caller) => sales.lock(caller, body),
    commit: async ({ body }, caller) => after.sale(await sales.commit(caller, body), body.print),
    cancel: ({ body }, caller) => sales.cancel(caller, body),
    quoteReturn: ({ body }, caller) => returns.quoteReturn(caller, body),
    returnSale: async ({ body }, caller) => after.returned(await returns.returnSale(caller, body), body.print),
    tills: (_, caller) => tills.list(caller.scope),
    registerTill: ({ body }, caller) => tills.register(caller, body),
    renewTillKey: ({ params }, caller) => tills.renewKey(caller, params.tillId),
    revokeTill: ({ params, body }, caller) => tills.revoke(caller, params.tillId, body.reason),
  })
}
