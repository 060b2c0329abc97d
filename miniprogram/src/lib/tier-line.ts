import type { shop } from '../api/index.ts'
import { dayText, whole, yuanOfFen } from './format.ts'
import { fill, inLanguage, words } from './i18n/index.ts'

/** A member's tier and what is missing to the next, as the server says it. */
export type TierStanding = Awaited<ReturnType<typeof shop.tiers.myTier>>

/** 再消费 ¥214 升金卡（截至 12月31日）; empty where there is no next tier. */
export function tierLine({ by, next, reviewOn }: Pick<TierStanding, 'by' | 'next' | 'reviewOn'>): string {
  const t = words().tier
  if (!next || !by) return ''
  const amount = by === 'spend' ? yuanOfFen(next.missing) : whole(next.missing)
  const line = fill(t.missing[by], { amount, tier: inLanguage(next.name) })
  return reviewOn ? fill(t.until, { line, day: dayText(reviewOn) }) : line
}
