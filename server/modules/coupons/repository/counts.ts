import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'

/** The states that a coupon does not leave by the clock alone. */
const SETTLED = ['redeemed', 'lapsed', 'expired', 'void', 'gifting', 'gifted'] as const

/** What has become of a template's coupons by the clock. */
interface Counts {
  /** All there are: those that were given away, and those that came of it. */
  readonly issued: number
  readonly usable: number
  readonly locked: number
  readonly redeemed: number
  readonly expired: number
  readonly lapsed: number
  readonly void: number
  readonly gifting: number
  readonly gifted: number
  /** What the redeemed ones took off, fen. */
  readonly discount: number
}

/**
 * Counts a template's coupons, as of one moment. Those that may be used are the most and are not read: the template knows
 * how many it has issued (all but those that were given away), and every other state is counted by itself from the index.
 */
export async function couponCounts(db: Db, templateId: string, now: Date): Promise<Counts> {
  const stateAs = (shown: string, state: string) =>
    db
      .selectFrom('coupon')
      .select([sql<string>`${shown}`.as('shown'), sql<string>`count(*)`.as('coupons')])
      .select((state === 'redeemed' ? sql<string>`coalesce(sum(discount), 0)` : sql<string>`'0'`).as('discount'))
      .where('templateId', '=', templateId)
      .where('state', '=', state)
  const isPast = sql<boolean>`validTo <= ${now} and (lockedUntil is null or lockedUntil <= ${now})`
  const isHeld = sql<boolean>`(validTo > ${now} or lockedUntil > ${now})`
  const issued = db
    .selectFrom('coupon_template')
    .select([sql<string>`'kept'`.as('shown'), sql<string>`issued`.as('coupons'), sql<string>`'0'`.as('discount')])
    .where('id', '=', templateId)
    // Of a lock that is not over the sale may still use it, whatever the day.
    .unionAll(stateAs('locked', 'locked').where(isHeld))
    .unionAll(stateAs('expired', 'locked').where(isPast))
    .unionAll(stateAs('expired', 'issued').where(isPast))
  const rows = await SETTLED.reduce((query, state) => query.unionAll(stateAs(state, state)), issued).execute()
  const of = (shown: string): number =>
    rows.filter(row => row.shown === shown).reduce((total, row) => total + Number(row.coupons), 0)
  const gone = {
    locked: of('locked'),
    redeemed: of('redeemed'),
    expired: of('expired'),
    lapsed: of('lapsed'),
    void: of('void'),
    gifting: of('gifting'),
  }
  const kept = of('kept')
  const gifted = of('gifted')
  return {
    ...gone,
    gifted,
    issued: kept + gifted,
    usable: kept - Object.values(gone).reduce((total, coupons) => total + coupons, 0),
    discount: rows.reduce((total, row) => total + Number(row.discount), 0),
  }
}
