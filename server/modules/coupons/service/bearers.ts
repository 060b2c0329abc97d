import type { HeldCoupon } from '../repository/coupons.ts'
import type { Costs } from '../repository/redemptions.ts'
import { spread } from './goods.ts'

/** Who bears so many fen: by the template's per cents, by largest remainder, so that the shares sum to it. */
export function costShares(template: Pick<HeldCoupon, 'bearHq' | 'bearStore' | 'bearSupplier'>, fen: number): Costs {
  const [costHq = 0, costStore = 0, costSupplier = 0] = spread(fen, [
    template.bearHq,
    template.bearStore,
    template.bearSupplier,
  ])
  return { costHq, costStore, costSupplier }
}
