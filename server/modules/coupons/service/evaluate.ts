import { addDays, shopDay, shopMinute } from '../../../kernel/clock.ts'
import type { CouponChannel, CouponRefusal, CouponRules, CouponTerms, WalletCoupon } from '../contract.ts'
import type { HeldCoupon } from '../repository/coupons.ts'
import { combine, conflict, inOrder, MOST_PER_SALE, type Candidate } from './combine.ts'
import { goodsRefusal, readTerms, remainsOf, sumOf, take, type Goods } from './goods.ts'
import { notYet, refusals } from './refusals.ts'
import { termsOfCoupon, termsOfTemplate } from './terms.ts'

/** What a member has done that the rules of coupons ask about. */
export interface History {
  /** Whether there is a purchase of the member; null = not asked, then it hinders nothing. */
  readonly hasBought: boolean | null
  /** How many coupons of each template the member has used on this shop day. */
  readonly usedToday: ReadonlyMap<string, number>
}

/** Where, when and by whom coupons are to be used. Without a basket only their standing is judged. */
export interface Occasion {
  readonly now: Date
  readonly zone: string
  /** null = nowhere in particular: stores hinder nothing. */
  readonly storeCode: string | null
  /** null = no way in particular: channels hinder nothing. */
  readonly channel: CouponChannel | null
  readonly memberId: string
  /** The sale that asks: its own lock is no hindrance. */
  readonly docKey?: string
  /** null = no basket yet. */
  readonly goods: Goods | null
  readonly history?: History
}

/** Whether a sale holds a coupon at a moment. */
const isHeld = (coupon: Pick<HeldCoupon, 'state' | 'lockedUntil'>, now: Date): boolean =>
  coupon.state === 'locked' && coupon.lockedUntil !== null && coupon.lockedUntil > now

/** Whether it waits for somebody to take it; after its time it is its giver's again. */
const isGifting = (coupon: Pick<HeldCoupon, 'state' | 'lockedUntil'>, now: Date): boolean =>
  coupon.state === 'gifting' && coupon.lockedUntil !== null && coupon.lockedUntil > now

/** Whether this sale holds it: then it is judged by what was frozen, and good until the lock ends. */
export const holdsFor = (
  coupon: Pick<HeldCoupon, 'state' | 'lockedUntil' | 'docKey'>,
  docKey: string | undefined,
  now: Date,
): boolean => docKey !== undefined && isHeld(coupon, now) && coupon.docKey === docKey

/** What a coupon promises on an occasion: as frozen for the sale that holds it, else as its template says. */
export const termsOn = (coupon: HeldCoupon, occasion: Pick<Occasion, 'docKey' | 'now'>): CouponTerms =>
  holdsFor(coupon, occasion.docKey, occasion.now) ? termsOfCoupon(coupon) : termsOfTemplate(coupon)

const minutesAt = (text: string): number => Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))

/** Whether a moment is within the days and hours of the rules; hours past midnight belong to the day they began on. */
export function isTime({ weekdays, hours }: Pick<CouponRules, 'weekdays' | 'hours'>, now: Date, zone: string): boolean {
  if (weekdays.length === 0 && hours === null) return true
  const at = shopMinute(now, zone)
  const today = shopDay(now, zone)
  let day = today
  if (hours !== null) {
    const [from, to] = [minutesAt(hours.from), minutesAt(hours.to)]
    if (from < to ? at < from || at >= to : at < from && at >= to) return false
    if (from >= to && at < to) day = addDays(today, -1)
  }
  return weekdays.length === 0 || weekdays.includes(new Date(`${day}T00:00:00Z`).getUTCDay() || 7)
}

function stateRefusal(coupon: HeldCoupon, { now, zone, docKey, memberId }: Occasion): CouponRefusal | null {
  if (coupon.memberId !== memberId) return refusals.notYours
  if (coupon.state === 'redeemed') return refusals.redeemed
  if (coupon.state === 'void') return refusals.void
  if (coupon.state === 'lapsed') return refusals.lapsed
  if (coupon.state === 'gifted') return refusals.gifted
  // A lock that was taken in time carries the coupon past its own end.
  if (holdsFor(coupon, docKey, now)) return null
  if (coupon.state === 'expired' || coupon.validTo <= now) return refusals.expired
  if (isHeld(coupon, now)) return refusals.lockedElsewhere
  if (isGifting(coupon, now)) return refusals.gifting
  return coupon.validFrom > now ? notYet(coupon.validFrom, zone) : null
}

function rulesRefusal({ rules }: CouponTerms, occasion: Occasion): CouponRefusal | null {
  const { storeCode, channel, history } = occasion
  const { stores } = rules
  if (storeCode !== null) {
    const included = stores.include.length === 0 || stores.include.includes(storeCode)
    if (!included || stores.exclude.includes(storeCode)) return refusals.wrongStore
  }
  if (channel !== null && rules.channels.length > 0 && !rules.channels.includes(channel)) return refusals.wrongChannel
  if (!isTime(rules, occasion.now, occasion.zone)) return refusals.wrongTime
  return rules.firstPurchase && history?.hasBought === true ? refusals.notFirstPurchase : null
}

/**
 * Why a coupon cannot be used on this occasion; null = it can. Time is judged by the clock, not by whether a sweep has
 * run. The same judgement at the quote, at the lock and when it is redeemed.
 */
export function refusalOf(coupon: HeldCoupon, occasion: Occasion): CouponRefusal | null {
  const terms = termsOn(coupon, occasion)
  const standing = stateRefusal(coupon, occasion) ?? rulesRefusal(terms, occasion)
  if (standing !== null) return standing
  const used = occasion.history?.usedToday.get(coupon.templateId) ?? 0
  if (coupon.perDayLimit !== null && used >= coupon.perDayLimit) return refusals.dayLimit
  const { goods } = occasion
  const reading = goods === null ? null : readTerms(terms, goods)
  const short = goods === null || reading === null ? null : goodsRefusal(reading, goods)
  if (short !== null) return short
  const worth = goods === null || reading === null ? 1 : sumOf(take(reading, goods, remainsOf(goods)))
  return coupon.budget !== null && coupon.spent + worth > coupon.budget ? refusals.budgetSpent : null
}

/** A coupon with its terms on an occasion, to be combined with others. */
export type HeldCandidate = Candidate & { readonly held: HeldCoupon }
/** Makes a coupon ready to be combined. */
export const candidateOf = (held: HeldCoupon, occasion: Pick<Occasion, 'docKey' | 'now'>): HeldCandidate => ({
  id: held.id,
  templateId: held.templateId,
  validTo: held.validTo,
  terms: termsOn(held, occasion),
  held,
})

/** Of these coupons, those that count together, and why each other does not. */
export interface Judged {
  readonly chosen: readonly HeldCandidate[]
  readonly refused: readonly { readonly coupon: HeldCoupon; readonly refusal: CouponRefusal }[]
}

/** Judges coupons that are to be used together: each by itself, then the best combination. The order given does not matter. */
export function judge(coupons: readonly HeldCoupon[], occasion: Occasion): Judged {
  const refused: { coupon: HeldCoupon; refusal: CouponRefusal }[] = []
  const fitting: HeldCandidate[] = []
  for (const coupon of new Map(coupons.map(each => [each.id, each])).values()) {
    const refusal = refusalOf(coupon, occasion)
    if (refusal === null) fitting.push(candidateOf(coupon, occasion))
    else refused.push({ coupon, refusal })
  }
  const chosen = occasion.goods === null ? [] : combine(fitting, occasion.goods)
  for (const candidate of fitting) {
    if (chosen.includes(candidate)) continue
    const refusal = chosen.some(each => conflict(each, candidate))
      ? refusals.cannotStack
      : chosen.length === MOST_PER_SALE
        ? refusals.onePerSale
        : refusals.nothingEligible
    refused.push({ coupon: candidate.held, refusal })
  }
  return { chosen: chosen.toSorted(inOrder), refused }
}

/** The state as its holder sees it, by the clock. */
export function shownState(
  coupon: Pick<HeldCoupon, 'state' | 'validTo' | 'lockedUntil'>,
  now: Date,
): WalletCoupon['state'] {
  if (coupon.state === 'redeemed') return 'used'
  if (coupon.state === 'lapsed' || coupon.state === 'void' || coupon.state === 'gifted') return coupon.state
  if (isHeld(coupon, now)) return 'locked'
  if (coupon.state === 'expired' || coupon.validTo <= now) return 'expired'
  return isGifting(coupon, now) ? 'gifting' : 'usable'
}
