import type { z } from 'zod'
import { inTransaction, uniqueViolation, type Db } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { activityErrors } from '../contract/activity-errors.ts'
import { rewardsErrors } from '../contract/errors.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

/** The rules of one activity, in versions: the newest holds, none is version 0 with the defaults. */
export function ruleVersions<S extends z.ZodType>(
  { db, clock }: Pick<RewardsKernel, 'db' | 'clock'>,
  { audit, coupons }: Pick<RewardsNeeds, 'audit' | 'coupons'>,
  kind: 'signIn' | 'birthday' | 'referral',
  schema: S,
  couponsOf: (rules: z.output<S>) => readonly string[],
) {
  async function read(from: Db = db): Promise<{ version: number; rules: z.output<S> }> {
    const row = await from
      .selectFrom('reward_rules')
      .select(['version', 'rulesJson'])
      .where('kind', '=', kind)
      .orderBy('version', 'desc')
      .limit(1)
      .executeTakeFirst()
    return { version: row?.version ?? 0, rules: schema.parse(JSON.parse(row?.rulesJson ?? '{}')) }
  }

  return {
    read,

    /** Makes the version after the one that was looked at; only coupons that can be had may be promised. */
    async change(caller: StaffCaller, { version, rules }: { version: number; rules: z.output<S> }) {
      if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
      const before = await read()
      if (before.version !== version) throw activityErrors.rulesChanged()
      for (const id of couponsOf(rules))
        if ((await coupons.template(id)).state !== 'active') throw rewardsErrors.templateNotActive()
      try {
        await inTransaction(db, async tx => {
          const rulesJson = JSON.stringify(rules)
          await tx
            .insertInto('reward_rules')
            .values({ kind, version: version + 1, rulesJson, staffId: caller.staffId, createdAt: clock.now() })
            .execute()
          await audit(tx, caller, {
            action: 'rewards.changeRules',
            subjectKind: 'rewardRules',
            subjectId: `${kind}:${version + 1}`,
            details: { before: before.rules, after: rules },
          })
        })
      } catch (error) {
        if (uniqueViolation(error) !== null) throw activityErrors.rulesChanged()
        throw error
      }
      return read()
    },
  }
}

/** What so many points cost, fen, by the rate of the points rules; rounded up. */
export async function pointsCost(db: Db, { points }: Pick<RewardsNeeds, 'points'>, count: number): Promise<number> {
  const { cost } = await points.rules(db)
  return Math.ceil((count * cost.fen) / cost.points)
}

/** Names of coupon templates by id, for what shoppers and staff read. */
export async function couponNames(
  { coupons }: Pick<RewardsNeeds, 'coupons'>,
  ids: readonly (string | null)[],
): Promise<Map<string, string>> {
  const wanted = [...new Set(ids.flatMap(id => id ?? []))]
  return new Map(await Promise.all(wanted.map(async id => [id, (await coupons.template(id)).name] as const)))
}
