import type Router from '@koa/router'
import type { Wechat } from '../service/index.ts'
import { accountRoutes } from './accounts.ts'
import { messageRoutes } from './messages.ts'
import { shopRoutes } from './shop.ts'

/** Mounts the operations of every area of the module. */
export function wechatRoutes(router: Router, wechat: Wechat): void {
  shopRoutes(router, wechat)
  accountRoutes(router, wechat)
  messageRoutes(router, wechat)
}
