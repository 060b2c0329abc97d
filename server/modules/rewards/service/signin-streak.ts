import { addDays, daysBetween } from '../../../kernel/clock.ts'
import type { SignInRules } from '../contract/signin.ts'

/** A gift of a long streak, as it was given with a day. */
export interface GivenBonus {
  readonly days: number
  readonly points: number
  readonly coupon: boolean
}

/** A day on which somebody signed in, with the bonuses that came with it. */
export interface SignedDay {
  readonly day: string
  readonly bonuses: readonly GivenBonus[]
}

/** The days in a row that hold a day: first and last, and what streak gifts they have brought already. */
export interface Run {
  readonly first: string
  readonly last: string
  readonly length: number
  readonly given: readonly GivenBonus[]
}

/** The run around a day that is among the days, given in any order. */
export function runAround(days: readonly SignedDay[], day: string): Run {
  const known = new Map(days.map(one => [one.day, one]))
  let [first, last] = [day, day]
  while (known.has(addDays(first, -1))) first = addDays(first, -1)
  while (known.has(addDays(last, 1))) last = addDays(last, 1)
  const given = days.filter(one => one.day >= first && one.day <= last).flatMap(one => one.bonuses)
  return { first, last, length: daysBetween(first, last) + 1, given }
}

/**
 * The streak gifts that a run has earned and not had: what it would have had, had every day been signed in time, less
 * what its days brought. So joining two streaks by a made-up day gives neither twice nor too little.
 */
export function bonusesDue({ length, given }: Run, rules: Pick<SignInRules, 'bonuses'>): SignInRules['bonuses'] {
  return rules.bonuses.flatMap(bonus => {
    const earned = bonus.repeats ? Math.floor(length / bonus.days) : length >= bonus.days ? 1 : 0
    const had = given.filter(one => one.days === bonus.days).length
    return Array.from({ length: Math.max(0, earned - had) }, () => bonus)
  })
}

/** Points of the nth day in a row. */
export const pointsOfDay = ({ dayPoints }: Pick<SignInRules, 'dayPoints'>, nth: number): number =>
  dayPoints[Math.min(nth, dayPoints.length) - 1] ?? 0

/** The next streak gift after so many days in a row, and how many are missing. */
export function nextBonus(
  { bonuses }: Pick<SignInRules, 'bonuses'>,
  streak: number,
): { bonus: SignInRules['bonuses'][number]; missing: number } | null {
  const ahead = bonuses.flatMap(bonus => {
    if (!bonus.repeats) return streak < bonus.days ? [{ bonus, missing: bonus.days - streak }] : []
    return [{ bonus, missing: bonus.days - (streak % bonus.days) }]
  })
  return ahead.toSorted((a, b) => a.missing - b.missing)[0] ?? null
}
