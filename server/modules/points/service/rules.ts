import { shopDay } from '../../../kernel/clock.ts'
import { inTransaction, uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Audit } from '../../staff/index.ts'
import { pointsErrors, type EarningChange } from '../contract.ts'
import { EarningRules, MultiplierWhen, type RulesVersion } from '../contract/rules.ts'
import { earningRepository } from '../repository/earning.ts'
import { addRules, allRules, type RulesRecord } from '../repository/rules.ts'
import type { ReadyRules } from './rule.ts'

const BEGINNING = '0000-01-01'
/** How the multipliers that come from tiers are known among the others. */
const TIER_MARK = '等级 '

/** All versions of the rules, ready to be applied; `at` finds the one of a business date. */
export interface RuleBook {
  readonly versions: readonly ReadyRules[]
  /** The rules of a day: of the versions that are valid by then, the latest that was made. */
  at(businessDate: string): ReadyRules
  version(version: number): ReadyRules
  /** The rules that hold today and on. */
  readonly latest: ReadyRules
}

interface Stated {
  readonly version: number
  readonly validFrom: string
  readonly rules: EarningRules
}

const stated = (row: RulesRecord): Stated => ({
  version: row.version,
  validFrom: row.validFrom,
  rules: EarningRules.parse(JSON.parse(row.rulesJson)),
})

const zero = (): Stated => ({ version: 0, validFrom: BEGINNING, rules: EarningRules.parse({}) })

/** Reads the rules with the categories below those that they name. */
export async function ruleBook(db: Db, more: readonly Stated[] = []): Promise<RuleBook> {
  const all = [zero(), ...(await allRules(db)).map(stated), ...more]
  const named = all.some(
    ({ rules }) =>
      rules.exclusions.some(one => one.kind === 'category') ||
      rules.multipliers.some(one => one.when.categories.length > 0),
  )
  const tree = named ? await earningRepository(db).categories() : []
  const below = (codes: readonly string[]): Set<string> => {
    const found = new Set(codes)
    for (let before = -1; before !== found.size;) {
      before = found.size
      for (const { code, parentCode } of tree) if (parentCode !== null && found.has(parentCode)) found.add(code)
    }
    return found
  }
  const versions = all.map(({ version, validFrom, rules }): ReadyRules => {
    const values = (kind: string): string[] => rules.exclusions.filter(one => one.kind === kind).map(one => one.value)
    return {
      version,
      validFrom,
      rules,
      exclusions: {
        productKinds: new Set(values('productKind')),
        categories: below(values('category')),
        channels: new Set(values('channel')),
      },
      lineMultipliers: rules.multipliers
        .filter(({ when }) => when.categories.length + when.products.length > 0)
        .map(multiplier => ({
          multiplier,
          categories: below(multiplier.when.categories),
          products: new Set(multiplier.when.products),
        })),
    }
  })
  const newestFirst = versions.toReversed()
  const first = versions[0]
  if (first === undefined) throw new Error('there is always a version 0')
  return {
    versions,
    at: day => newestFirst.find(one => one.validFrom <= day) ?? first,
    version: version => versions.find(one => one.version === version) ?? first,
    latest: newestFirst[0] ?? first,
  }
}

/** The settings, read and changed by staff. */
export function pointsRules({ db, config, clock }: Pick<Kernel, 'db' | 'config' | 'clock'>, audit: Audit) {
  const today = (): string => shopDay(clock.now(), config.SHOP_ZONE)

  async function versions(from: Db = db): Promise<RulesVersion[]> {
    const rows = (await allRules(from)).map(row => ({
      ...stated(row),
      note: row.note,
      createdAt: row.createdAt.toISOString(),
    }))
    return [{ ...zero(), validFrom: null, note: null, createdAt: null }, ...rows].toReversed()
  }

  /** The rules as they stand, and what a shop's screens ask of them. */
  async function read(from: Db = db) {
    const [newest] = await versions(from)
    if (newest === undefined) throw new Error('there is always a version 0')
    return { ...newest, exclusions: newest.rules.exclusions, backCreditDays: config.POINTS_BACKCREDIT_DAYS }
  }

  /** Writes a new version in the caller's transaction. */
  async function add(
    tx: Tx,
    caller: StaffCaller,
    before: Awaited<ReturnType<typeof read>>,
    { rules, validFrom, note }: { rules: EarningRules; validFrom: string; note: string | null },
  ): Promise<void> {
    await addRules(tx, {
      version: before.version + 1,
      validFrom,
      rulesJson: JSON.stringify(rules),
      note,
      staffId: caller.staffId,
      createdAt: clock.now(),
    })
    await audit(tx, caller, {
      action: 'points.changeRules',
      subjectKind: 'pointsRules',
      subjectId: String(before.version + 1),
      details: { before: before.rules, after: rules, validFrom },
    })
  }

  return {
    read,
    versions,

    /** The base rate of today's sales: a version that begins later does not count yet. */
    rate: async () => (await ruleBook(db)).at(today()).rules.rate,

    /** Puts the multipliers of tiers in the place of those of the tiers before, as a version of its own. */
    async setTierMultipliers(
      tx: Tx,
      caller: StaffCaller,
      rows: readonly { tier: string; name: string; percent: number }[],
      validFrom: string,
    ): Promise<void> {
      const before = await read(tx)
      const kept = before.rules.multipliers.filter(one => !one.name.startsWith(TIER_MARK))
      const own = rows.map(({ tier, name, percent }) => ({
        name: `${TIER_MARK}${name}`,
        percent,
        when: MultiplierWhen.parse({ tiers: [tier] }),
      }))
      if (own.length === 0 && kept.length === before.rules.multipliers.length) return
      await add(tx, caller, before, {
        rules: { ...before.rules, multipliers: [...kept, ...own] },
        validFrom,
        note: null,
      })
    },

    /** Makes a new version, for sales of today on or of a later day; what has been counted stays as it is. */
    async change(
      caller: StaffCaller,
      change: { rules: EarningChange; validFrom?: string | undefined; note?: string | null | undefined },
    ) {
      const before = await read()
      const validFrom = change.validFrom ?? today()
      if (validFrom < today()) throw pointsErrors.rulesInThePast()
      const exclusions = (change.rules.exclusions ?? before.rules.exclusions).map(
        row => [`${row.kind}:${row.value}`, row] as const,
      )
      const rules = EarningRules.parse({
        ...before.rules,
        ...change.rules,
        exclusions: [...new Map(exclusions).values()],
      })
      try {
        await inTransaction(db, tx => add(tx, caller, before, { rules, validFrom, note: change.note ?? null }))
      } catch (error) {
        if (uniqueViolation(error) !== null) throw pointsErrors.rulesChanged()
        throw error
      }
      return read()
    },
  }
}
export type Rules = ReturnType<typeof pointsRules>
