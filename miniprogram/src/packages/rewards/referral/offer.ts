import { whole, yuanOfFen } from '../../../lib/format.ts'
import { fill } from '../../../lib/i18n/index.ts'

/** What one side gets. */
export interface Offer {
  points: number
  coupon: string | null
}

/** What one side gets, in words: 100 积分 和 满39减5. */
export function offerText(t: { points: string; and: string }, { points, coupon }: Offer): string {
  const sum = points > 0 ? fill(t.points, { points: whole(points) }) : ''
  return sum && coupon ? fill(t.and, { one: sum, other: coupon }) : sum || coupon || ''
}

/** What the invited person has to do, in words. */
export function conditionText(
  t: { whenEnrol: string; whenBuys: string; whenBuysAny: string },
  { condition, minFen }: { condition: 'enrolment' | 'firstPurchase'; minFen: number },
): string {
  if (condition === 'enrolment') return t.whenEnrol
  return minFen > 1 ? fill(t.whenBuys, { yuan: yuanOfFen(minFen) }) : t.whenBuysAny
}
