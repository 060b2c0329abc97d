import type { points } from '../../api/index.ts'

type Rules = Awaited<ReturnType<typeof points.rules>>['rules']
export type Multiplier = Rules['multipliers'][number]
type Change = NonNullable<Parameters<typeof points.changeRules>[0]>['body']

/** The rules as the sentences of the editor hold them: yuan instead of fen, an empty limit instead of none. */
export interface Draft {
  yuan: number
  points: number
  pendingDays: number
  expiry: 'never' | 'months' | 'yearEnd'
  months: number
  receiptCap: number | undefined
  dayCap: number | undefined
  adjustLimit: number
  costPoints: number
  costYuan: number
  multipliers: Multiplier[]
  exclusions: Rules['exclusions']
  together: Rules['together']
  /** Years of an expiry at the end of a year. */
  years: number
  tenders: Rules['tenders']
  graceDays: number
  /** Days before the expiry on which members are told; none = nobody is. An emptied one counts as taken away. */
  noticeDays: (number | undefined)[]
  debtLimit: number | undefined
  /** Points that members of a tier may owe, by its code; empty = as all others. */
  debtTiers: Record<string, number | undefined>
  readonly kept: Rules
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

/** The word of a weekday, 1 = Monday. */
export const weekdayKey = (day: number): string => WEEK[day - 1] ?? 'mon'

/** A multiplier that asks for nothing. */
export const emptyWhen = (): Multiplier['when'] => ({
  tiers: [],
  weekdays: [],
  monthDays: [],
  from: null,
  until: null,
  stores: [],
  categories: [],
  products: [],
  birthday: null,
})

const farthestFirst = (days: readonly (number | undefined)[]): number[] =>
  [...new Set(days.filter(day => day !== undefined))].toSorted((a, b) => b - a)

export const draftOf = (rules: Rules): Draft => ({
  yuan: rules.rate.fen / 100,
  points: rules.rate.points,
  pendingDays: rules.pendingDays,
  expiry: rules.expiry.kind,
  months: rules.expiry.kind === 'months' ? rules.expiry.months : 12,
  receiptCap: rules.caps.receipt ?? undefined,
  dayCap: rules.caps.day ?? undefined,
  adjustLimit: rules.adjustLimit,
  costPoints: rules.cost.points,
  costYuan: rules.cost.fen / 100,
  multipliers: rules.multipliers.map(one => ({ ...one })),
  exclusions: rules.exclusions.map(one => ({ ...one })),
  together: rules.together,
  years: rules.expiry.kind === 'yearEnd' ? rules.expiry.years : 1,
  tenders: rules.tenders.map(one => ({ ...one })),
  graceDays: rules.graceDays,
  noticeDays: farthestFirst(rules.noticeDays),
  debtLimit: rules.debtLimit.otherwise ?? undefined,
  debtTiers: { ...rules.debtLimit.tiers },
  kept: rules,
})

/** What a draft changes; what the editor does not show stays as it was. */
export const changeOf = (draft: Draft): Change => ({
  rate: { points: draft.points, fen: Math.round(draft.yuan * 100) },
  pendingDays: draft.pendingDays,
  expiry:
    draft.expiry === 'never'
      ? { kind: 'never' }
      : draft.expiry === 'months'
        ? { kind: 'months', months: draft.months, endOf: 'month' }
        : { kind: 'yearEnd', years: draft.years },
  caps: { receipt: draft.receiptCap ?? null, day: draft.dayCap ?? null },
  adjustLimit: draft.adjustLimit,
  cost: { points: draft.costPoints, fen: Math.round(draft.costYuan * 100) },
  multipliers: draft.multipliers,
  exclusions: draft.exclusions,
  together: draft.together,
  tenders: draft.tenders,
  graceDays: draft.graceDays,
  noticeDays: farthestFirst(draft.noticeDays),
  debtLimit: {
    otherwise: draft.debtLimit ?? null,
    tiers: Object.fromEntries(
      Object.entries(draft.debtTiers).flatMap(([tier, limit]) => (limit === undefined ? [] : [[tier, limit]])),
    ),
  },
})

/** A multiplier as a sentence. */
export function multiplierSentence(
  t: (key: string, given?: Record<string, unknown>) => string,
  one: Multiplier,
): string {
  const { when } = one
  const parts = [
    when.tiers.length > 0 && !one.name.startsWith('等级 ')
      ? t('points.rules.tiers', { tiers: when.tiers.join('、') })
      : '',
    when.weekdays.length > 0
      ? t('points.rules.weekdays', {
          days: when.weekdays.map(day => t(`points.rules.week.${weekdayKey(day)}`)).join('、'),
        })
      : '',
    when.monthDays.length > 0 ? t('points.rules.monthDays', { days: when.monthDays.join('、') }) : '',
    when.stores.length > 0 ? t('points.rules.stores', { stores: when.stores.join('、') }) : '',
    when.categories.length + when.products.length > 0 ? t('points.rules.goods') : '',
    when.birthday === null ? '' : t(`points.rules.birthday.${when.birthday}`),
  ]
  return t('points.rules.times', { name: one.name, when: parts.join(''), times: one.percent / 100 })
}
