import type { rewards } from '../../../api/index.ts'
import { ODDS_BASE } from './odds.ts'

export type Kept = Awaited<ReturnType<typeof rewards.lottery>>
type Body = Parameters<typeof rewards.createLottery>[0]['body']

/** A prize as the form holds it: money in yuan, odds in per cent. */
export interface PrizeDraft {
  name: string
  kind: 'points' | 'coupon' | 'goods'
  points: number
  couponTemplateId: string
  yuan: number
  percent: number
  stock: number
  isConsolation: boolean
}

export const newPrize = (more: Partial<PrizeDraft> = {}): PrizeDraft => ({
  name: '',
  kind: 'points',
  points: 100,
  couponTemplateId: '',
  yuan: 0,
  percent: 1,
  stock: 10,
  isConsolation: false,
  ...more,
})

/** A lottery as the form holds it. */
export interface Draft {
  name: string
  organiser: string
  between: [Date, Date] | null
  freePerDay: number
  pointsPerDraw: number
  pointsDrawsPerDay: number
  budget: number
  claimDays: number
  rules: string
  prizes: PrizeDraft[]
}

export const emptyDraft = (rules: string): Draft => ({
  name: '',
  organiser: '',
  between: null,
  freePerDay: 1,
  pointsPerDraw: 0,
  pointsDrawsPerDay: 0,
  budget: 1000,
  claimDays: 30,
  rules,
  prizes: [newPrize()],
})

/** The draft of a lottery that is kept. */
export const draftOf = (kept: Kept): Draft => ({
  name: kept.name,
  organiser: kept.organiser,
  between: [new Date(kept.opensAt), new Date(kept.closesAt)],
  freePerDay: kept.freePerDay,
  pointsPerDraw: kept.pointsPerDraw,
  pointsDrawsPerDay: kept.pointsDrawsPerDay,
  budget: kept.budgetFen / 100,
  claimDays: kept.claimDays,
  rules: kept.rules,
  prizes: kept.prizes.flatMap(prize =>
    prize.kind === 'nothing'
      ? []
      : [
          newPrize({
            name: prize.name,
            kind: prize.kind,
            points: prize.points,
            couponTemplateId: prize.couponTemplateId ?? '',
            yuan: prize.worthFen / 100,
            percent: prize.odds / 10_000,
            stock: prize.stock ?? 1,
            isConsolation: prize.isConsolation,
          }),
        ],
  ),
})

/** Odds of a prize in millionths: a consolation has none of its own unless it is given some. */
export const oddsOf = (prize: PrizeDraft): number => Math.round(((prize.percent || 0) * ODDS_BASE) / 100)

/** What one of a prize is worth, fen; points by what a point costs. */
export const worthOf = (prize: PrizeDraft, cost: { points: number; fen: number }): number =>
  prize.kind === 'points' ? Math.ceil((prize.points * cost.fen) / cost.points) : Math.round(prize.yuan * 100)

/** What the server is asked to keep; null while the period is not chosen. */
export function bodyOf(draft: Draft): Body | null {
  if (draft.between === null) return null
  return {
    name: draft.name,
    organiser: draft.organiser,
    rules: draft.rules,
    opensAt: draft.between[0].toISOString(),
    closesAt: draft.between[1].toISOString(),
    budgetFen: Math.round(draft.budget * 100),
    freePerDay: draft.freePerDay,
    pointsPerDraw: draft.pointsPerDraw,
    pointsDrawsPerDay: draft.pointsDrawsPerDay,
    claimDays: draft.claimDays,
    prizes: draft.prizes.map(prize => ({
      name: prize.name,
      kind: prize.kind,
      points: prize.kind === 'points' ? prize.points : 0,
      couponTemplateId: prize.kind === 'coupon' ? prize.couponTemplateId : null,
      worthFen: prize.kind === 'points' ? 0 : Math.round(prize.yuan * 100),
      odds: oddsOf(prize),
      stock: prize.stock,
      isConsolation: prize.kind === 'points' && prize.isConsolation,
    })),
  }
}
