import type Router from '@koa/router'
import { on } from '../../kernel/events/event.ts'
import { mount } from '../../kernel/http/mount.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { membersEnrolled } from '../members/events.ts'
import { channelsApi } from './contract.ts'
import { channelsService, type Channels } from './service.ts'

const routes = (router: Router, channels: Channels): void =>
  mount(router, channelsApi, {
    funnels: ({ query }, caller) => channels.funnels(query, caller.scope),
    funnel: ({ params, query }, caller) => channels.funnel(params.codeId, query, caller.scope),
  })

/** What channel codes bring: it reads the codes of `wechat` and the purchases of `sales`, and is called by nobody. */
export function createChannels(kernel: Kernel): Module<Record<string, never>> {
  const channels = channelsService(kernel)
  return {
    name: 'channels',
    api: {},
    contracts: [channelsApi],
    routes: router => routes(router, channels),
    handlers: [
      on(membersEnrolled, 'channels.noteEnrolment', async ({ members }) => {
        for (const { memberId, origin } of members) if (origin !== undefined) await channels.enrolled(memberId, origin)
      }),
    ],
  }
}
