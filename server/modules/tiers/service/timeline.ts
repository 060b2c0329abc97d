import type { Kernel } from '../../../kernel/module.ts'
import { newestOf, type TimelinePart } from '../../members/index.ts'
import { tiersRepository } from '../repository/tiers.ts'
import { reading } from './decide.ts'
import { versionOn } from './history.ts'

/** Every change of a member's tier; tiers by the names of now. */
export const tiersTimeline = (kernel: Pick<Kernel, 'clock' | 'config'>): TimelinePart => ({
  kind: 'tier',
  permission: 'members.read',
  async read(db, ask) {
    const rows = await db
      .selectFrom('tier_change')
      .select(['id', 'at', 'toTier', 'reason'])
      .where('memberId', '=', ask.memberId)
      .execute()
    if (rows.length === 0) return []
    const rules = versionOn(await tiersRepository(db).versions(), reading(kernel).today)?.rules
    const names = new Map(rules?.tiers.map(tier => [tier.code, tier.name[ask.language]]))
    return newestOf(
      rows.map(row => ({ id: row.id, at: row.at, what: row.reason, text: names.get(row.toTier) ?? row.toTier })),
      ask,
    )
  },
})
