import type Router from '@koa/router'
import { codeRoutes } from './codes.ts'
import { followerRoutes } from './followers.ts'
import { momentRoutes } from './moments.ts'
import { tagRoutes } from './tags.ts'
import type { Wechat } from '../service/index.ts'
import { accountRoutes } from './accounts.ts'
import { menuRoutes } from './menus.ts'
import { massRoutes } from './mass.ts'
import { messageRoutes } from './messages.ts'
import { payRoutes } from './pay.ts'
import { replyRoutes } from './replies.ts'
import { shopRoutes } from './shop.ts'

/** Mounts the operations of every area of the module. */
export function wechatRoutes(router: Router, wechat: Wechat): void {
  shopRoutes(router, wechat)
  codeRoutes(router, wechat)
  tagRoutes(router, wechat)
  followerRoutes(router, wechat)
  momentRoutes(router, wechat)
  accountRoutes(router, wechat)
  massRoutes(router, wechat)
  messageRoutes(router, wechat)
  payRoutes(router, wechat)
  replyRoutes(router, wechat)
  menuRoutes(router, wechat)
}
