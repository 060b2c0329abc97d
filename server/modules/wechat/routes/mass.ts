import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { languageOf } from '../../../kernel/http/language.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { massOperations } from '../contract/mass.ts'
import type { Wechat } from '../service/index.ts'

/** Mass messages of the official account. */
export const massRoutes = (router: Router, { mass }: Pick<Wechat, 'mass'>): void =>
  mount(router, contract('wechat', massOperations), {
    masses: ({ query }, caller, ctx) => mass.list(query, caller, languageOf(ctx)),
    mass: ({ params }, caller, ctx) => mass.one(params.massId, caller, languageOf(ctx)),
    massDrafts: (_, caller) => mass.drafts(caller),
    countMass: ({ body }, caller) => mass.count(body, caller),
    sendMass: ({ body }, caller, ctx) => mass.plan(body, caller, languageOf(ctx)),
    previewMass: ({ body }, caller) => mass.preview(body, caller),
    withdrawMass: ({ params }, caller, ctx) => mass.withdraw(params.massId, caller, languageOf(ctx)),
    deleteMass: ({ params }, caller, ctx) => mass.remove(params.massId, caller, languageOf(ctx)),
  })
