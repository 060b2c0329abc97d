import type { FraudRules } from '../../../../server/modules/till/contract/fraud.ts'

/** Where the numbers of the rules stand in their sentences; empty = no such limit, or no such alert. */
const LIMITS = [
  'cardReceipts',
  'cardPoints',
  'cardRedemptions',
  'cardAtTill',
  'tillReceipts',
  'tillPoints',
  'tillRedemptions',
  'staffReceipts',
] as const
const ALERTS = [
  'manyReceipts',
  'manyPoints',
  'manyPointsDays',
  'returnLoop',
  'returnLoopDays',
  'quickReturns',
  'quickMinutes',
  'returnWithoutSale',
  'staffCard',
] as const
type Field = (typeof LIMITS)[number] | (typeof ALERTS)[number]

/** The rules against fraud as a form holds them. */
export type FraudDraft = Record<Field, number | undefined> & { staffEarns: boolean }

/** One sentence of the editor: its number, and the one beside it, with what they may be at most. */
export interface FraudSentence {
  readonly key: Field
  readonly max: number
  readonly beside?: { readonly key: Field; readonly max: number }
}

export const LIMIT_SENTENCES: readonly FraudSentence[] = LIMITS.filter(key => key !== 'staffReceipts').map(key => ({
  key,
  max: key.endsWith('Points') ? 100_000_000 : 100_000,
}))
export const ALERT_SENTENCES: readonly FraudSentence[] = [
  { key: 'manyReceipts', max: 100_000 },
  { key: 'manyPoints', max: 100_000_000, beside: { key: 'manyPointsDays', max: 92 } },
  { key: 'returnLoop', max: 100_000, beside: { key: 'returnLoopDays', max: 92 } },
  { key: 'quickReturns', max: 100_000, beside: { key: 'quickMinutes', max: 1_440 } },
  { key: 'returnWithoutSale', max: 100_000 },
  { key: 'staffCard', max: 100_000 },
]

/** The rules as the form shows them. */
export function draftOf({ limits, alerts }: FraudRules): FraudDraft {
  return {
    cardReceipts: limits.card.receipts ?? undefined,
    cardPoints: limits.card.points ?? undefined,
    cardRedemptions: limits.card.redemptions ?? undefined,
    cardAtTill: limits.cardAtTill.receipts ?? undefined,
    tillReceipts: limits.till.receipts ?? undefined,
    tillPoints: limits.till.points ?? undefined,
    tillRedemptions: limits.till.redemptions ?? undefined,
    staffEarns: limits.staffCard.earns,
    staffReceipts: limits.staffCard.receipts ?? undefined,
    manyReceipts: alerts.manyReceipts?.times,
    manyPoints: alerts.manyPoints?.points,
    manyPointsDays: alerts.manyPoints?.days ?? 30,
    returnLoop: alerts.returnLoop?.times,
    returnLoopDays: alerts.returnLoop?.days ?? 30,
    quickReturns: alerts.quickReturns?.times,
    quickMinutes: alerts.quickReturns?.minutes ?? 30,
    returnWithoutSale: alerts.returnWithoutSale?.times,
    staffCard: alerts.staffCard?.times,
  }
}

/** The rules that the form says; a sentence whose number is empty, or nought, is none. */
export function rulesOf(draft: FraudDraft): FraudRules {
  const most = (value: number | undefined): number | null => (value === undefined || value < 1 ? null : value)
  const times = (value: number | undefined): { times: number } | null => {
    const count = most(value)
    return count === null ? null : { times: count }
  }
  const [points, loop, quick] = [most(draft.manyPoints), times(draft.returnLoop), times(draft.quickReturns)]
  return {
    limits: {
      card: {
        receipts: most(draft.cardReceipts),
        points: most(draft.cardPoints),
        redemptions: most(draft.cardRedemptions),
      },
      cardAtTill: { receipts: most(draft.cardAtTill) },
      till: {
        receipts: most(draft.tillReceipts),
        points: most(draft.tillPoints),
        redemptions: most(draft.tillRedemptions),
      },
      staffCard: { earns: draft.staffEarns, receipts: most(draft.staffReceipts) },
    },
    alerts: {
      manyReceipts: times(draft.manyReceipts),
      manyPoints: points === null ? null : { points, days: draft.manyPointsDays ?? 30 },
      returnLoop: loop === null ? null : { ...loop, days: draft.returnLoopDays ?? 30 },
      quickReturns: quick === null ? null : { ...quick, minutes: draft.quickMinutes ?? 30 },
      returnWithoutSale: times(draft.returnWithoutSale),
      staffCard: times(draft.staffCard),
    },
  }
}
