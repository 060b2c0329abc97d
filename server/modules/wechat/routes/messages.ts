import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { languageOf } from '../../../kernel/http/language.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { messageOperations } from '../contract/messages.ts'
import type { Wechat } from '../service/index.ts'

/** What staff see and do about messages that go out. */
export const messageRoutes = (router: Router, wechat: Wechat): void =>
  mount(router, contract('wechat', messageOperations), {
    sending: () => wechat.sendingHealth(),
    unknownMessages: ({ query }, caller, ctx) => wechat.desk.unknown(query, caller, languageOf(ctx)),
    decideMessage: ({ params, body }, caller) => wechat.desk.decide(params.messageId, body.decision, caller),
    memberMessages: ({ params, query }, caller, ctx) =>
      wechat.desk.ofMember(params.memberId, query, caller, languageOf(ctx)),
    memberWays: ({ params, query }, caller) => wechat.desk.ways(params.memberId, query.purpose, caller),
  })
