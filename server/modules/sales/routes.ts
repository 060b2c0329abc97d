import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { salesApi } from './contract.ts'
import type { arrivalMatrix } from './service/arrival.ts'
import type { memberPortrait } from './service/portrait.ts'
import type { salesLists } from './service/lists.ts'
import type { salesNumbers } from './service/numbers.ts'

interface Services {
  readonly lists: ReturnType<typeof salesLists>
  readonly numbers: ReturnType<typeof salesNumbers>
  readonly arrival: ReturnType<typeof arrivalMatrix>
  readonly portrait: ReturnType<typeof memberPortrait>
}

/** Serves receipts, the numbers of the overview, portraits, and the arrival matrix. */
export function salesRoutes(router: Router, { lists, numbers, arrival, portrait }: Services): void {
  mount(router, salesApi, {
    documents: ({ query }, caller) => lists.documents(query, caller),
    document: ({ params }, caller) => lists.document(params.documentId, caller),
    summary: ({ query }, caller) => numbers.summary(query, caller.scope),
    daily: async ({ query }, caller) => ({ items: await numbers.daily(query, caller.scope) }),
    portrait: ({ params }, caller) => portrait(params.memberId, caller.scope),
    arrival: ({ query }, caller) => arrival(query, caller.scope),
    myReceipts: ({ query }, caller) => lists.receipts(caller.memberId, query),
    myReceipt: ({ params }, caller) => lists.receipt(caller.memberId, params.documentId),
  })
}
