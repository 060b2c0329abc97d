import type { TierStanding } from './tier-line.ts'

/** What the first tab knows, kept on the phone so that it opens at once and without a network. */
export interface CardSnapshot {
  cardNo: string
  name: string
  homeStore: string | null
  points: number | null
  debt: number
  coupons: number | null
  endingToday: number
  receiptsThisMonth: string | null
  /** the last receipt, as a sentence is made of it; `points` is null while they are not counted */
  latest: { storeName: string; businessDate: string; net: string; points: number | null } | null
  /** the last business day whose sales have come */
  asOf: string | null
  waitingCards: number
  /** the tier and what is missing to the next; like the moment of asking, a card kept by an earlier version has none */
  tier?: Pick<TierStanding, 'tier' | 'by' | 'next' | 'reviewOn'> | null
  /** when all of this was asked, by the phone's clock */
  askedAt?: number
}
