import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Language } from '../../../kernel/http/language.ts'
import type { Scope } from '../../../kernel/scope.ts'
import { DryRunResult, TierRules, tiersErrors } from '../contract.ts'
import { tiersRepository, type DryRunRecord } from '../repository/tiers.ts'
import { reading, type TiersKernel } from './decide.ts'
import { adder, earnedInAYear, groundOf, pageOf, templatesOf } from './dry-run-page.ts'
import { moversFile } from './dry-run-file.ts'
import type { TiersNeeds } from './ports.ts'

const viewOf = (row: DryRunRecord) => ({
  dryRunId: row.id,
  state: (['running', 'done', 'adopted', 'failed'] as const).find(one => one === row.state) ?? ('failed' as const),
  rules: TierRules.parse(JSON.parse(row.rulesJson)),
  result: DryRunResult.parse(JSON.parse(row.resultJson)),
  createdAt: row.createdAt,
  finishedAt: row.finishedAt,
})

const nothing = (asOf: string, rulesVersion: number): DryRunResult => ({
  asOf,
  rulesVersion,
  members: 0,
  moves: [],
  up: 0,
  down: 0,
  examples: [],
  pointsAYear: 0,
  costAYear: 0,
  arrivalCoupons: 0,
  arrivalFen: 0,
  birthdayCoupons: 0,
  birthdayFen: 0,
  unpriced: 0,
})

/** 试算: new rules over the real ledger, in a shadow; and their adoption as the next version. */
export function dryRuns(
  kernel: TiersKernel,
  needs: TiersNeeds,
  after: { start: (id: string) => Promise<void>; adopted: () => Promise<void> },
) {
  const { db, clock, newId } = kernel

  async function find(id: string): Promise<DryRunRecord> {
    const row = await tiersRepository(db).dryRun(id)
    if (row === undefined) throw tiersErrors.noDryRun()
    return row
  }

  return {
    list: async () => ({ items: (await tiersRepository(db).dryRuns(20)).map(viewOf) }),
    read: async (id: string) => viewOf(await find(id)),

    /** Those whom a run moves, as pieces of a CSV; a run that is not there fails before the first piece. */
    async movers(id: string, asked: { scope: Scope; language: Language }): Promise<AsyncGenerator<string>> {
      return moversFile(kernel, needs.members, await find(id), asked)
    },

    async start(caller: StaffCaller, rules: TierRules) {
      const id = newId()
      const version = (await tiersRepository(db).versions()).at(-1)?.version ?? 0
      await db
        .insertInto('tier_dry_run')
        .values({
          id,
          rulesJson: JSON.stringify(rules),
          state: 'running',
          cursor: '',
          resultJson: JSON.stringify(nothing(reading(kernel).today, version)),
          startedBy: caller.staffId,
          createdAt: clock.now(),
          finishedAt: null,
        })
        .execute()
      await after.start(id)
      return viewOf(await find(id))
    },

    /**
     * Goes on with a dry run from where it was left: the cursor and the sums so far stand in its row. It is reckoned by the day
     * and the rules it was started on, however long it takes.
     */
    async proceed(id: string, signal: AbortSignal): Promise<void> {
      const row = await find(id)
      if (row.state !== 'running') return
      const rules = TierRules.parse(JSON.parse(row.rulesJson))
      const result = DryRunResult.parse(JSON.parse(row.resultJson))
      const ground = await groundOf(kernel, rules, result)
      const cost = await needs.pointCost(db)
      const current = ground.versions.findLast(one => one.validFrom <= ground.day)?.rules
      const sums = adder(result, ground, await needs.couponWorth(db, templatesOf(current, rules)))
      let { cursor } = row
      while (!signal.aborted) {
        const page = await pageOf(kernel, db, ground, cursor)
        if (page === null) break
        const ids = page.members.map(one => one.memberId)
        const celebrants = await needs.members.birthdays(db, sums.birthdaysOf(page.members))
        sums.add(page.members, await earnedInAYear(kernel, db, ids, ground.day), new Set(celebrants.keys()))
        result.costAYear = Math.round((result.pointsAYear * cost.fen) / cost.points)
        cursor = page.last
        await db
          .updateTable('tier_dry_run')
          .set({ cursor, resultJson: JSON.stringify(result) })
          .where('id', '=', id)
          .execute()
      }
      if (signal.aborted) return
      await db
        .updateTable('tier_dry_run')
        .set({ state: 'done', finishedAt: clock.now() })
        .where('id', '=', id)
        .where('state', '=', 'running')
        .execute()
    },

    /** Adopts what a dry run has shown: the next version of the rules, with the multipliers of its tiers. */
    async adopt(caller: StaffCaller, id: string, given: { note: string; validFrom?: string | undefined }) {
      const row = await find(id)
      if (row.state === 'running') throw tiersErrors.notDone()
      const { today } = reading(kernel)
      const validFrom = given.validFrom ?? today
      if (validFrom < today) throw tiersErrors.inThePast()
      const rules = TierRules.parse(JSON.parse(row.rulesJson))
      const at = clock.now()
      let version = 1
      try {
        await inTransaction(db, async tx => {
          const adopted = await tx
            .updateTable('tier_dry_run')
            .set({ state: 'adopted' })
            .where('id', '=', id)
            .where('state', '=', 'done')
            .executeTakeFirstOrThrow()
          if (adopted.numUpdatedRows !== 1n) throw tiersErrors.adopted()
          version = ((await tiersRepository(tx).versions()).at(-1)?.version ?? 0) + 1
          await tx
            .insertInto('tier_rules')
            .values({
              version,
              validFrom,
              rulesJson: row.rulesJson,
              note: given.note === '' ? null : given.note,
              staffId: caller.staffId,
              createdAt: at,
            })
            .execute()
          const multipliers = rules.tiers.flatMap(tier =>
            tier.benefits.pointsPercent === 100
              ? []
              : [{ tier: tier.code, name: tier.name.zh, percent: tier.benefits.pointsPercent }],
          )
          await needs.setTierMultipliers(tx, caller, multipliers, validFrom)
          await needs.audit(tx, caller, {
            action: 'tiers.adopt',
            subjectKind: 'tierRules',
            subjectId: String(version),
            details: { rules, validFrom },
          })
        })
      } catch (error) {
        if (uniqueViolation(error) !== null) throw commonErrors.conflict()
        throw error
      }
      await after.adopted()
      return { version, validFrom, note: given.note === '' ? null : given.note, createdAt: at, rules }
    },
  }
}
export type DryRuns = ReturnType<typeof dryRuns>
