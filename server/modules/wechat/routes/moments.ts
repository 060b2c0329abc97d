import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { momentOperations } from '../contract/moments.ts'
import type { Wechat } from '../service/index.ts'

/** Ask moments, for staff and for the mini-program. */
export const momentRoutes = (router: Router, { moments }: Wechat): void =>
  mount(router, contract('wechat', momentOperations), {
    moments: ({ query }) => moments.list(query.from, query.to),
    setMoment: ({ params, body }, caller) => moments.set(params.moment, body, caller),
    shopMoments: async (_, shopper) => ({ items: await moments.forShopper(shopper) }),
    answerMoment: async ({ body }, shopper) => ({
      items: await moments.answer(shopper, body.moment, body.key, body.answers),
    }),
  })
