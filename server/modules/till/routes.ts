import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { tillApi } from './contract.ts'
import type { Quoting } from './service/quote.ts'
import type { Registration } from './service/registration.ts'
import type { Returning } from './service/returns.ts'
import type { Selling } from './service/sale.ts'

/** Operation → service call. */
export function tillRoutes(
  router: Router,
  quotes: Quoting,
  sales: Selling,
  returns: Returning,
  tills: Registration,
): void {
  mount(router, tillApi, {
    identify: ({ body }, caller) => quotes.identify(caller, body.code),
    quote: ({ body }, caller) => quotes.quote(caller, body),
    lock: ({ body }, caller) => sales.lock(caller, body),
    commit: ({ body }, caller) => sales.commit(caller, body),
    cancel: ({ body }, caller) => sales.cancel(caller, body),
    returnSale: ({ body }, caller) => returns.returnSale(caller, body),
    tills: (_, caller) => tills.list(caller.scope),
    registerTill: ({ body }, caller) => tills.register(caller, body),
    renewTillKey: ({ params }, caller) => tills.renewKey(caller, params.tillId),
    revokeTill: ({ params }, caller) => tills.revoke(caller, params.tillId),
  })
}
