import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import { activeMembers } from '../../members/index.ts'
import { claimErrors } from '../contract/claims.ts'
import { couponsRepository } from '../repository/coupons.ts'
import { offersRepository, type OfferRule } from '../repository/offers.ts'
import { claimBatches } from './claim-batch.ts'
import { claimGate } from './claim-gate.ts'
import { claimSettling, type ClaimItem, type ClaimOutcome } from './claim-settle.ts'

/** What a shopper hears of a claim: the coupon, a place in the queue, or why not. `again`: nothing is known of it, ask anew. */
export type ClaimAnswer = ClaimOutcome | { readonly is: 'queued' | 'again' }

/** How long the database serves a hot offer before the gate is asked again. */
const AWAY_MS = 500

type ClaimKernel = Pick<Kernel, 'db' | 'redis' | 'clock' | 'newId' | 'config' | 'log'>

/** The permanent key of a tap: the offer, the member, and what the phone calls it. */
export const claimKey = (offerId: string, memberId: string, key: string): string =>
  `claim:${offerId}:${memberId}:${key}`

/** Until when somebody who opened a card at a moment counts as new. */
export const newUntil = (enrolledAt: Date, days: number, zone: string): Date =>
  shopInstant(`${addDays(shopDay(enrolledAt, zone), days)} 00:00`, zone) ?? enrolledAt

/**
 * 领券: each claim is answered yes only when its coupon is durable. Claims of one offer that come together share a
 * transaction; those of a hot offer pass the gate in Redis and are settled by the jobs (`wake` asks for it).
 */
export function couponClaims(kernel: ClaimKernel, wake: (offerId: string) => Promise<void>) {
  const { db, clock, config } = kernel
  const settling = claimSettling(kernel)
  const batches = claimBatches(settling)
  const gate = claimGate(kernel)
  /** By performance.now(): so long nobody asks a gate that has just failed. */
  let awayUntil = 0

  async function prime(offerId: string): Promise<void> {
    await gate.prime(offerId, await offersRepository(db).standing(offerId, clock.now()))
  }

  const found = async (key: string): Promise<ClaimAnswer | null> => {
    const coupon = (await couponsRepository(db).byIssueKeys([key])).get(key)
    return coupon === undefined ? null : { is: 'claimed', couponId: coupon.id, isNew: false }
  }

  /** Through the gate; null when it is not there to ask. */
  async function through({ offer, template }: OfferRule, item: ClaimItem): Promise<ClaimAnswer | null> {
    if (performance.now() < awayUntil) return null
    const ask = () => gate.admit(offer.id, item, { limit: template.perMemberLimit, now: clock.now() })
    try {
      let said = await ask()
      if (said.answer === 'cold') {
        await prime(offer.id)
        said = await ask()
      }
      // Back again, it may hold a queue whose job went down with it.
      const isBack = awayUntil > 0
      awayUntil = 0
      if (said.isFirst || isBack) await wake(offer.id)
      if (said.answer === 'cold') return null
      if (said.answer === 'queued') return { is: 'queued' }
      // A repeat of what was settled meanwhile is no second claim.
      return (await found(item.key)) ?? { is: said.answer }
    } catch (error) {
      if (!isRedisDown(error)) throw error
      kernel.log.warn({ offerId: offer.id }, 'the gate of an offer is away, its claims go to the database')
      awayUntil = performance.now() + AWAY_MS
      return null
    }
  }

  async function checkNew(memberId: string, days: number): Promise<void> {
    const member = await activeMembers(db).where('member.id', '=', memberId).executeTakeFirst()
    if (member === undefined || newUntil(member.enrolledAt, days, config.SHOP_ZONE) <= clock.now())
      throw claimErrors.newcomersOnly({ days })
  }

  return {
    settling,
    gate,
    prime,

    /** A tap on 「立即领取」; the same key is the same claim for ever. */
    async claim(memberId: string, offerId: string, tap: string): Promise<ClaimAnswer> {
      const rule = await settling.rule(offerId)
      if (rule === undefined) throw claimErrors.noOffer()
      if (rule.offer.shelf === 'newcomer' && rule.offer.newDays !== null) await checkNew(memberId, rule.offer.newDays)
      const item = { memberId, key: claimKey(offerId, memberId, tap) }
      const queued = rule.offer.hot === 1 ? await through(rule, item) : null
      return queued ?? batches.claim(offerId, item)
    },

    /** What has become of a claim that was queued. */
    async status(memberId: string, offerId: string, tap: string): Promise<ClaimAnswer> {
      const key = claimKey(offerId, memberId, tap)
      const done = await found(key)
      if (done !== null) return done
      const waits = await gate.waits(offerId, key).catch((error: unknown) => {
        if (isRedisDown(error)) return false
        throw error
      })
      // Settled in between the two questions: asked once more.
      return waits ? { is: 'queued' } : ((await found(key)) ?? { is: 'again' })
    },
  }
}
export type CouponClaims = ReturnType<typeof couponClaims>
