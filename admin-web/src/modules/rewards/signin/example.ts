import type { rewards } from '../../../api/index.ts'

type Rules = Awaited<ReturnType<typeof rewards.signInRules>>['rules']

/** What a member gets who signs in so many days in a row. */
export function afterDays({ dayPoints, bonuses }: Rules, days: number) {
  const points = Array.from({ length: days }, (_, i) => dayPoints[Math.min(i, dayPoints.length - 1)] ?? 0)
  const times = bonuses.map(bonus => ({
    gift: bonus.gift,
    count: bonus.repeats ? Math.floor(days / bonus.days) : days >= bonus.days ? 1 : 0,
  }))
  return {
    days,
    points: points.reduce((a, b) => a + b, 0),
    bonus: times.reduce((sum, { gift, count }) => sum + gift.points * count, 0),
    coupons: times.reduce((sum, { gift, count }) => sum + (gift.couponTemplateId === null ? 0 : count), 0),
  }
}

/** '1, 2, 3' → [1, 2, 3]; null when it is not a list of whole numbers. */
export function pointsList(text: string): number[] | null {
  const parts = text.split(/[,，、\s]+/).filter(part => part !== '')
  return parts.length > 0 && parts.length <= 31 && parts.every(part => /^\d{1,4}$/.test(part) && Number(part) <= 1000)
    ? parts.map(Number)
    : null
}
