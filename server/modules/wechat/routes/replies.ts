import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { replyOperations } from '../contract/replies.ts'
import type { Wechat } from '../service/index.ts'

/** Automatic replies and what they are made of, for staff. */
export const replyRoutes = (router: Router, { replies, materials }: Wechat): void =>
  mount(router, contract('wechat', replyOperations), {
    replyRules: ({ query }) => replies.list(query.appId),
    createReplyRule: ({ body: { appId, ...rule } }, caller) => replies.create(appId, rule, caller),
    updateReplyRule: ({ params, body }, caller) => replies.update(params.ruleId, body, caller),
    switchReplyRule: ({ params, body }, caller) => replies.turn(params.ruleId, body.active, caller),
    removeReplyRule: ({ params }, caller) => replies.remove(params.ruleId, caller),
    orderReplyRules: ({ body }, caller) => replies.order(body.appId, body.ruleIds, caller),
    tryReply: ({ body }, caller) => replies.attempt(body, caller),
    replyHits: ({ params }) => replies.hits(params.ruleId),
    materials: async ({ query }) => ({ items: await materials.list(query.kind) }),
    addMaterial: ({ query }, caller, ctx) => materials.receive(ctx.req, query.kind, caller),
    materialFile: async ({ params }, _caller, ctx) => {
      const { type, content } = await materials.open(params.materialId)
      ctx.type = type
      ctx.set('content-disposition', 'inline')
      ctx.set('content-security-policy', "default-src 'none'")
      ctx.set('cache-control', 'private, max-age=86400')
      ctx.body = content
    },
  })
