import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays } from '../../../server/kernel/clock.ts'
import { TierRules } from '../../../server/modules/tiers/contract.ts'
import { standing, type Fact, type Person } from '../../../server/modules/tiers/service/history.ts'

const tier = (code: string, threshold: number) => ({ code, name: { zh: code, en: code }, threshold })
const TIERS = [tier('basic', 0), tier('silver', 1000), tier('gold', 5000), tier('black', 20_000)]
const rulesOf = (more: object = {}): TierRules =>
  TierRules.parse({
    window: { kind: 'calendar', months: 12 },
    by: 'spend',
    upgrade: 'atOnce',
    downgrade: 'oneStep',
    tiers: TIERS,
    ...more,
  })
const version = (rules: TierRules, validFrom = '2020-01-01', n = 1) => ({ version: n, validFrom, rules })
const person = (facts: [string, number][], enrolledOn = '2023-05-10'): Person => ({
  enrolledOn,
  facts: facts.map(([day, value]) => ({ day, value })),
  bought: [],
})
const told = (rules: TierRules, who: Person, until: string): string[] =>
  (standing([version(rules)], who, until)?.changes ?? []).map(change => `${change.day} ${change.reason} ${change.tier}`)

test('calendar year: won at once, kept to the end of the next year, then one step down a year', () => {
  const who = person([
    ['2024-03-01', 3000],
    ['2024-08-01', 2500],
    ['2025-02-01', 900],
  ])
  expect(told(rulesOf(), who, '2030-01-01')).toEqual([
    '2023-05-10 start basic',
    '2024-03-01 upgrade silver',
    '2024-08-01 upgrade gold',
    '2026-01-01 downgrade silver',
    '2027-01-01 downgrade basic',
  ])
  expect(told(rulesOf({ downgrade: 'byValue' }), who, '2030-01-01').at(-1)).toBe('2026-01-01 downgrade basic')
})

test('upgrade at the end of the period; anniversary counts from the day of the card', () => {
  const who = person([
    ['2024-03-01', 3000],
    ['2024-08-01', 2500],
  ])
  expect(told(rulesOf({ upgrade: 'periodEnd' }), who, '2025-06-01')).toEqual([
    '2023-05-10 start basic',
    '2025-01-01 upgrade gold',
  ])
  expect(told(rulesOf({ window: { kind: 'anniversary' }, upgrade: 'periodEnd' }), who, '2025-06-01')).toEqual([
    '2023-05-10 start basic',
    '2024-05-10 upgrade silver',
  ])
})

test('rolling: what is older than the window counts no more; retained while the window is worth it', () => {
  const rules = rulesOf({ window: { kind: 'rolling', months: 3 } })
  expect(
    told(
      rules,
      person([
        ['2024-01-10', 600],
        ['2024-02-10', 600],
        ['2024-05-09', 1100],
      ]),
      '2024-12-31',
    ),
  ).toEqual(['2023-05-10 start basic', '2024-02-10 upgrade silver', '2024-08-10 downgrade basic'])
})

test('days of grace: who makes up for what is missing stays, who does not goes down when they are over', () => {
  const rules = rulesOf({ graceDays: 30 })
  const won: [string, number][] = [
    ['2024-08-01', 1000],
    ['2025-02-01', 700],
  ]
  expect(told(rules, person([...won, ['2026-01-20', 300]]), '2026-12-31')).toEqual([
    '2023-05-10 start basic',
    '2024-08-01 upgrade silver',
  ])
  expect(told(rules, person([...won, ['2026-02-20', 300]]), '2026-12-31').at(-1)).toBe('2026-01-31 downgrade basic')
})

test('a bought tier holds for its days, whatever is earned; the higher of the two counts', () => {
  const who = { ...person([['2024-03-01', 1500]]), bought: [{ tier: 'gold', from: '2024-02-01', until: '2024-06-01' }] }
  expect(told(rulesOf(), who, '2024-12-31')).toEqual([
    '2023-05-10 start basic',
    '2024-02-01 paid gold',
    '2024-06-01 paidEnded silver',
  ])
})

test('new rules decide from their day on, as if they had always been there; the history before stays', () => {
  const who = person([['2024-03-01', 3000]])
  const easier = rulesOf({ tiers: [tier('basic', 0), tier('gold', 2500)] })
  const both = [version(rulesOf()), version(easier, '2024-07-01', 2)]
  expect(
    (standing(both, who, '2024-12-31')?.changes ?? []).map(
      one => `${one.day} ${one.reason} ${one.tier} v${one.rulesVersion}`,
    ),
  ).toEqual(['2023-05-10 start basic v1', '2024-03-01 upgrade silver v1', '2024-07-01 rules gold v2'])
})

// The laws, for any rules and any ledger.
const someRules = fc.record({
  window: fc.oneof(
    fc.record({ kind: fc.constant('rolling'), months: fc.integer({ min: 1, max: 14 }) }),
    fc.record({ kind: fc.constant('calendar'), months: fc.constantFrom(1, 3, 6, 12) }),
    fc.record({ kind: fc.constant('anniversary') }),
  ),
  upgrade: fc.constantFrom('atOnce', 'periodEnd'),
  downgrade: fc.constantFrom('oneStep', 'byValue'),
  graceDays: fc.constantFrom(0, 0, 15, 90),
})
const START = '2023-05-10'
const someFacts = fc
  .uniqueArray(fc.record({ day: fc.nat(1200), value: fc.integer({ min: 1, max: 8000 }) }), {
    selector: fact => fact.day,
    maxLength: 25,
  })
  .map(facts =>
    facts
      .toSorted((a, b) => a.day - b.day)
      .map((fact): Fact => ({ day: addDays(START, fact.day - 60), value: fact.value })),
  )
const someBought = fc.array(
  fc.record({ tier: fc.constantFrom('silver', 'gold'), from: fc.nat(1000), days: fc.integer({ min: 1, max: 400 }) }),
  { maxLength: 2 },
)

test('invariant 15: replay gives the same history: each day’s standing, decided when that day was today, is what the whole replay says', () => {
  fc.assert(
    fc.property(someRules, someRules, someFacts, someBought, fc.nat(1100), (one, two, facts, bought, cut) => {
      const versions = [version(rulesOf(one)), version(rulesOf(two), addDays(START, 500), 2)]
      const who: Person = {
        enrolledOn: START,
        facts,
        bought: bought.map(each => ({
          tier: each.tier,
          from: addDays(START, each.from),
          until: addDays(START, each.from + each.days),
        })),
      }
      const whole = standing(versions, who, addDays(START, 1400))
      const day = addDays(START, cut)
      // On that day nobody knew what would be bought later.
      const known = { ...who, facts: facts.filter(fact => fact.day <= day) }
      const then = standing(versions, known, day)
      expect(then?.changes).toEqual(whole?.changes.filter(change => change.day <= day))
    }),
    { numRuns: 400 },
  )
})

test('what came back entirely was never bought: facts of nothing change nothing', () => {
  fc.assert(
    fc.property(someRules, someFacts, fc.array(fc.nat(1200), { maxLength: 8 }), (given, facts, days) => {
      const rules = rulesOf(given)
      const empty = [...new Set(days)].map(day => ({ day: addDays(START, day), value: 0 }))
      const more = [...facts, ...empty.filter(one => facts.every(fact => fact.day !== one.day))].toSorted((a, b) =>
        a.day < b.day ? -1 : 1,
      )
      const [plain, returned] = [facts, more].map(own =>
        standing([version(rules)], { enrolledOn: START, facts: own, bought: [] }, addDays(START, 1300)),
      )
      expect(returned?.tier).toBe(plain?.tier)
    }),
    { numRuns: 300 },
  )
})

test('who buys more never stands lower', () => {
  fc.assert(
    fc.property(someRules, someFacts, fc.integer({ min: 1, max: 5000 }), fc.nat(24), (given, facts, extra, which) => {
      const rules = rulesOf(given)
      const rank = (own: readonly Fact[]): number =>
        TIERS.findIndex(
          one =>
            one.code ===
            standing([version(rules)], { enrolledOn: START, facts: own, bought: [] }, addDays(START, 1300))?.tier,
        )
      const more = facts.map((fact, i) => (i === which ? { ...fact, value: fact.value + extra } : fact))
      // At the end of periods only: a tier won earlier at once may also be reviewed earlier.
      if (
        given.upgrade === 'periodEnd' &&
        given.downgrade === 'byValue' &&
        given.window.kind !== 'rolling' &&
        given.graceDays === 0
      )
        expect(rank(more)).toBeGreaterThanOrEqual(rank(facts))
    }),
    { numRuns: 600 },
  )
})
