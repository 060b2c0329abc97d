import { addDays } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { DryRunResult, Tier, TierRules } from '../contract.ts'
import { tiersRepository } from '../repository/tiers.ts'
import { reading, standingsOf, type TiersKernel } from './decide.ts'
import type { Version } from './history.ts'

const RUN = 500
const EXAMPLES = 50

/** A member by the rules of now and by those that are tried. */
export interface Tried {
  readonly memberId: string
  /** Null: the shop has no tiers yet, so nobody has one. */
  readonly from: string | null
  readonly to: string
  readonly value: number
}

/** What a dry run is reckoned on: the day it was started, and the rules of that day. Whatever comes later changes nothing of it. */
export interface Ground {
  readonly rules: TierRules
  readonly versions: readonly Version[]
  readonly day: string
}

/** The ground of a dry run; one of before this was kept has that of now. */
export async function groundOf(
  kernel: TiersKernel,
  rules: TierRules,
  { asOf, rulesVersion }: Pick<DryRunResult, 'asOf' | 'rulesVersion'>,
): Promise<Ground> {
  const versions = await tiersRepository(kernel.db).versions()
  return {
    rules,
    versions: versions.filter(one => rulesVersion === null || one.version <= rulesVersion),
    day: asOf ?? reading(kernel).today,
  }
}

/** The next members after a cursor, within a scope, each by both rules; null after the last. */
export async function pageOf(
  kernel: TiersKernel,
  db: Db,
  { rules, versions, day }: Ground,
  cursor: string,
  scope?: Scope,
): Promise<{ members: Tried[]; last: string } | null> {
  const facts = reading(kernel).facts(db)
  const ids = await facts.membersAfter(cursor, RUN, scope)
  const last = ids.at(-1)
  if (last === undefined) return null
  const now = await standingsOf(facts, versions, ids, day)
  const then = await standingsOf(facts, [{ version: 0, validFrom: '0001-01-01', rules }], ids, day)
  const members = [...then].map(([memberId, { tier: to, value }]) => ({
    memberId,
    from: now.get(memberId)?.tier ?? null,
    to,
    value,
  }))
  return { members, last }
}

/** What a page of members adds to a result. `worth`: fen of a coupon of a template at most, 0 = nobody can say. */
export function adder(
  result: DryRunResult,
  { rules, versions, day }: Ground,
  worth: ReadonlyMap<string, number>,
): {
  add(members: readonly Tried[], earned: ReadonlyMap<string, number>, celebrants: ReadonlySet<string>): void
  /** Members among these whose coupon of the birthday is another then. */
  birthdaysOf(members: readonly Tried[]): string[]
} {
  const current = versions.findLast(one => one.validFrom <= day)?.rules
  const benefits = (of: TierRules | undefined): Map<string, Tier['benefits']> =>
    new Map(of?.tiers.map(tier => [tier.code, tier.benefits]))
  const [before, after] = [benefits(current), benefits(rules)]
  const rank = (code: string | null): number => rules.tiers.findIndex(tier => tier.code === code)
  const moves = new Map(result.moves.map(move => [`${move.from ?? ''} ${move.to}`, move]))
  const birthdayCoupons = ({ from, to }: Tried): [string | null, string | null] => [
    before.get(from ?? '')?.birthdayCoupon ?? null,
    after.get(to)?.birthdayCoupon ?? null,
  ]

  function move(one: Tried): void {
    const { memberId, from, to, value } = one
    const key = `${from ?? ''} ${to}`
    const known = moves.get(key) ?? { from, to, members: 0 }
    moves.set(key, { ...known, members: known.members + 1 })
    if (rank(to) > Math.max(0, rank(from))) result.up += 1
    else if (rank(from) > rank(to)) result.down += 1
    if (result.examples.length < EXAMPLES) result.examples.push({ memberId, from, to, value })
    // Whom the first rules find in a tier has not arrived there: the welcome is for those who had another.
    if (from === null || rank(to) <= rank(from)) return
    for (const templateId of new Set(after.get(to)?.arrivalCoupons ?? [])) {
      const fen = worth.get(templateId) ?? 0
      result.arrivalCoupons += 1
      result.arrivalFen += fen
      if (fen === 0) result.unpriced += 1
    }
  }

  return {
    birthdaysOf: members =>
      members.filter(one => birthdayCoupons(one).some(id => id !== null)).map(({ memberId }) => memberId),

    add(members, earned, celebrants) {
      for (const one of members) {
        const { memberId, from, to } = one
        result.members += 1
        const percent = from === null ? 100 : (before.get(from)?.pointsPercent ?? 100)
        const more = (after.get(to)?.pointsPercent ?? 100) - percent
        result.pointsAYear += Math.trunc(((earned.get(memberId) ?? 0) * more) / percent)
        if (celebrants.has(memberId)) {
          const [old, fresh] = birthdayCoupons(one)
          result.birthdayCoupons += Number(fresh !== null) - Number(old !== null)
          result.birthdayFen += (worth.get(fresh ?? '') ?? 0) - (worth.get(old ?? '') ?? 0)
          if (fresh !== null && fresh !== old && (worth.get(fresh) ?? 0) === 0) result.unpriced += 1
        }
        if (from !== to) move(one)
      }
      result.moves = [...moves.values()]
    },
  }
}

/** All templates that rules give, on arrival or at birthdays. */
export const templatesOf = (...rules: readonly (TierRules | undefined)[]): string[] => [
  ...new Set(
    rules
      .flatMap(one => one?.tiers ?? [])
      .flatMap(({ benefits }) => [
        ...benefits.arrivalCoupons,
        ...(benefits.birthdayCoupon === null ? [] : [benefits.birthdayCoupon]),
      ]),
  ),
]

/** Points that members earned in the year before a day, by member. */
export const earnedInAYear = (kernel: TiersKernel, db: Db, ids: readonly string[], day: string) =>
  reading(kernel).facts(db).earnedSince(ids, addDays(day, -365))
