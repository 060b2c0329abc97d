import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { accountOperations } from '../contract/accounts.ts'
import type { Wechat } from '../service/index.ts'

/** The connected accounts, for staff. */
export const accountRoutes = (router: Router, wechat: Wechat): void =>
  mount(router, contract('wechat', accountOperations), {
    accounts: async () => ({ items: await wechat.overview() }),
  })
