import { chunks, inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import { publishAll } from '../../../kernel/events/event.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { couponsIssued } from '../events.ts'
import { couponsRepository } from '../repository/coupons.ts'
import { insertClaimed, offersRepository, type OfferRule, type ReleaseRecord } from '../repository/offers.ts'
import { templatesRepository } from '../repository/templates.ts'
import { newCouponCode } from './code.ts'
import { issueCoupons, validityOf } from './issue.ts'

/** One claim of a member under a permanent key. */
export interface ClaimItem {
  readonly memberId: string
  readonly key: string
}
/** What became of a claim: the coupon (new, or the one that the same key has brought before), or why there is none. */
export type ClaimOutcome =
  | { readonly is: 'claimed'; readonly couponId: string; readonly isNew: boolean }
  | { readonly is: 'soldOut' | 'limit' | 'closed' }

/** An offer as it is kept: nobody asks the database for its releases at each claim. */
interface KeptRule extends OfferRule {
  readonly releases: readonly ReleaseRecord[]
}

type SettleKernel = Pick<Kernel, 'db' | 'clock' | 'newId' | 'config'>

/** Offers change seldom and are claimed often: the rule is kept, and a claim by an old one is refused by the guard. */
const KEPT = 200

/**
 * Settles claims of one offer, many in one transaction: exactly as many as are released and in stock, each member within
 * the limit, each key once for ever. First the way without questions (rows in, counters guarded last, so that the hot row
 * is held for one statement); whatever it meets (a repeat, the end of the stock), the careful way settles one by one.
 */
export function claimSettling(kernel: SettleKernel) {
  const { db, clock, newId, config } = kernel
  const kept = new Map<string, KeptRule>()
  /** Offers that were sold out when last looked at: their claims go the careful way at once, which writes nothing. */
  const empty = new Set<string>()

  async function rule(offerId: string): Promise<KeptRule | undefined> {
    const found = kept.get(offerId)
    if (found !== undefined) return found
    const offer = await offersRepository(db).find(offerId)
    const template = offer === undefined ? undefined : await templatesRepository(db).find(offer.templateId)
    if (offer === undefined || template === undefined) return undefined
    if (kept.size >= KEPT) kept.clear()
    // Read after the offer: a change between the two has a later time of change, and the guard sees that.
    const whole = { offer, template, releases: await offersRepository(db).releases([offerId]) }
    kept.set(offerId, whole)
    return whole
  }

  /** All of them at once, each the first of its member; false when any guard says no. */
  async function straight(known: KeptRule, items: readonly ClaimItem[]): Promise<Map<string, ClaimOutcome> | null> {
    const now = clock.now()
    const validity = validityOf(known.template, now, config.SHOP_ZONE)
    const releasedNow = known.releases.filter(({ at }) => at <= now).reduce((sum, { quantity }) => sum + quantity, 0)
    const coupons = items.map(({ memberId, key }) => ({
      id: newId(),
      code: newCouponCode(),
      templateId: known.template.id,
      memberId,
      seq: 1,
      issueKey: key,
      state: 'issued',
      ...validity,
      issuedAt: now,
      updatedAt: now,
    }))
    const done = await inTransaction(db, async tx => {
      await insertClaimed(
        tx,
        coupons,
        coupons.map(() => newId()),
      )
      await publishAll(
        tx,
        couponsIssued,
        chunks(coupons, 500).map(part => ({
          templateId: known.template.id,
          items: part.map(({ id, memberId }) => ({ couponId: id, memberId })),
        })),
      )
      if (!(await offersRepository(tx).take(known, { count: coupons.length, releasedNow, now })))
        throw new NotStraight()
      return true
    }).catch((error: unknown) => {
      if (error instanceof NotStraight || uniqueViolation(error) !== null) return false
      throw error
    })
    if (!done) return null
    return new Map(coupons.map(({ issueKey, id }) => [issueKey, { is: 'claimed', couponId: id, isNew: true }]))
  }

  /** One transaction that asks first: who has had it, how much is left; the first of the list first. */
  async function careful(
    tx: Tx,
    offer: OfferRule['offer'],
    items: readonly ClaimItem[],
  ): Promise<Map<string, ClaimOutcome>> {
    const outcomes = new Map<string, ClaimOutcome>()
    const room = await offersRepository(tx).room(offer.id, clock.now())
    const before = await couponsRepository(tx).byIssueKeys(items.map(({ key }) => key))
    const had = await couponsRepository(tx).lastSeqs(
      offer.templateId,
      items.map(({ memberId }) => memberId),
    )
    const { perMemberLimit = 0, state = 'ended' } = (await templatesRepository(tx).find(offer.templateId)) ?? {}
    const wanted: ClaimItem[] = []
    for (const item of items) {
      const coupon = before.get(item.key)
      const count = had.get(item.memberId) ?? 0
      if (coupon !== undefined) outcomes.set(item.key, { is: 'claimed', couponId: coupon.id, isNew: false })
      else if (state !== 'active') outcomes.set(item.key, { is: 'closed' })
      else if (count >= perMemberLimit) outcomes.set(item.key, { is: 'limit' })
      else if (wanted.length >= room) outcomes.set(item.key, { is: 'soldOut' })
      else {
        had.set(item.memberId, count + 1)
        wanted.push(item)
      }
    }
    if (wanted.length === 0) return outcomes
    const { issued, refused } = await issueCoupons(kernel, tx, offer.templateId, wanted)
    for (const [key, coupon] of issued) outcomes.set(key, { is: 'claimed', ...coupon })
    for (const [key, reason] of refused) outcomes.set(key, { is: reason === 'limit' ? 'limit' : 'soldOut' })
    const fresh = [...issued.values()].filter(({ isNew }) => isNew).length
    if (fresh > 0) await offersRepository(tx).counted(offer.id, fresh)
    return outcomes
  }

  return {
    rule,
    /** Forgets what it knew of an offer, because it was changed here. */
    forget: (offerId: string): void => void kept.delete(offerId),

    /** Settles claims within a transaction of the caller, the careful way. */
    async within(tx: Tx, offerId: string, items: readonly ClaimItem[]): Promise<ReadonlyMap<string, ClaimOutcome>> {
      const known = await rule(offerId)
      return known === undefined ? new Map() : careful(tx, known.offer, items)
    },

    /** Settles at most a thousand claims of an offer; every key has an outcome. */
    async settle(offerId: string, items: readonly ClaimItem[]): Promise<Map<string, ClaimOutcome>> {
      const known = await rule(offerId)
      if (known === undefined) return new Map(items.map(({ key }) => [key, { is: 'closed' }]))
      const members = new Set(items.map(({ memberId }) => memberId))
      if (!empty.has(offerId) && members.size === items.length) {
        const done = await straight(known, items)
        if (done !== null) return done
      }
      kept.delete(offerId)
      const outcomes = await inTransaction(db, tx => careful(tx, known.offer, items))
      if ([...outcomes.values()].some(({ is }) => is === 'soldOut')) empty.add(offerId)
      else empty.delete(offerId)
      return outcomes
    },
  }
}
export type ClaimSettling = ReturnType<typeof claimSettling>

/** A guard said no: what was written is rolled back, and the careful way asks why. */
class NotStraight extends Error {
  override readonly name = 'NotStraight'
}
