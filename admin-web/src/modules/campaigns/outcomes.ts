import type { campaigns } from '../../api/index.ts'

export type Campaign = Awaited<ReturnType<typeof campaigns.get>>
export type Totals = Campaign['totals']
export type MessageOutcome = keyof Totals['messages']
export type CouponOutcome = keyof Totals['coupons']

/** In the order of a report: what came, what did not, what waits. */
export const messageOutcomes: readonly MessageOutcome[] = [
  'sent',
  'noRight',
  'failed',
  'refused',
  'unknown',
  'skipped',
  'stopped',
  'sending',
  'waiting',
  'none',
]
export const couponOutcomes: readonly CouponOutcome[] = ['issued', 'failed', 'stopped', 'waiting', 'none']

export const outcomeTone: Readonly<Record<MessageOutcome, 'good' | 'warn' | 'bad' | 'note' | 'quiet' | 'accent'>> = {
  sent: 'good',
  noRight: 'quiet',
  failed: 'bad',
  refused: 'bad',
  unknown: 'warn',
  skipped: 'quiet',
  stopped: 'quiet',
  sending: 'accent',
  waiting: 'note',
  none: 'quiet',
}

/** People of whom it is not settled yet what becomes of them. */
export const unsettled = (totals: Totals): number => {
  const [coupon, message] = [totals.coupons.waiting, totals.messages.waiting + totals.messages.sending]
  return Math.max(coupon, message)
}

/** Messages that did not get through, for whatever reason. */
export const notSent = ({ messages }: Totals): number =>
  messages.failed + messages.refused + messages.unknown + messages.noRight + messages.skipped
