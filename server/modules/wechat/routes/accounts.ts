import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { accountOperations } from '../contract/accounts.ts'
import type { Wechat } from '../service/index.ts'

/** The connected accounts, for staff. */
export const accountRoutes = (router: Router, { setup, check }: Pick<Wechat, 'setup' | 'check'>): void =>
  mount(router, contract('wechat', accountOperations), {
    accounts: async () => ({ items: await setup.list() }),
    account: ({ params }) => setup.get(params.appId),
    addAccount: ({ body }, caller) => setup.add(caller, body),
    changeAccount: ({ params, body }, caller) => setup.change(caller, params.appId, body),
    renewKeys: ({ params, body }, caller) => setup.renewKeys(caller, params.appId, body),
    removeAccount: ({ params }, caller) => setup.remove(caller, params.appId),
    checkAccount: ({ params, body }) => check(params.appId, body.check),
  })
