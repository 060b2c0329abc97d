import type { Scope } from '../../../../kernel/scope.ts'
import { usesWindow } from '../../../coupons/index.ts'
import type { CouponShift } from '../../contract/coupon-shifts.ts'
import { ShiftDifference } from '../../contract/shift.ts'
import { couponShiftsRepository } from '../../repository/coupon-shifts.ts'
import type { TillDeps } from '../deps.ts'

/** Rows of one answer at most. */
const MOST = 1_000

/** A template's uses by till, business day and shift: of a store they sum to what coupons says of that store. */
export function couponShifts({ db, clock, config, needs }: Pick<TillDeps, 'db' | 'clock' | 'config' | 'needs'>) {
  return async (
    scope: Scope,
    templateId: string,
    query: { storeCode?: string | undefined; from?: string | undefined; to?: string | undefined },
  ): Promise<{ items: CouponShift[]; isCut: boolean }> => {
    const rows = await couponShiftsRepository(db).of(
      scope,
      { templateId, storeCode: query.storeCode, ...usesWindow({ clock, config }, query) },
      MOST + 1,
    )
    const names = await needs.storeNames(db, [...new Set(rows.map(row => row.storeCode))])
    return {
      items: rows.slice(0, MOST).map(({ till, day, state, balanced, differencesJson, ...row }) => ({
        ...row,
        balanced: state === 'closed' ? balanced === 1 : null,
        couponsApart: state === 'closed' ? couponsApart(differencesJson) : null,
        storeName: names.get(row.storeCode) ?? row.storeCode,
        tillCode: till,
        businessDate: day,
      })),
      isCut: rows.length > MOST,
    }
  }
}

/** By how much the slip's coupons are off: by its own figure, else by its receipts; null where nothing is off. */
function couponsApart(differencesJson: string | null): number | null {
  const found = ShiftDifference.array()
    .parse(JSON.parse(differencesJson ?? '[]'))
    .filter(({ figure, theirs }) => figure === 'couponFen' && theirs !== null)
  const whole = found.filter(({ receiptNo }) => receiptNo === null)
  const told = whole.length > 0 ? whole : found
  return told.length === 0 ? null : told.reduce((sum, { ours, theirs }) => sum + (theirs ?? 0) - (ours ?? 0), 0)
}
export type CouponShifts = ReturnType<typeof couponShifts>
