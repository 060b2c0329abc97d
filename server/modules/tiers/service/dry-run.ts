import { addDays } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { DryRunResult, TierRules, tiersErrors } from '../contract.ts'
import { tiersRepository, type DryRunRecord } from '../repository/tiers.ts'
import { reading, standingsOf, type TiersKernel } from './decide.ts'
import type { TiersNeeds } from './ports.ts'

const RUN = 500
const EXAMPLES = 50

const viewOf = (row: DryRunRecord) => ({
  dryRunId: row.id,
  state: (['running', 'done', 'adopted', 'failed'] as const).find(one => one === row.state) ?? ('failed' as const),
  rules: TierRules.parse(JSON.parse(row.rulesJson)),
  result: DryRunResult.parse(JSON.parse(row.resultJson)),
  createdAt: row.createdAt,
  finishedAt: row.finishedAt,
})

const nothing = (): DryRunResult => ({
  members: 0,
  moves: [],
  up: 0,
  down: 0,
  examples: [],
  pointsAYear: 0,
  costAYear: 0,
  arrivalCoupons: 0,
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

    async start(caller: StaffCaller, rules: TierRules) {
      const id = newId()
      await db
        .insertInto('tier_dry_run')
        .values({
          id,
          rulesJson: JSON.stringify(rules),
          state: 'running',
          cursor: '',
          resultJson: JSON.stringify(nothing()),
          startedBy: caller.staffId,
          createdAt: clock.now(),
          finishedAt: null,
        })
        .execute()
      await after.start(id)
      return viewOf(await find(id))
    },

    /** Goes on with a dry run from where it was left: the cursor and the sums so far stand in its row. */
    async proceed(id: string, signal: AbortSignal): Promise<void> {
      const row = await find(id)
      if (row.state !== 'running') return
      const rules = TierRules.parse(JSON.parse(row.rulesJson))
      const result = DryRunResult.parse(JSON.parse(row.resultJson))
      const { today, facts } = reading(kernel)
      const versions = await tiersRepository(db).versions()
      const cost = await needs.pointCost(db)
      const current = versions.at(-1)?.rules
      const percents = (some: TierRules | undefined): Map<string, number> =>
        new Map(some?.tiers.map(tier => [tier.code, tier.benefits.pointsPercent]))
      const [percentNow, percentThen] = [percents(current), percents(rules)]
      const moves = new Map(result.moves.map(move => [`${move.from ?? ''} ${move.to}`, move]))
      let cursor = row.cursor
      while (!signal.aborted) {
        const ids = await facts(db).membersAfter(cursor, RUN)
        const last = ids.at(-1)
        if (last === undefined) break
        const now = await standingsOf(facts(db), versions, ids, today)
        const then = await standingsOf(facts(db), [{ version: 0, validFrom: '0001-01-01', rules }], ids, today)
        const earned = await facts(db).earnedSince(ids, addDays(today, -365))
        for (const [memberId, { tier: to, value }] of then) {
          const from = now.get(memberId)?.tier ?? null
          result.members += 1
          const points = earned.get(memberId) ?? 0
          const before = from === null ? 100 : (percentNow.get(from) ?? 100)
          result.pointsAYear += Math.trunc((points * ((percentThen.get(to) ?? 100) - before)) / before)
          if (from === to) continue
          const key = `${from ?? ''} ${to}`
          const move = moves.get(key) ?? { from, to, members: 0 }
          moves.set(key, { ...move, members: move.members + 1 })
          const rank = (code: string | null): number => rules.tiers.findIndex(tier => tier.code === code)
          if (rank(to) > Math.max(0, rank(from))) {
            result.up += 1
            result.arrivalCoupons += rules.tiers[rank(to)]?.benefits.arrivalCoupons.length ?? 0
          } else if (rank(from) > rank(to)) result.down += 1
          if (result.examples.length < EXAMPLES && from !== null) result.examples.push({ memberId, from, to, value })
        }
        result.moves = [...moves.values()]
        result.costAYear = Math.round((result.pointsAYear * cost.fen) / cost.points)
        cursor = last
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
