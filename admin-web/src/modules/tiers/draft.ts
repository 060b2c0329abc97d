import type { tiers } from '../../api/index.ts'

export type Overview = Awaited<ReturnType<typeof tiers.tiers>>
export type Rules = NonNullable<Overview['current']>['rules']
type Body = NonNullable<Parameters<typeof tiers.startDryRun>[0]>['body']

/** A row of the editor; the threshold stands in yuan where spend is counted. */
export interface TierRow {
  code: string
  zh: string
  en: string
  threshold: number
  percent: number
  /** Coupon templates that are given on arrival. */
  arrivalCoupons: string[]
  /** Coupon template of the birthday; '' for none. */
  birthdayCoupon: string
  /** Whether rewards of the mall may be kept for it and those above. */
  exclusiveRewards: boolean
  /** Where it can be bought: yuan, for so many months. */
  isPaid: boolean
  yuan: number
  months: number
}

/** The rules as the editor holds them. */
export interface Draft {
  window: Rules['window']['kind']
  /** Of a rolling window, or of a calendar period. */
  months: number
  by: Rules['by']
  upgrade: Rules['upgrade']
  downgrade: Rules['downgrade']
  graceDays: number
  tiers: TierRow[]
}

/** The benefits of a tier that nobody has said anything of. */
export const PLAIN = {
  arrivalCoupons: [] as string[],
  birthdayCoupon: '',
  exclusiveRewards: false,
  isPaid: false,
  yuan: 99,
  months: 12,
}

const scale = (by: Rules['by']): number => (by === 'spend' ? 100 : 1)

/** The rules of now to begin with; where there are none, three tiers as many shops have them. */
export function draftOf(rules: Rules | null): Draft {
  if (rules === null) {
    const row = (code: string, zh: string, en: string, threshold: number, percent: number): TierRow => ({
      code,
      zh,
      en,
      threshold,
      percent,
      ...PLAIN,
    })
    return {
      window: 'rolling',
      months: 12,
      by: 'spend',
      upgrade: 'atOnce',
      downgrade: 'oneStep',
      graceDays: 30,
      tiers: [
        row('basic', '普通会员', 'Basic', 0, 100),
        row('silver', '银卡会员', 'Silver', 3000, 120),
        row('gold', '金卡会员', 'Gold', 10_000, 150),
      ],
    }
  }
  const { window, by, upgrade, downgrade, graceDays } = rules
  return {
    window: window.kind,
    months: 'months' in window ? window.months : 12,
    by,
    upgrade,
    downgrade,
    graceDays,
    tiers: rules.tiers.map(tier => ({
      code: tier.code,
      zh: tier.name.zh,
      en: tier.name.en,
      threshold: tier.threshold / scale(by),
      percent: tier.benefits.pointsPercent,
      arrivalCoupons: [...tier.benefits.arrivalCoupons],
      birthdayCoupon: tier.benefits.birthdayCoupon ?? '',
      exclusiveRewards: tier.benefits.exclusiveRewards,
      isPaid: tier.paid !== null,
      yuan: (tier.paid?.fen ?? 9900) / 100,
      months: tier.paid?.months ?? 12,
    })),
  }
}

/** The parts of a year that a calendar window may be. */
export const PERIODS = [1, 3, 6, 12] as const
/** The word of each. */
export const PERIOD_WORDS = { 1: 'month', 3: 'quarter', 6: 'half', 12: 'year' } as const

/** The window that a draft means. */
export function windowOf({ window, months }: Draft): Rules['window'] {
  if (window === 'rolling') return { kind: 'rolling', months }
  if (window === 'anniversary') return { kind: 'anniversary' }
  return { kind: 'calendar', months: PERIODS.find(one => one === months) ?? 12 }
}

/** An example of a draft: a value a little above the highest threshold, and the tier that it comes to. */
export function exampleOf({ tiers }: Draft): { value: number; tier: TierRow } | null {
  const top = Math.max(0, ...tiers.map(row => row.threshold))
  if (top === 0) return null
  const step = 10 ** Math.max(0, Math.floor(Math.log10(top)) - 1)
  const value = Math.ceil((top * 1.05) / step) * step
  const tier = tiers
    .filter(row => row.threshold <= value)
    .toSorted((a, b) => b.threshold - a.threshold)
    .at(0)
  return tier === undefined ? null : { value, tier }
}

/** What the server is asked to try. */
export const bodyOf = (draft: Draft): Body => ({
  window: windowOf(draft),
  by: draft.by,
  upgrade: draft.upgrade,
  downgrade: draft.downgrade,
  graceDays: draft.graceDays,
  tiers: draft.tiers.map(row => ({
    code: row.code,
    name: { zh: row.zh, en: row.en === '' ? row.zh : row.en },
    threshold: Math.round(row.threshold * scale(draft.by)),
    benefits: {
      pointsPercent: row.percent,
      arrivalCoupons: row.arrivalCoupons,
      birthdayCoupon: row.birthdayCoupon === '' ? null : row.birthdayCoupon,
      exclusiveRewards: row.exclusiveRewards,
    },
    paid: row.isPaid ? { fen: Math.round(row.yuan * 100), months: row.months } : null,
  })),
})
