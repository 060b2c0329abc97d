import type { coupons, members, sales } from '../../api/index.ts'

/** A number of the overview with its two companions; null where there is nothing to compare with. */
export interface Metric {
  readonly key: string
  readonly name: string
  readonly text: string
  /** A second figure of the same thing, e.g. the yuan beside the coupons. */
  readonly extra?: string
  readonly value: number
  readonly yesterday: number | null
  readonly lastWeek: number | null
  readonly definition: string
  /** The value is a share of 0–1: changes are told in percentage points. */
  readonly share: boolean
  /** The list behind it, for whoever may open it. */
  readonly to: { path: string; query: Record<string, string> } | null
}

type Summary = Awaited<ReturnType<typeof sales.summary>>
type Joined = Awaited<ReturnType<typeof members.summary>>
type Uses = Awaited<ReturnType<typeof coupons.couponDay>>

/** How the overview says things. */
interface Speech {
  readonly t: (key: string, values?: Record<string, unknown>) => string
  readonly locale: string
  readonly yuan: (value: number) => string
  readonly fen: (fen: number) => string
  readonly count: (value: number) => string
  readonly day: (day: string) => string
  readonly plus: (day: string, days: number) => string
}

const SALES = ['netSales', 'memberShare', 'receipts', 'basketValue', 'memberBasketValue', 'guestBasketValue'] as const
/** Whose receipts stand behind a number; the others' are everybody's. */
const BUYER: Partial<Record<(typeof SALES)[number], 'member' | 'guest'>> = {
  memberShare: 'member',
  memberBasketValue: 'member',
  guestBasketValue: 'guest',
}

/** The tiles of a day, in the order in which they are read; what the person may not see is left out. */
export function metricsOf(
  {
    summary,
    joined,
    uses,
    storeCode,
  }: { summary: Summary; joined: Joined | null; uses: Uses | null; storeCode: string },
  { t, locale, yuan, fen, count, day: dayText, plus }: Speech,
): Metric[] {
  const { day } = summary
  const say = (words: { zh: string; en: string } | undefined): string =>
    words === undefined ? '' : locale === 'en' ? words.en : words.zh
  const named = (key: string): string => `${t(`overview.metric.${key}`)} · ${dayText(day)}`
  const ofStore = (name: string): Record<string, string> => (storeCode === '' ? {} : { [name]: storeCode })
  const texts: Record<(typeof SALES)[number], (value: number) => string> = {
    netSales: yuan,
    memberShare: value => `${(value * 100).toFixed(1)}%`,
    receipts: count,
    basketValue: yuan,
    memberBasketValue: yuan,
    guestBasketValue: yuan,
  }
  const ofSales = (key: (typeof SALES)[number]): Metric => ({
    key,
    name: named(key),
    text: texts[key](summary[key].value),
    ...summary[key],
    definition: say(summary.definitions.find(one => one.metric === key)),
    share: key === 'memberShare',
    to: {
      path: '/sales',
      query: {
        from: day,
        to: day,
        ...ofStore('storeCode'),
        ...(BUYER[key] === undefined ? {} : { buyer: BUYER[key] }),
      },
    },
  })
  const fresh = (on: string): number => joined?.byDay.find(one => one.day === on)?.count ?? 0
  const newMembers: Metric[] =
    joined === null
      ? []
      : [
          {
            key: 'newMembers',
            name: named('newMembers'),
            text: count(fresh(day)),
            value: fresh(day),
            yesterday: fresh(plus(day, -1)),
            lastWeek: fresh(plus(day, -7)),
            definition: say(joined.definition),
            share: false,
            to: {
              path: '/members',
              query: { recruitedBy: '', enrolledFrom: day, enrolledTo: day, ...ofStore('homeStore') },
            },
          },
        ]
  const couponUses: Metric[] =
    uses === null
      ? []
      : [
          {
            key: 'couponUses',
            name: named('couponUses'),
            text: t('overview.metric.pieces', { count: count(uses.uses.value) }),
            extra: fen(uses.fen.value),
            ...uses.uses,
            definition: [uses.definition.uses, uses.definition.fen].map(say).join(t('overview.metric.stop')),
            share: false,
            to: {
              path: '/coupons/uses',
              query: { from: day, to: day, state: 'used', ...ofStore('storeCode') },
            },
          },
        ]
  return [
    ofSales('netSales'),
    ofSales('memberShare'),
    ...newMembers,
    ...couponUses,
    ofSales('receipts'),
    ofSales('basketValue'),
    ofSales('memberBasketValue'),
    ofSales('guestBasketValue'),
  ]
}
