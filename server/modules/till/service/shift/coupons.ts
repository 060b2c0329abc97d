import type { Scope } from '../../../../kernel/scope.ts'
import { usesWindow } from '../../../coupons/index.ts'
import type { CouponShift } from '../../contract/coupon-shifts.ts'
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
      items: rows.slice(0, MOST).map(({ till, day, ...row }) => ({
        ...row,
        storeName: names.get(row.storeCode) ?? row.storeCode,
        tillCode: till,
        businessDate: day,
      })),
      isCut: rows.length > MOST,
    }
  }
}
export type CouponShifts = ReturnType<typeof couponShifts>
