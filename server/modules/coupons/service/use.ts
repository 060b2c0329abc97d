import { sql } from 'kysely'
import { shopDay } from '../../../kernel/clock.ts'
import { uniqueViolation, type Db, type Tx } from '../../../kernel/db.ts'
import { AppError } from '../../../kernel/errors.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { couponsErrors, type CouponChannel, type CouponRefusal, type CouponStep } from '../contract.ts'
import { couponRedeemed } from '../events.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { hasBought } from '../repository/purchases.ts'
import { redemptionsRepository } from '../repository/redemptions.ts'
import { templatesRepository } from '../repository/templates.ts'
import { apply, combine, conflict, MOST_PER_SALE, type Applied } from './combine.ts'
import {
  candidateOf,
  holdsFor,
  refusalOf,
  termsOn,
  type HeldCandidate,
  type History,
  type Occasion,
} from './evaluate.ts'
import type { Goods } from './goods.ts'
import { costShares } from './bearers.ts'
import { refusals } from './refusals.ts'

/** Coupons that are to be used with a sale. */
export interface Use {
  readonly coupons: readonly HeldCoupon[]
  readonly docKey: string
  readonly storeCode: string
  readonly channel: CouponChannel
  readonly memberId: string
  readonly goods: Goods
  /** When it was used, for a sale that is told later; left out = now. */
  readonly at?: Date
}

/** Minutes that a lock holds. */
export const LOCK_MINUTES = 30
/** Twins that take the same place of a day at once are asked again so many times. */
const PLACE_TRIES = 25

const refused = (refusal: CouponRefusal) =>
  couponsErrors.refused({ reason: refusal.text.zh, reasonEn: refusal.text.en, refusal })

type UseKernel = Pick<Kernel, 'clock' | 'newId' | 'config'>

/** Locking, redeeming and releasing, each in the caller's transaction; the coupons of one sale in the order of their ids. */
export function couponUse({ clock, newId, config }: UseKernel) {
  const zone = config.SHOP_ZONE
  const record = (tx: Tx, couponId: string, kind: CouponStep, docKey: string, fen: number | null = null) =>
    couponEdges(tx).record([{ id: newId(), couponId, kind, docKey, fen, staffId: null, note: null, at: clock.now() }])

  /** What the rules of these coupons ask about their member. */
  async function history(
    db: Db,
    memberId: string,
    coupons: readonly HeldCoupon[],
    { docKey = null, at = clock.now() }: { docKey?: string | null; at?: Date } = {},
  ): Promise<History> {
    const perDay = coupons.filter(coupon => coupon.perDayLimit !== null).map(coupon => coupon.templateId)
    const used = await redemptionsRepository(db).usedOn(memberId, [...new Set(perDay)], shopDay(at, zone))
    const asks = coupons.some(coupon => coupon.rulesJson?.includes('"firstPurchase":true') === true)
    return {
      hasBought: asks ? await hasBought(db, memberId, docKey) : null,
      usedToday: new Map([...used].map(([templateId, places]) => [templateId, places.length])),
    }
  }

  async function occasionOf(tx: Tx, use: Use): Promise<Occasion> {
    const now = use.at ?? clock.now()
    return {
      now,
      zone,
      storeCode: use.storeCode,
      channel: use.channel,
      memberId: use.memberId,
      docKey: use.docKey,
      goods: use.goods,
      history: await history(tx, use.memberId, use.coupons, { docKey: use.docKey, at: now }),
    }
  }

  /** Checks each coupon by itself and all of them together; throws coupons.refused with the first reason in the order of ids. */
  function check(coupons: readonly HeldCoupon[], occasion: Occasion): HeldCandidate[] {
    const candidates = coupons.map(coupon => {
      const refusal = refusalOf(coupon, occasion)
      if (refusal !== null) throw refused(refusal)
      return candidateOf(coupon, occasion)
    })
    if (candidates.length > MOST_PER_SALE) throw refused(refusals.onePerSale)
    for (const [i, one] of candidates.entries())
      if (candidates.slice(i + 1).some(two => conflict(one, two))) throw refused(refusals.cannotStack)
    // What the quote leaves out because the others leave it nothing to take is not used up behind the quote.
    if (occasion.goods !== null && combine(candidates, occasion.goods).length < candidates.length)
      throw refused(refusals.nothingEligible)
    return candidates
  }

  /** Why the guarded update found no row: asked again, now that somebody else was quicker. */
  async function lost(tx: Tx, coupon: HeldCoupon, occasion: Occasion): Promise<Error> {
    const now = await couponsRepository(tx).find(coupon.id)
    const refusal = now === undefined ? null : refusalOf(now, occasion)
    return refusal === null ? couponsErrors.wrongState() : refused(refusal)
  }

  const sorted = (use: Use): HeldCoupon[] => use.coupons.toSorted((a, b) => (a.id < b.id ? -1 : 1))

  /** Locks them and lets go of what this sale held before; the terms are frozen with the first lock of a sale. */
  async function lockAll(tx: Tx, use: Use, occasion: Occasion): Promise<Date> {
    const { now } = occasion
    const until = new Date(now.getTime() + LOCK_MINUTES * 60_000)
    const wanted = new Set(use.coupons.map(coupon => coupon.id))
    for (const coupon of sorted(use)) {
      const isOurs = holdsFor(coupon, use.docKey, now)
      const frozen = {
        termsJson: JSON.stringify(termsOn(coupon, occasion)),
        rulesVersion: isOurs ? (coupon.rulesVersion ?? coupon.templateRules) : coupon.templateRules,
      }
      if (!(await couponEdges(tx).lock(coupon.id, use.docKey, until, frozen, now)))
        throw await lost(tx, coupon, occasion)
      await record(tx, coupon.id, 'lock', use.docKey)
    }
    await release(tx, use.docKey, wanted)
    return until
  }

  async function release(tx: Tx, docKey: string, but: ReadonlySet<string> = new Set()): Promise<number> {
    let count = 0
    for (const coupon of await couponsRepository(tx).lockedFor(docKey)) {
      if (but.has(coupon.id) || !(await couponEdges(tx).release(coupon.id, docKey, clock.now()))) continue
      await record(tx, coupon.id, 'release', docKey)
      count += 1
    }
    return count
  }

  /** Writes the use down: its place on the day and as the first purchase are unique, so no race passes a limit. */
  async function settle(tx: Tx, use: Use, { coupon, discount }: Applied<HeldCandidate>, occasion: Occasion) {
    const { held, terms } = coupon
    const redemptions = redemptionsRepository(tx)
    const day = shopDay(occasion.now, zone)
    if (held.budget !== null && discount > 0 && !(await templatesRepository(tx).spend(held.templateId, discount)))
      throw refused(refusals.budgetSpent)
    const row = {
      couponId: held.id,
      docKey: use.docKey,
      templateId: held.templateId,
      memberId: use.memberId,
      storeCode: use.storeCode,
      day,
      firstOf: terms.rules.firstPurchase ? use.memberId : null,
      rulesVersion: held.rulesVersion ?? held.templateRules,
      discount,
      takenBack: 0,
      ...costShares(held, discount),
      redeemedAt: occasion.now,
      returnedAt: null,
    }
    for (let attempt = 0; attempt < PLACE_TRIES; attempt++) {
      const taken = held.perDayLimit === null ? [] : ((await redemptions.usedOn(use.memberId, [held.templateId], day)).get(held.templateId) ?? []) // prettier-ignore
      const nth = held.perDayLimit === null ? null : placeAmong(taken, held.perDayLimit)
      if (nth === undefined) throw refused(refusals.dayLimit)
      try {
        await redemptions.insert({ ...row, nth })
        return
      } catch (error) {
        const key = uniqueViolation(error)
        // It was used for this receipt before and came back: it may be used for it again.
        if (key === 'PRIMARY' && (await redemptions.forgetReturned(held.id, use.docKey))) continue
        if (key === 'coupon_redemption_firstOf_key') throw refused(refusals.notFirstPurchase)
        if (key !== 'coupon_redemption_templateId_memberId_day_nth_key') throw error
      }
    }
    throw refused(refusals.dayLimit)
  }

  async function redeem(tx: Tx, use: Use): Promise<Applied<HeldCandidate>[]> {
    const occasion = await occasionOf(tx, use)
    check(use.coupons, occasion)
    if (use.coupons.some(coupon => !holdsFor(coupon, use.docKey, occasion.now))) await lockAll(tx, use, occasion)
    else await release(tx, use.docKey, new Set(use.coupons.map(coupon => coupon.id)))
    const locked = await couponsRepository(tx).among(use.coupons.map(coupon => coupon.id))
    const applied = apply(
      locked.map(coupon => candidateOf(coupon, occasion)),
      use.goods,
    )
    for (const each of applied.toSorted((a, b) => (a.coupon.id < b.coupon.id ? -1 : 1))) {
      const { held } = each.coupon
      const done = await couponEdges(tx).redeem(held.id, use.docKey, use.storeCode, each.discount, occasion.now)
      if (!done) throw await lost(tx, held, occasion)
      await settle(tx, use, each, occasion)
      await record(tx, held.id, 'redeem', use.docKey, each.discount)
      await publish(tx, couponRedeemed, {
        couponId: held.id,
        templateId: held.templateId,
        memberId: use.memberId,
        docKey: use.docKey,
        storeCode: use.storeCode,
        discount: each.discount,
      })
    }
    return applied
  }

  return {
    history,

    /** Holds coupons for a sale, and no others; returns until when. Repeating it for the same sale renews the time. */
    async lock(tx: Tx, use: Use): Promise<Date> {
      const occasion = await occasionOf(tx, use)
      check(use.coupons, occasion)
      return lockAll(tx, use, occasion)
    },

    /**
     * Redeems coupons with their sale, locking first what it does not hold, and lets go of what else it held; returns what
     * each took off, in the order of their working. All of them or none.
     */
    async redeem(tx: Tx, use: Use): Promise<Applied<HeldCandidate>[]> {
      if (use.at === undefined) return redeem(tx, use)
      // Who tells of a sale later goes on where a coupon is refused: nothing of the attempt may stay.
      await sql`savepoint coupons_redeem`.execute(tx)
      try {
        return await redeem(tx, use)
      } catch (error) {
        if (error instanceof AppError) await sql`rollback to savepoint coupons_redeem`.execute(tx)
        throw error
      }
    },

    /** Lets go of all that a sale holds; returns how many there were. */
    release: (tx: Tx, docKey: string): Promise<number> => release(tx, docKey),
  }
}
export type CouponUse = ReturnType<typeof couponUse>

/** The first free place of a day; undefined when all are taken. */
function placeAmong(taken: readonly number[], limit: number): number | undefined {
  for (let nth = 1; nth <= limit; nth++) if (!taken.includes(nth)) return nth
  return undefined
}
