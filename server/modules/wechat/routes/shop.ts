import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { shopOperations } from '../contract/shop.ts'
import type { Wechat } from '../service/index.ts'

/** What the mini-program calls: sessions and subscribe credits. */
export const shopRoutes = (router: Router, wechat: Wechat): void =>
  mount(router, contract('wechat', shopOperations), {
    openSession: ({ body }) => wechat.openSession(body.code, body.appId),
    subscribeTemplates: async (_, shopper) => ({ items: await wechat.rights.templates(shopper) }),
    recordSubscriptions: async ({ body }, shopper) => ({ items: await wechat.rights.record(shopper, body) }),
  })
