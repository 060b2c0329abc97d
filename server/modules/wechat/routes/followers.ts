import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { followerOperations } from '../contract/followers.ts'
import type { Wechat } from '../service/index.ts'

/** Followers of the official account, for staff. */
export const followerRoutes = (router: Router, { followers }: Pick<Wechat, 'followers'>): void =>
  mount(router, contract('wechat', followerOperations), {
    followers: ({ query }, caller) => followers.list(query, caller),
    tagFollowers: ({ body }, caller) => followers.tag(body, caller),
    blockFollowers: ({ body }, caller) => followers.block(body, caller),
  })
