import type Router from '@koa/router'
import { languageOf } from '../../kernel/http/language.ts'
import { mount } from '../../kernel/http/mount.ts'
import { campaignsApi } from './contract.ts'
import type { Campaigns } from './service/index.ts'
import { routeOptions } from './service/messages.ts'
import type { createMemberReach } from './service/reach.ts'

export const campaignsRoutes = (
  router: Router,
  campaigns: Campaigns,
  memberReach: ReturnType<typeof createMemberReach>,
): void =>
  mount(router, campaignsApi, {
    list: ({ query }, caller) => campaigns.list(query, caller),
    options: () => ({ routes: routeOptions() }),
    create: ({ body }, caller, ctx) => campaigns.create(body, caller, languageOf(ctx)),
    get: ({ params }, caller, ctx) => campaigns.get(params.campaignId, caller, languageOf(ctx)),
    update: ({ params, body }, caller, ctx) => campaigns.update(params.campaignId, body, caller, languageOf(ctx)),
    remove: ({ params }, caller) => campaigns.remove(params.campaignId, caller),
    preflight: ({ params }, caller) => campaigns.preflight(params.campaignId, caller),
    launch: ({ params }, caller, ctx) => campaigns.launch(params.campaignId, caller, languageOf(ctx)),
    pause: ({ params }, caller, ctx) => campaigns.pause(params.campaignId, caller, languageOf(ctx)),
    resume: ({ params }, caller, ctx) => campaigns.resume(params.campaignId, caller, languageOf(ctx)),
    stop: ({ params }, caller, ctx) => campaigns.stop(params.campaignId, caller, languageOf(ctx)),
    recipients: ({ params, query }, caller, ctx) =>
      campaigns.recipients(params.campaignId, query, caller, languageOf(ctx)),
    memberReach: ({ params, query }, caller, ctx) => memberReach(params.memberId, query, caller, languageOf(ctx)),
  })
