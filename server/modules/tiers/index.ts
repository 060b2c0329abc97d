import { inTransaction, type Db } from '../../kernel/db.ts'
import { on } from '../../kernel/events/event.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { membersEnrolled } from '../members/events.ts'
import { pointsCredited } from '../points/events.ts'
import type { LedgerCheck } from '../points/index.ts'
import { documentsSettled } from '../sales/events.ts'
import { tiersApi, type Tier } from './contract.ts'
import { tierChanged } from './events.ts'
import { decideAllTiers, reviewTiers, runDry } from './jobs.ts'
import { tiersRepository } from './repository/tiers.ts'
import { tiersRoutes } from './routes.ts'
import { tierSales, welcome } from './service/benefits.ts'
import { tierCheck } from './service/check.ts'
import { decideTiers, reading } from './service/decide.ts'
import { dryRuns } from './service/dry-run.ts'
import { versionOn } from './service/history.ts'
import type { TiersNeeds } from './service/ports.ts'
import { tiersOn, tierViews } from './service/view.ts'
import { tierVisitors } from './service/visitors.ts'

export { tiersPart } from './service/member-part.ts'
export { tiersTimeline } from './service/timeline.ts'
export interface TiersApi {
  /** The tier of members on a business date, as written down; those without one are left out. */
  tiersOn(db: Db, memberIds: readonly string[], day: string): Promise<Map<string, string>>
  /** What the tiers of now give, by member; those without a tier are left out. */
  benefitsOf(
    db: Db,
    memberIds: readonly string[],
  ): Promise<Map<string, Tier['benefits'] & { tier: string; name: Tier['name']; rank: number }>>
  /** The tiers of now, lowest first; none where the shop has no tiers. */
  ladder(db: Db): Promise<Pick<Tier, 'code' | 'name' | 'benefits'>[]>
  /** Part of loyalty:verify. */
  check: LedgerCheck
}

/** 会员等级: a pure function of the ledger, the clock and the version of the rules; here it is kept, shown and rewarded. */
export function createTiers(kernel: Kernel, needs: TiersNeeds): Module<TiersApi> {
  const { db } = kernel
  const all = decideAllTiers(kernel)
  const dry = runDry(() => runs)
  const runs = dryRuns(kernel, needs, {
    start: dryRunId => kernel.enqueue(dry, { dryRunId }, { key: dryRunId }),
    adopted: () => kernel.enqueue(all, {}, { key: `rules-${kernel.newId()}` }),
  })
  const views = tierViews(kernel)
  const sell = tierSales(kernel, needs)

  /** Members in runs, in transactions of their own; at once over where the shop has no tiers. */
  async function decide(memberIds: readonly string[]): Promise<void> {
    if (memberIds.length === 0 || (await tiersRepository(db).versionRows()).length === 0) return
    await inTransaction(db, tx => decideTiers(kernel, tx, memberIds))
  }

  return {
    name: 'tiers',
    api: {
      tiersOn,
      async benefitsOf(from, memberIds) {
        const rules = versionOn(await tiersRepository(from).versions(), reading(kernel).today)?.rules
        const members = await tiersRepository(from).members(memberIds)
        return new Map(
          [...members].flatMap(([memberId, { tier }]) => {
            const rank = rules?.tiers.findIndex(one => one.code === tier) ?? -1
            const found = rules?.tiers[rank]
            return found === undefined ? [] : [[memberId, { ...found.benefits, tier, name: found.name, rank }] as const]
          }),
        )
      },
      ladder: async from => versionOn(await tiersRepository(from).versions(), reading(kernel).today)?.rules.tiers ?? [],
      check: tierCheck(kernel),
    },
    contracts: [tiersApi],
    routes: router =>
      tiersRoutes(router, { views, runs, visitors: tierVisitors(kernel, needs.members), members: needs.members, sell }),
    handlers: [
      on(documentsSettled, 'tiers.decide', async ({ documentIds }) => {
        if ((await tiersRepository(db).versionRows()).length === 0) return
        await decide(await reading(kernel).facts(db).membersOf(documentIds))
      }),
      on(pointsCredited, 'tiers.decideByPoints', async ({ items }) => {
        const versions = await tiersRepository(db).versions()
        if (versions.some(one => one.rules.by === 'points')) await decide(items.map(item => item.memberId))
      }),
      on(membersEnrolled, 'tiers.begin', ({ members }) => decide(members.map(({ memberId }) => memberId))),
      on(tierChanged, 'tiers.welcome', welcome(kernel, needs)),
    ],
    jobs: [reviewTiers(kernel), all, dry],
  }
}
