import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { wechatApi } from './contract.ts'
import type { Wechat } from './service/index.ts'

export const wechatRoutes = (router: Router, wechat: Wechat): void =>
  mount(router, wechatApi, {
    openSession: ({ body }) => wechat.openSession(body.code, body.appId),
    subscribeTemplates: async (_, shopper) => ({ items: await wechat.rights.templates(shopper) }),
    recordSubscriptions: async ({ body }, shopper) => ({ items: await wechat.rights.record(shopper, body) }),
    accounts: async () => ({ items: await wechat.overview() }),
    sending: () => wechat.sendingHealth(),
  })
