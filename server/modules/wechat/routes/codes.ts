import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { codeOperations } from '../contract/codes.ts'
import type { Wechat } from '../service/index.ts'

/** Channel codes, for staff within their stores; and the mini-program's word that somebody came by one. */
export const codeRoutes = (router: Router, { codes, touches }: Wechat): void =>
  mount(router, contract('wechat', codeOperations), {
    codes: ({ query }, caller) => codes.list(query, caller.scope),
    codePeople: (_, caller) => codes.people(caller.scope),
    code: ({ params }, caller) => codes.one(params.codeId, caller.scope),
    createCode: ({ body }, caller) => codes.create(body, caller),
    createCodes: ({ body }, caller) => codes.createMany(body, caller),
    updateCode: ({ params, body }, caller) => codes.update(params.codeId, body, caller),
    retryCode: ({ params }, caller) => codes.retry(params.codeId, caller),
    retireCode: ({ params }, caller) => codes.retire(params.codeId, caller),
    codeImage: async ({ params }, caller, ctx) => {
      const { bytes, type } = await codes.image(params.codeId, caller.scope)
      ctx.type = type
      ctx.set('cache-control', 'private, max-age=86400')
      ctx.body = bytes
    },
    noteScan: ({ body }, shopper) => touches.noteScan(shopper, body.scene),
  })
