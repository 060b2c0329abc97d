import type { Kernel } from '../../../kernel/module.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { visitorsOn } from '../repository/visitors.ts'
import { tiersRepository } from '../repository/tiers.ts'
import { reading } from './decide.ts'
import { versionOn } from './history.ts'
import type { TiersNeeds } from './ports.ts'

/** So many are named; the others are counted. */
const NAMED = 20

/** The members of high tiers who were at the tills of a day: whom a store manager greets, or calls. */
export const tierVisitors =
  (kernel: Pick<Kernel, 'db' | 'clock' | 'config'>, members: Pick<TiersNeeds['members'], 'briefs'>) =>
  async (query: { day?: string | undefined; storeCode?: string | undefined }, scope: Scope) => {
    const { db } = kernel
    const { today } = reading(kernel)
    const ladder = versionOn(await tiersRepository(db).versions(), today)?.rules.tiers ?? []
    // The upper half of the ladder; where there is one tier, nobody stands higher than anybody.
    const high = ladder.slice(Math.ceil(ladder.length / 2))
    const found = await visitorsOn(db, scope, {
      day: query.day ?? today,
      storeCode: query.storeCode,
      tiers: high.map(tier => tier.code),
      limit: NAMED,
    })
    const briefs = await members.briefs(
      db,
      found.people.map(({ memberId }) => memberId),
    )
    const names = new Map(high.map(tier => [tier.code, tier.name]))
    return {
      day: found.day,
      tiers: high.map(tier => tier.name),
      count: found.count,
      people: found.people.flatMap(({ memberId, tier, ...visit }) => {
        const [brief, name] = [briefs.get(memberId), names.get(tier)]
        if (brief === undefined || name === undefined) return []
        return [{ memberId, name: brief.name, inReach: inScope(scope, brief.homeStore), tier: name, ...visit }]
      }),
    }
  }
export type TierVisitors = ReturnType<typeof tierVisitors>
