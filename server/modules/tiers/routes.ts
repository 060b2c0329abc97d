import { Readable } from 'node:stream'
import type Router from '@koa/router'
import type { StaffCaller } from '../../kernel/http/caller.ts'
import { languageOf } from '../../kernel/http/language.ts'
import { mount } from '../../kernel/http/mount.ts'
import type { MembersApi } from '../members/index.ts'
import { tiersApi, tiersErrors } from './contract.ts'
import type { DryRuns } from './service/dry-run.ts'
import type { TierViews } from './service/view.ts'
import type { TierVisitors } from './service/visitors.ts'

interface Parts {
  readonly views: TierViews
  readonly runs: DryRuns
  readonly visitors: TierVisitors
  readonly members: Pick<MembersApi, 'inReach'>
  readonly sell: (caller: StaffCaller, memberId: string, body: { key: string; tier: string }) => Promise<void>
}

/** Rules are the whole chain's: a store does not change them. */
function wholeChain(caller: StaffCaller): StaffCaller {
  if (caller.scope.kind !== 'all') throw tiersErrors.wholeChain()
  return caller
}

/** Operation → service call. */
export function tiersRoutes(router: Router, { views, runs, visitors, members, sell }: Parts): void {
  mount(router, tiersApi, {
    myTier: (_, caller) => views.standing(caller.memberId),
    memberTier: async ({ params }, caller) =>
      views.standing((await members.inReach(params.memberId, caller.scope)).memberId),
    sellTier: async ({ params, body }, caller) => {
      await sell(caller, params.memberId, body)
      return views.standing(params.memberId)
    },
    tiers: (_, caller) => views.overview(caller.scope),
    tierVisitors: ({ query }, caller) => visitors(query, caller.scope),
    tierVersions: async () => ({ items: await views.versions() }),
    dryRuns: (_, caller) => {
      wholeChain(caller)
      return runs.list()
    },
    startDryRun: ({ body }, caller) => runs.start(wholeChain(caller), body),
    dryRun: ({ params }, caller) => {
      wholeChain(caller)
      return runs.read(params.dryRunId)
    },
    dryRunMovers: async ({ params }, caller, ctx) => {
      const pieces = await runs.movers(params.dryRunId, { scope: caller.scope, language: languageOf(ctx) })
      ctx.type = 'text/csv; charset=utf-8'
      ctx.attachment(`tier-moves-${params.dryRunId}.csv`)
      ctx.body = Readable.from(pieces)
    },
    adopt: ({ params, body }, caller) => runs.adopt(wholeChain(caller), params.dryRunId, body),
  })
}
