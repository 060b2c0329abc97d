import type { Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { couponsErrors, type CouponRefusal } from '../contract.ts'
import { couponRedeemed, couponReturned } from '../events.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { discountOf, refusalOf } from './evaluate.ts'

/** A coupon that is to be used with a sale. */
export interface Use {
  readonly coupon: HeldCoupon
  readonly docKey: string
  readonly storeCode: string
  readonly memberId: string
  /** Fen of the goods that coupons may take something off. */
  readonly eligible: number
}

/** Minutes that a lock holds. */
export const LOCK_MINUTES = 30

const refused = (refusal: CouponRefusal) =>
  couponsErrors.refused({ reason: refusal.text.zh, reasonEn: refusal.text.en, refusal })

/** Locking, redeeming, releasing and giving back, each in the caller's transaction. */
export function couponUse({ clock, newId, config }: Pick<Kernel, 'clock' | 'newId' | 'config'>) {
  const record = (tx: Tx, couponId: string, kind: string, docKey: string) =>
    couponEdges(tx).record([
      { id: newId(), couponId, kind, docKey, fen: null, staffId: null, note: null, at: clock.now() },
    ])

  const holdsFor = (use: Use): boolean =>
    use.coupon.state === 'locked' &&
    use.coupon.docKey === use.docKey &&
    use.coupon.lockedUntil !== null &&
    use.coupon.lockedUntil > clock.now()

  function check(use: Use): void {
    // A lock that was taken in time carries the coupon past its own end.
    const coupon =
      holdsFor(use) && use.coupon.lockedUntil !== null && use.coupon.lockedUntil > use.coupon.validTo
        ? { ...use.coupon, validTo: use.coupon.lockedUntil }
        : use.coupon
    const refusal = refusalOf(coupon, {
      now: clock.now(),
      zone: config.SHOP_ZONE,
      storeCode: use.storeCode,
      memberId: use.memberId,
      docKey: use.docKey,
      eligible: use.eligible,
    })
    if (refusal !== null) throw refused(refusal)
  }

  /** Why the guarded update found no row: asked again, now that somebody else was quicker. */
  async function lost(tx: Tx, use: Use): Promise<Error> {
    const now = await couponsRepository(tx).find(use.coupon.id)
    const refusal =
      now === undefined
        ? null
        : refusalOf(now, {
            now: clock.now(),
            zone: config.SHOP_ZONE,
            storeCode: use.storeCode,
            memberId: use.memberId,
            docKey: use.docKey,
            eligible: use.eligible,
          })
    return refusal === null ? couponsErrors.wrongState() : refused(refusal)
  }

  async function lock(tx: Tx, use: Use): Promise<Date> {
    check(use)
    const now = clock.now()
    const until = new Date(now.getTime() + LOCK_MINUTES * 60_000)
    if (!(await couponEdges(tx).lock(use.coupon.id, use.docKey, until, now))) throw await lost(tx, use)
    await record(tx, use.coupon.id, 'lock', use.docKey)
    return until
  }

  return {
    /** Holds a coupon for a sale; returns until when. Repeating it for the same sale renews the time. */
    lock,

    /** Redeems a coupon with its sale, locking it first where that was not done; returns the fen it takes off. */
    async redeem(tx: Tx, use: Use): Promise<number> {
      if (holdsFor(use)) check(use)
      else await lock(tx, use)
      const discount = discountOf(use.coupon, use.eligible)
      if (!(await couponEdges(tx).redeem(use.coupon.id, use.docKey, use.storeCode, discount, clock.now())))
        throw await lost(tx, use)
      await record(tx, use.coupon.id, 'redeem', use.docKey)
      await publish(tx, couponRedeemed, {
        couponId: use.coupon.id,
        templateId: use.coupon.templateId,
        memberId: use.memberId,
        docKey: use.docKey,
        storeCode: use.storeCode,
        discount,
      })
      return discount
    },

    /** Lets go of all that a sale holds; returns how many there were. */
    async release(tx: Tx, docKey: string): Promise<number> {
      let count = 0
      for (const coupon of await couponsRepository(tx).lockedFor(docKey)) {
        if (!(await couponEdges(tx).release(coupon.id, docKey, clock.now()))) continue
        await record(tx, coupon.id, 'release', docKey)
        count += 1
      }
      return count
    },

    /** The sale has come back as a whole: its coupon is usable again while its time lasts, else it lapses. */
    async giveBack(tx: Tx, docKey: string): Promise<{ coupon: HeldCoupon; outcome: 'restored' | 'lapsed' } | null> {
      const coupon = await couponsRepository(tx).redeemedFor(docKey)
      if (coupon === undefined) return null
      const now = clock.now()
      const edges = couponEdges(tx)
      const outcome = (await edges.restore(coupon.id, docKey, now))
        ? 'restored'
        : (await edges.lapse(coupon.id, docKey, now))
          ? 'lapsed'
          : null
      if (outcome === null) return null
      await record(tx, coupon.id, outcome === 'restored' ? 'restore' : 'lapse', docKey)
      await publish(tx, couponReturned, {
        couponId: coupon.id,
        templateId: coupon.templateId,
        memberId: coupon.memberId,
        docKey,
        outcome,
      })
      return { coupon, outcome }
    },
  }
}
export type CouponUse = ReturnType<typeof couponUse>
