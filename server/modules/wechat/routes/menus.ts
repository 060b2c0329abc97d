import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { menuOperations } from '../contract/menus.ts'
import type { Wechat } from '../service/index.ts'

/** The menu of an official account, for staff. */
export const menuRoutes = (router: Router, { menus }: Wechat): void =>
  mount(router, contract('wechat', menuOperations), {
    menu: ({ query }) => menus.show(query.appId),
    saveMenu: ({ body }, caller) => menus.save(body.appId, body.version, body.menu, caller),
    publishMenu: ({ body }, caller) => menus.publish(body.appId, body.version, caller),
    menuVersions: async ({ query }) => ({ items: await menus.versions(query.appId) }),
    rollBackMenu: ({ params }, caller) => menus.rollBack(params.versionId, caller),
    renewMenu: ({ body }, caller) => menus.renew(body.appId, caller),
    liveMenu: ({ query }) => menus.live(query.appId),
    adoptMenu: ({ body }, caller) => menus.adopt(body.appId, caller),
    matchMenu: ({ body }, caller) => menus.match(body.appId, body.memberId, caller),
  })
