import { shopDay } from '../../../kernel/clock.ts'
import type { Db } from '../../../kernel/db.ts'
import { offlineRepository } from '../repository/offline.ts'

/** Fen that a till has given away without asking today, as far as we have heard. */
export const offlineGivenToday = (db: Db, tillId: string, now: Date, zone: string): Promise<number> =>
  offlineRepository(db).given(tillId, shopDay(now, zone))

/**
 * Splits losses between who bears them: the company up to what the till was allowed to give away without asking, the
 * store what is above it. In the order given; every fen goes to one of the two.
 */
export function bearers<L extends { readonly amount: number }>(
  losses: readonly L[],
  allowed: number,
): (L & { company: number; store: number })[] {
  let left = Math.max(0, allowed)
  return losses.map(loss => {
    const company = Math.min(left, loss.amount)
    left -= company
    return { ...loss, company, store: loss.amount - company }
  })
}
