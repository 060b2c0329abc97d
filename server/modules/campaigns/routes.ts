import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { campaignsApi } from './contract.ts'
import type { Campaigns } from './service/index.ts'
import { routeOptions } from './service/messages.ts'

export const campaignsRoutes = (router: Router, campaigns: Campaigns): void =>
  mount(router, campaignsApi, {
    list: ({ query }, caller) => campaigns.list(query, caller),
    options: () => ({ routes: routeOptions() }),
    create: ({ body }, caller) => campaigns.create(body, caller),
    get: ({ params }, caller) => campaigns.get(params.campaignId, caller),
    update: ({ params, body }, caller) => campaigns.update(params.campaignId, body, caller),
    remove: ({ params }, caller) => campaigns.remove(params.campaignId, caller),
    preflight: ({ params }, caller) => campaigns.preflight(params.campaignId, caller),
    launch: ({ params }, caller) => campaigns.launch(params.campaignId, caller),
    pause: ({ params }, caller) => campaigns.pause(params.campaignId, caller),
    resume: ({ params }, caller) => campaigns.resume(params.campaignId, caller),
    stop: ({ params }, caller) => campaigns.stop(params.campaignId, caller),
    recipients: ({ params, query }, caller) => campaigns.recipients(params.campaignId, query, caller),
  })
