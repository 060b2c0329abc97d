import type { Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { tiersRepository, type ChangeRecord } from '../repository/tiers.ts'
import { reading, standingsOf, type TiersKernel } from './decide.ts'
import { versionOn } from './history.ts'
import { NEVER } from './periods.ts'

const REASONS = ['start', 'upgrade', 'downgrade', 'paid', 'paidEnded', 'rules', 'correction'] as const
const reasonOf = (text: string): (typeof REASONS)[number] => REASONS.find(one => one === text) ?? 'correction'

const changeOf = (row: ChangeRecord) => ({
  day: row.day,
  fromTier: row.fromTier,
  toTier: row.toTier,
  reason: reasonOf(row.reason),
  rulesVersion: row.rulesVersion,
})

/** Tiers as the screens show them. */
export function tierViews(kernel: TiersKernel) {
  const { db } = kernel
  return {
    /** A member's tier by the ledger of now, with what is missing to the next. */
    async standing(memberId: string) {
      const tiers = tiersRepository(db)
      const versions = await tiers.versions()
      const { today, facts } = reading(kernel)
      const now = (await standingsOf(facts(db), versions, [memberId], today)).get(memberId)
      const history = ((await tiers.changes([memberId])).get(memberId) ?? []).map(changeOf).toReversed()
      const rules = versionOn(versions, today)?.rules
      if (now === undefined || rules === undefined)
        return { tier: null, since: null, reviewOn: null, by: null, value: 0, next: null, benefits: null, history }
      const rank = rules.tiers.findIndex(tier => tier.code === now.tier)
      const [tier, next] = [rules.tiers[rank], rules.tiers[rank + 1]]
      return {
        tier: tier === undefined ? null : { code: tier.code, name: tier.name },
        since: now.since,
        reviewOn: now.reviewOn === NEVER ? null : now.reviewOn,
        by: rules.by,
        value: now.value,
        next:
          next === undefined
            ? null
            : { code: next.code, name: next.name, missing: Math.max(0, next.threshold - now.value) },
        benefits: tier?.benefits ?? null,
        history,
      }
    },

    async versions() {
      const rows = await tiersRepository(db).versionRows()
      const parsed = new Map((await tiersRepository(db).versions()).map(one => [one.version, one]))
      return rows.toReversed().flatMap(({ version, validFrom, note, createdAt }) => {
        const rules = parsed.get(version)?.rules
        return rules === undefined ? [] : [{ version, validFrom, note, createdAt, rules }]
      })
    },

    async overview(scope: Scope) {
      const [current] = await this.versions()
      return { current: current ?? null, members: await tiersRepository(db).counts(scope) }
    },
  }
}
export type TierViews = ReturnType<typeof tierViews>

/** The tier of members on a day, as written down; those without one are left out. */
export async function tiersOn(db: Db, memberIds: readonly string[], day: string): Promise<Map<string, string>> {
  const histories = await tiersRepository(db).changes(memberIds)
  return new Map(
    [...histories].flatMap(([memberId, changes]) => {
      const now = changes.findLast(change => change.day <= day)
      return now === undefined ? [] : [[memberId, now.toTier] as const]
    }),
  )
}
