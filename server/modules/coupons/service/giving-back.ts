import { publish } from '../../../kernel/events/event.ts'
import type { Tx } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { couponsErrors } from '../contract.ts'
import { couponReturned } from '../events.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { redemptionsRepository } from '../repository/redemptions.ts'
import { templatesRepository } from '../repository/templates.ts'
import { costShares } from './bearers.ts'

/** What became of a coupon that came back with goods. */
export interface GivenBack {
  readonly coupon: HeldCoupon
  readonly outcome: 'restored' | 'lapsed'
}

/** What returns do to the coupons of a sale, in the caller's transaction. */
export function givingBack({ clock, newId }: Pick<Kernel, 'clock' | 'newId'>) {
  const record = (tx: Tx, couponId: string, kind: 'restore' | 'lapse' | 'reprice', docKey: string, fen: number) =>
    couponEdges(tx).record([{ id: newId(), couponId, kind, docKey, fen, staffId: null, note: null, at: clock.now() }])

  async function back(tx: Tx, docKey: string, coupon: HeldCoupon): Promise<GivenBack | null> {
    const now = clock.now()
    const edges = couponEdges(tx)
    const outcome = (await edges.restore(coupon.id, docKey, now))
      ? 'restored'
      : (await edges.lapse(coupon.id, docKey, now))
        ? 'lapsed'
        : null
    if (outcome === null) return null
    // Read after the edge: the row is ours now, so what it still took off is settled.
    const used = await redemptionsRepository(tx).of(coupon.id, docKey)
    const fen = used === undefined ? 0 : used.discount - used.takenBack
    if (used !== undefined && !(await redemptionsRepository(tx).close(coupon.id, docKey, now)))
      throw couponsErrors.wrongState()
    if (fen > 0) await templatesRepository(tx).unspend(coupon.templateId, fen)
    await record(tx, coupon.id, outcome === 'restored' ? 'restore' : 'lapse', docKey, -fen)
    await publish(tx, couponReturned, {
      couponId: coupon.id,
      templateId: coupon.templateId,
      memberId: coupon.memberId,
      docKey,
      outcome,
    })
    return { coupon, outcome }
  }

  return {
    /** Coupons of a sale (all of them, or those named) are usable again while their time lasts, else they lapse. Once. */
    async giveBack(tx: Tx, docKey: string, couponIds?: readonly string[]): Promise<GivenBack[]> {
      const done: GivenBack[] = []
      for (const coupon of await couponsRepository(tx).redeemedFor(docKey)) {
        if (couponIds !== undefined && !couponIds.includes(coupon.id)) continue
        const outcome = await back(tx, docKey, coupon)
        if (outcome !== null) done.push(outcome)
      }
      return done
    },

    /** A part of the sale came back: the coupon takes off so many fen from now on, less than before. */
    async reprice(tx: Tx, docKey: string, couponId: string, discount: number): Promise<void> {
      const coupon = (await couponsRepository(tx).redeemedFor(docKey)).find(each => each.id === couponId)
      const before = coupon?.discount ?? null
      if (coupon === undefined || before === null || before <= discount) return
      if (!(await couponEdges(tx).reprice(couponId, docKey, discount, clock.now()))) throw couponsErrors.wrongState()
      const fen = before - discount
      const costs = costShares(coupon, discount)
      if (!(await redemptionsRepository(tx).takeBack(couponId, docKey, fen, costs))) throw couponsErrors.wrongState()
      await templatesRepository(tx).unspend(coupon.templateId, fen)
      await record(tx, couponId, 'reprice', docKey, -fen)
    },
  }
}
export type GivingBack = ReturnType<typeof givingBack>
