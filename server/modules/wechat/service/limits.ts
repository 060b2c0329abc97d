import type { WechatLimits } from '../../../kernel/config.ts'
import { shopDay, shopInstant } from '../../../kernel/clock.ts'
import type { ReachRules } from '../repository/rights/reach.ts'

/** The instant at which the calendar month of an instant ends in the shop's zone: WeChat counts mass messages by it. */
export function monthEnd(at: Date, zone: string): Date {
  const [year = 0, month = 0] = shopDay(at, zone).split('-').map(Number)
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`
  return shopInstant(`${next} 00:00`, zone) ?? at
}

/** What the limits say about reach at an instant. */
export const reachRules = (limits: WechatLimits, now: Date, zone: string): ReachRules => ({
  now,
  monthEnd: monthEnd(now, zone),
  massAMonth: limits.massAMonth,
})

/** The window that a person's own action opens at an instant: a message, or a touch (menu tap, follow, scan). */
export function windowOpened(
  limits: WechatLimits,
  kind: 'message' | 'touch',
  at: Date,
): { kind: 'message' | 'touch'; until: Date; left: number } {
  const lasts = kind === 'message' ? limits.messageWindowHours * 3_600_000 : limits.touchWindowSeconds * 1_000
  const left = kind === 'message' ? limits.messageWindowCount : limits.touchWindowCount
  return { kind, until: new Date(at.getTime() + lasts), left }
}
