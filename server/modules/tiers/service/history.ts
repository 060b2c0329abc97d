import { addDays } from '../../../kernel/clock.ts'
import type { TierRules } from '../contract.ts'
import { addMonths, NEVER, periodOf } from './periods.ts'

/** What qualified on a day: fen, points or visits; what came back counts on the day of its sale. */
export interface Fact {
  readonly day: string
  readonly value: number
}

/** A tier that was bought, from a day to the day before `until`. */
export interface Bought {
  readonly tier: string
  readonly from: string
  readonly until: string
}

export interface Person {
  readonly enrolledOn: string
  /** One for each day, oldest first. */
  readonly facts: readonly Fact[]
  readonly bought: readonly Bought[]
}

export type ChangeReason = 'start' | 'upgrade' | 'downgrade' | 'paid' | 'paidEnded' | 'rules' | 'correction'
export interface Change {
  readonly day: string
  readonly tier: string
  readonly reason: ChangeReason
  readonly rulesVersion: number
}

/** Where the ledger leaves a member at the end of a day. */
export interface Standing {
  readonly tier: string
  readonly since: string
  readonly reviewOn: string
  readonly value: number
  readonly rulesVersion: number
  readonly changes: readonly Change[]
}

export interface Version {
  readonly version: number
  readonly validFrom: string
  readonly rules: TierRules
}

interface Step {
  readonly day: string
  readonly rank: number
  readonly reason: ChangeReason
}

/** Sums of facts between days, both included. */
function summing(facts: readonly Fact[]) {
  const upTo = [0]
  for (const fact of facts) upTo.push((upTo.at(-1) ?? 0) + fact.value)
  const before = (day: string): number => {
    let [low, high] = [0, facts.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((facts[middle]?.day ?? NEVER) < day) low = middle + 1
      else high = middle
    }
    return low
  }
  return (from: string, to: string): number => (upTo[before(addDays(to, 1))] ?? 0) - (upTo[before(from)] ?? 0)
}

/** The rank that a value is worth: the highest tier whose threshold it reaches. */
const rankFor = ({ tiers }: TierRules, value: number): number => {
  let rank = 0
  for (const [i, tier] of tiers.entries()) if (value >= tier.threshold) rank = i
  return rank
}

/** The qualifying value on a day by the rules. */
function valueOn({ window }: TierRules, { enrolledOn, facts }: Person, day: string): number {
  const sum = summing(facts)
  if (window.kind === 'rolling') return sum(addDays(addMonths(day, -window.months), 1), day)
  return sum(periodOf(window, enrolledOn, day).start, day)
}

/** The steps that a member earns under one set of rules, from the first fact to a day; nothing but days and sums. */
function earned(rules: TierRules, person: Person, until: string): { steps: Step[]; reviewOn: string } {
  const { window, graceDays } = rules
  const { facts } = person
  const start = facts[0] !== undefined && facts[0].day < person.enrolledOn ? facts[0].day : person.enrolledOn
  const sum = summing(facts)
  const period = (day: string) => periodOf(window, person.enrolledOn, day)
  const valueUpTo = (day: string): number =>
    window.kind === 'rolling' ? sum(addDays(addMonths(day, -window.months), 1), day) : sum(period(day).start, day)
  // What the window was worth the evening before a review; in grace, what was bought since counts for it too.
  const valueBefore = (day: string, graceSince: string | null): number => {
    const eve = addDays(day, -1)
    if (window.kind === 'rolling') return valueUpTo(eve)
    const first = period(addDays(graceSince ?? day, -1)).start
    return sum(first, eve)
  }
  const nextReview = (day: string): string =>
    window.kind === 'rolling' ? addMonths(day, window.months) : period(day).end

  const steps: Step[] = [{ day: start, rank: 0, reason: 'start' }]
  let rank = 0
  let reviewOn = NEVER
  let graceSince: string | null = null
  let boundary = rules.upgrade === 'periodEnd' ? period(start).end : NEVER
  let i = 0
  const rise = (day: string, to: number, review: string): void => {
    rank = to
    reviewOn = review
    graceSince = null
    // Two steps of one day are one.
    if (steps.at(-1)?.day === day) steps.pop()
    steps.push({ day, rank, reason: 'upgrade' })
  }
  for (;;) {
    const factDay = facts[i]?.day ?? NEVER
    const day = [boundary, reviewOn, factDay].reduce((a, b) => (a < b ? a : b))
    if (day > until || day === NEVER) return { steps, reviewOn }
    if (day === boundary) {
      const target = rankFor(rules, valueBefore(day, null))
      if (target > rank) rise(day, target, nextReview(day))
      boundary = period(day).end
      continue
    }
    if (day === reviewOn) {
      const since: string = graceSince ?? day
      const target = rankFor(rules, valueBefore(day, graceSince))
      if (target >= rank) {
        reviewOn = nextReview(since)
        // Grace may be longer than a period: never a day that has passed.
        while (reviewOn <= day) reviewOn = nextReview(reviewOn)
        graceSince = null
      } else if (graceDays > 0 && graceSince === null) {
        graceSince = day
        reviewOn = addDays(day, graceDays)
      } else {
        rank = rules.downgrade === 'oneStep' ? Math.max(rank - 1, target) : target
        steps.push({ day, rank, reason: 'downgrade' })
        reviewOn = rank === 0 ? NEVER : nextReview(day)
        graceSince = null
      }
      continue
    }
    i += 1
    if (rules.upgrade !== 'atOnce') continue
    const target = rankFor(rules, valueUpTo(day))
    // Won in a period, it holds to the end of the next.
    if (target > rank) rise(day, target, window.kind === 'rolling' ? nextReview(day) : period(period(day).end).end)
  }
}

/** Lays bought tiers over earned ones: the higher counts. */
function overlaid(rules: TierRules, steps: readonly Step[], bought: readonly Bought[], until: string): Step[] {
  const rankOf = (code: string): number => rules.tiers.findIndex(tier => tier.code === code)
  const known = bought.filter(one => rankOf(one.tier) >= 0)
  if (known.length === 0) return [...steps]
  const days = new Set([...steps.map(step => step.day), ...known.flatMap(one => [one.from, one.until])])
  const all: Step[] = []
  for (const day of [...days].filter(one => one <= until).toSorted()) {
    const own = steps.findLast(step => step.day <= day)
    const paid = Math.max(-1, ...known.filter(one => one.from <= day && day < one.until).map(one => rankOf(one.tier)))
    const rank = Math.max(own?.rank ?? 0, paid)
    const before = all.at(-1)
    if (before?.rank === rank) continue
    const isOwn = own !== undefined && own.day === day && own.rank === rank
    const reason = isOwn ? own.reason : before === undefined ? 'start' : rank > before.rank ? 'paid' : 'paidEnded'
    all.push({ day, rank, reason })
  }
  return all
}

/**
 * A member's tier at the end of a day, with all that led there: a pure function of what qualified, what was bought, the
 * versions of the rules, and the day. Each version decides from its day on, over the whole ledger, as if it had always
 * been there; so a dry run shows exactly what adopting will do. Null before the first version. `personFor`: the same
 * person's facts in the currency of a version, where versions count in different ones.
 */
export function standing(
  versions: readonly Version[],
  person: Person,
  until: string,
  personFor: (by: TierRules['by']) => Person = () => person,
): Standing | null {
  const valid = versions.filter(one => one.validFrom <= until).toSorted((a, b) => a.version - b.version)
  const changes: Change[] = []
  let last: { rules: TierRules; version: number; reviewOn: string } | null = null
  for (const [i, { version, validFrom, rules }] of valid.entries()) {
    // A later version that begins no later has taken this one's place.
    const replaced = valid.slice(i + 1).map(one => one.validFrom)
    const end = replaced.length === 0 ? addDays(until, 1) : replaced.reduce((a, b) => (a < b ? a : b))
    if (end <= validFrom) continue
    const { steps, reviewOn } = earned(rules, personFor(rules.by), addDays(end, -1))
    const all = overlaid(rules, steps, person.bought, addDays(end, -1))
    const code = (rank: number): string => rules.tiers[rank]?.code ?? ''
    const at = all.findLast(step => step.day <= validFrom)
    const before = changes.at(-1)
    const from =
      at === undefined ? (all[0] ?? { day: validFrom, rank: 0, reason: 'start' as const }) : { ...at, day: validFrom }
    if (before?.tier !== code(from.rank))
      changes.push({
        day: from.day,
        tier: code(from.rank),
        reason: before === undefined ? 'start' : 'rules',
        rulesVersion: version,
      })
    for (const step of all)
      if (step.day > from.day)
        changes.push({ day: step.day, tier: code(step.rank), reason: step.reason, rulesVersion: version })
    last = { rules, version, reviewOn }
  }
  const now = changes.at(-1)
  if (now === undefined || last === null) return null
  const ends = person.bought.map(one => one.until).filter(day => day > until)
  return {
    tier: now.tier,
    since: now.day,
    reviewOn: [last.reviewOn, ...ends].reduce((a, b) => (a < b ? a : b)),
    value: valueOn(last.rules, personFor(last.rules.by), until),
    rulesVersion: last.version,
    changes,
  }
}

/** The highest version that decides on a day. */
export const versionOn = (versions: readonly Version[], day: string): Version | null =>
  versions.filter(one => one.validFrom <= day).toSorted((a, b) => b.version - a.version)[0] ?? null
