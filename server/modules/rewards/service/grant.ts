import { Overtaken, type Tx } from '../../../kernel/db.ts'
import type { Booked } from '../../points/index.ts'
import { rewardsErrors } from '../contract/index.ts'
import { grantsRepository, type GrantRecord } from '../repository/grants.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

/** Why something is given; what reports and the member's list go by. */
export type Why = 'signIn' | 'birthday' | 'referral' | 'survey' | 'lottery'

/** What a condition gives: points, a coupon, or both. */
export interface Reward {
  /** Permanent, at most 80 characters, names the business thing: 'signIn:<member>:<day>'. */
  readonly key: string
  readonly memberId: string
  readonly why: Why
  readonly points?: number
  readonly couponTemplateId?: string | null
  /** What the entry of the ledger says of it. */
  readonly note?: string | null
}

/** What was given; a repeat returns the first result. */
export interface Granted {
  readonly points: number
  readonly couponId: string | null
  /** Why there is no coupon although one was meant; the points are given all the same. */
  readonly refused: 'stock' | 'limit' | null
  readonly isNew: boolean
}

const grantedOf = (row: GrantRecord, isNew: boolean): Granted => ({
  points: row.points,
  couponId: row.couponId,
  refused: row.refused === 'stock' || row.refused === 'limit' ? row.refused : null,
  isNew,
})

/**
 * The one door of every reward: condition → entries and coupons by key, in the caller's transaction, on the front doors of
 * points and coupons. A key gives once for ever; the same key for something else fails with rewards.keyReused.
 */
export function granting(
  kernel: Pick<RewardsKernel, 'clock' | 'newId'>,
  needs: Pick<RewardsNeeds, 'points' | 'coupons'>,
) {
  const pointsKey = (key: string): string => `reward:${key}`

  return {
    async grant(tx: Tx, { key, memberId, why, points = 0, couponTemplateId = null, note }: Reward): Promise<Granted> {
      const grants = grantsRepository(tx)
      const first = async (): Promise<Granted | null> => {
        const row = await grants.byKey(key)
        if (row === undefined) return null
        const isSame =
          row.memberId === memberId &&
          row.why === why &&
          row.points === points &&
          row.couponTemplateId === couponTemplateId
        if (!isSame) throw rewardsErrors.keyReused()
        return grantedOf(row, false)
      }
      const done = await first()
      if (done !== null) return done
      const id = kernel.newId()
      const row: GrantRecord = {
        id,
        key,
        memberId,
        why,
        points,
        couponTemplateId,
        couponId: null,
        refused: null,
        at: kernel.clock.now(),
      }
      if (!(await grants.claim(row))) {
        const twin = await first()
        if (twin === null) throw new Overtaken()
        return twin
      }
      if (points > 0) await needs.points.grant(tx, [{ key: pointsKey(key), memberId, points, note: note ?? null }])
      if (couponTemplateId === null) return grantedOf(row, true)
      const { issued, refused } = await needs.coupons.issue(tx, couponTemplateId, [{ memberId, key: pointsKey(key) }])
      const found = {
        couponId: issued.get(pointsKey(key))?.couponId ?? null,
        refused: refused.get(pointsKey(key)) ?? null,
      }
      await grants.settle(id, found)
      return grantedOf({ ...row, ...found }, true)
    },

    /** Pays with points, earliest expiry first; fails with points.notEnough and changes nothing. Repeating takes nothing twice. */
    take: (
      tx: Tx,
      { key, memberId, points, note }: { key: string; memberId: string; points: number; note?: string | null },
    ): Promise<Booked> => needs.points.spend(tx, { key: pointsKey(key), memberId, points, note: note ?? null }),

    /** Gives back all that `take` took under this key, to the same lots with the expiry they had, once. */
    giveBack: (tx: Tx, { key, points, note }: { key: string; points: number; note?: string | null }): Promise<Booked> =>
      needs.points.giveBack(tx, {
        key: `${pointsKey(key)}:back`,
        spendKey: pointsKey(key),
        points,
        note: note ?? null,
      }),
  }
}
export type Granting = ReturnType<typeof granting>
