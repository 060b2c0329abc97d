import type { segments } from '../../api/index.ts'

export type Rules = Awaited<ReturnType<typeof segments.get>>['rules']
export type Rule = Rules['all'][number]
export type RuleKind = Rule['kind']
export type Group = keyof Rules

export const ruleKinds: readonly RuleKind[] = ['spent', 'orders', 'lastOrder', 'bought', 'points', 'follows']
export const groups: readonly Group[] = ['all', 'any', 'none']

/** A rule of a kind with sensible first values, to be changed in the sentence. */
export function freshRule(kind: RuleKind): Rule {
  switch (kind) {
    case 'spent':
      return { kind, compare: 'atLeast', fen: 20_000, days: 30 }
    case 'orders':
      return { kind, compare: 'atLeast', count: 2, days: 30 }
    case 'lastOrder':
      return { kind, compare: 'before', days: 30 }
    case 'bought':
      return { kind, what: 'category', codes: [], days: 90 }
    case 'points':
      return { kind, compare: 'atLeast', points: 1000 }
    case 'follows':
      return { kind }
  }
}

/** Whether a rule can be counted as it stands. */
export const isComplete = (rule: Rule): boolean => rule.kind !== 'bought' || rule.codes.length > 0

export const allComplete = (rules: Rules): boolean => groups.every(group => rules[group].every(isComplete))

export const noRules = (): Rules => ({ all: [], any: [], none: [] })

/** Ready-made segments to start from. */
export const readyMade: Readonly<
  Record<'newcomers' | 'dormant60' | 'dormant90' | 'big' | 'points' | 'followers', () => Rules>
> = {
  newcomers: () => ({
    all: [
      { kind: 'orders', compare: 'atMost', count: 1, days: null },
      { kind: 'lastOrder', compare: 'before', days: 30 },
    ],
    any: [],
    none: [],
  }),
  dormant60: () => ({ all: [{ kind: 'lastOrder', compare: 'before', days: 60 }], any: [], none: [] }),
  dormant90: () => ({ all: [{ kind: 'lastOrder', compare: 'before', days: 90 }], any: [], none: [] }),
  big: () => ({ all: [{ kind: 'spent', compare: 'atLeast', fen: 100_000, days: 90 }], any: [], none: [] }),
  points: () => ({ all: [{ kind: 'points', compare: 'atLeast', points: 2000 }], any: [], none: [] }),
  followers: () => ({ all: [{ kind: 'follows' }], any: [], none: [] }),
}
