import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { messageOperations } from '../contract/messages.ts'
import type { Wechat } from '../service/index.ts'

/** What staff see and do about messages that go out. */
export const messageRoutes = (router: Router, wechat: Wechat): void =>
  mount(router, contract('wechat', messageOperations), {
    sending: () => wechat.sendingHealth(),
  })
