import { randomBytes } from 'node:crypto'
import { inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { couponsErrors, type CouponStep } from '../contract.ts'
import { couponsIssued, couponsWithdrawn } from '../events.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { couponEdges } from '../repository/edges.ts'
import { giftsRepository, type GiftRecord } from '../repository/gifts.ts'
import { templatesRepository } from '../repository/templates.ts'
import { newCouponCode } from './code.ts'
import { shownState } from './evaluate.ts'
import { termsOfCoupon } from './terms.ts'

/** How long a friend has to take a coupon. */
const GIFT_HOURS = 24
/** Two gifts that land on one place of a member at once are asked again. */
const PLACE_TRIES = 5

/** 转赠: a member gives a coupon to another by a link that works once; what nobody takes is back after its time. */
export function couponGifts({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>) {
  const record = (tx: Tx, couponId: string, kind: CouponStep, note: string | null = null) =>
    couponEdges(tx).record([
      { id: newId(), couponId, kind, docKey: null, fen: null, staffId: null, note, at: clock.now() },
    ])

  async function view(from: Db, gift: GiftRecord, memberId: string) {
    const coupon = await couponsRepository(from).find(gift.couponId)
    if (coupon === undefined) throw couponsErrors.noGift()
    const isOver = gift.state === 'open' && gift.until <= clock.now()
    return {
      giftId: gift.id,
      linkCode: gift.giverId === memberId ? gift.linkCode : null,
      name: coupon.name,
      terms: termsOfCoupon(coupon),
      validTo: coupon.validTo,
      state: isOver ? ('back' as const) : (gift.state as 'open' | 'taken' | 'back'),
      until: gift.until,
      mine: gift.giverId === memberId ? ('giver' as const) : gift.takerId === memberId ? ('taker' as const) : null,
      couponId: gift.takerId === memberId ? gift.newCouponId : null,
    }
  }

  /** The taker's own coupon: another row, code and place, with what is left of the time. Its stock is the given one's. */
  async function land(tx: Tx, gift: GiftRecord, given: HeldCoupon, memberId: string, id: string): Promise<void> {
    const template = await templatesRepository(tx).find(given.templateId)
    if (template === undefined) throw couponsErrors.noTemplate()
    const now = clock.now()
    for (let attempt = 0; attempt < PLACE_TRIES; attempt++) {
      const last = (await couponsRepository(tx).lastSeqs(given.templateId, [memberId])).get(memberId) ?? 0
      if (last >= template.perMemberLimit) throw couponsErrors.giftLimit()
      const coupon = {
        id,
        code: newCouponCode(),
        templateId: given.templateId,
        memberId,
        seq: last + 1,
        issueKey: `gift:${gift.id}`,
        state: 'issued',
        validFrom: given.validFrom,
        validTo: given.validTo,
        issuedAt: now,
        docKey: null,
        lockedUntil: null,
        redeemedAt: null,
        redeemedStore: null,
        discount: null,
        termsJson: null,
        rulesVersion: null,
        updatedAt: now,
      }
      if (!(await couponEdges(tx).insert([coupon])).has(id)) continue
      await record(tx, id, 'issue', 'gift')
      await publish(tx, couponsIssued, { templateId: given.templateId, items: [{ couponId: id, memberId }] })
      return
    }
    throw couponsErrors.giftLimit()
  }

  async function back(tx: Tx, gift: GiftRecord): Promise<boolean> {
    const now = clock.now()
    if (!(await giftsRepository(tx).close(gift.id, now))) return false
    // A till may have locked it since the time was over: then it is with its giver already.
    if (await couponEdges(tx).takeBack(gift.couponId, now)) await record(tx, gift.couponId, 'takeBack')
    return true
  }

  return {
    /** Offers a coupon; asked again while the offer stands, the same offer. */
    give: (memberId: string, couponId: string) =>
      inTransaction(db, async tx => {
        const now = clock.now()
        const coupon = await couponsRepository(tx).find(couponId)
        if (coupon === undefined || coupon.memberId !== memberId) throw couponsErrors.noCoupon()
        const already = await giftsRepository(tx).openOf(couponId, now)
        if (already !== undefined) return view(tx, already, memberId)
        if (coupon.giftable !== 1 || shownState(coupon, now) !== 'usable') throw couponsErrors.notGiftable()
        const until = new Date(Math.min(now.getTime() + GIFT_HOURS * 3_600_000, coupon.validTo.getTime()))
        if (!(await couponEdges(tx).gift(couponId, memberId, until, now))) throw couponsErrors.notGiftable()
        const gift = {
          id: newId(),
          couponId,
          giverId: memberId,
          linkCode: randomBytes(18).toString('base64url'),
          state: 'open',
          until,
          takerId: null,
          newCouponId: null,
          createdAt: now,
          closedAt: null,
        }
        await giftsRepository(tx).insert(gift)
        await record(tx, couponId, 'gift')
        return view(tx, gift, memberId)
      }),

    /** The giver wants it back before anybody took it. */
    takeBack: (memberId: string, giftId: string) =>
      inTransaction(db, async tx => {
        const gift = await giftsRepository(tx).find(giftId)
        if (gift === undefined || gift.giverId !== memberId) throw couponsErrors.noGift()
        if (gift.state !== 'back' && !(await back(tx, gift)))
          if ((await giftsRepository(tx).find(giftId))?.state !== 'back') throw couponsErrors.giftGone()
        return view(tx, { ...gift, state: 'back' }, memberId)
      }),

    async look(memberId: string, linkCode: string) {
      const gift = await giftsRepository(db).byLink(linkCode)
      if (gift === undefined) throw couponsErrors.noGift()
      return view(db, gift, memberId)
    },

    /** Takes a gift into the wallet; the same member asking again hears the same. */
    take: (memberId: string, linkCode: string) =>
      inTransaction(db, async tx => {
        const gift = await giftsRepository(tx).byLink(linkCode)
        if (gift === undefined) throw couponsErrors.noGift()
        if (gift.takerId === memberId) return view(tx, gift, memberId)
        if (gift.giverId === memberId) throw couponsErrors.ownGift()
        const now = clock.now()
        const id = newId()
        if (!(await giftsRepository(tx).take(gift.id, memberId, id, now))) {
          const after = await giftsRepository(tx).byLink(linkCode)
          if (after?.takerId === memberId) return view(tx, after, memberId)
          throw couponsErrors.giftGone()
        }
        const given = await couponsRepository(tx).find(gift.couponId)
        if (given === undefined || !(await couponEdges(tx).give(gift.couponId, now))) throw couponsErrors.giftGone()
        await record(tx, gift.couponId, 'given')
        await publish(tx, couponsWithdrawn, { couponIds: [gift.couponId] })
        await land(tx, gift, given, memberId, id)
        return view(tx, { ...gift, state: 'taken', takerId: memberId, newCouponId: id }, memberId)
      }),

    /** Brings back what nobody took in time, a run of at most `limit`; returns how many. Only tidies: the clock has decided. */
    async sweep(limit: number): Promise<number> {
      const due = await giftsRepository(db).overdue(clock.now(), limit)
      for (const gift of due) await inTransaction(db, tx => back(tx, gift))
      return due.length
    },
  }
}
export type CouponGifts = ReturnType<typeof couponGifts>
