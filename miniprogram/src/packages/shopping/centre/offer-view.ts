import {
  couponFace,
  reachText,
  thresholdText,
  type CouponFace,
  type CouponNames,
  type CouponWorth,
} from '../../../lib/coupon-view.ts'
import { dayText, shortMoment, shopDay } from '../../../lib/format.ts'
import { fill, language } from '../../../lib/i18n/index.ts'
import { en, zh } from './words.ts'

const own = { zh, en }

/** What the page needs to know of an offer; the server's CentreOffer has it. */
export interface CentreOffer extends CouponWorth {
  offerId: string
  shelf: 'recommended' | 'store' | 'newcomer'
  name: string
  validDays: number | null
  validTo: string | null
  standing: 'claimable' | 'soldOut' | 'claimed' | 'notForYou'
  gone: number
  mine: number
  next: { at: string; quantity: number } | null
}

/** An offer as a card shows it. */
export interface OfferView extends CouponFace {
  offerId: string
  name: string
  threshold: string
  scope: string
  validity: string
  /** the button's words; empty when there is nothing to tap */
  action: string
  act: 'claim' | 'use' | ''
  /** why there is none */
  note: string
  gone: number
  goneText: string
  dim: boolean
}

export interface ShelfView {
  shelf: CentreOffer['shelf']
  title: string
  offers: OfferView[]
}

/** Puts an offer into words. */
export function offerView(offer: CentreOffer, names: CouponNames, now: number = Date.now()): OfferView {
  const t = own[language()]
  const { standing, next } = offer
  const canClaim = standing === 'claimable'
  const more = next ? { when: shortMoment(next.at, now), count: next.quantity } : null
  return {
    ...couponFace(offer),
    offerId: offer.offerId,
    name: offer.name,
    threshold: thresholdText(offer.threshold),
    scope: reachText(offer, names),
    validity:
      offer.validDays === null
        ? fill(t.until, { day: offer.validTo === null ? '' : dayText(shopDay(offer.validTo), now) })
        : fill(t.days, { days: offer.validDays }),
    action: canClaim ? (offer.mine > 0 ? t.again : t.claim) : offer.mine > 0 ? t.use : '',
    act: canClaim ? 'claim' : offer.mine > 0 ? 'use' : '',
    note:
      standing === 'soldOut'
        ? more
          ? fill(t.soldOutNext, more)
          : t.soldOut
        : standing === 'notForYou'
          ? t.notForYou
          : '',
    gone: offer.gone,
    goneText: canClaim && offer.gone >= 20 ? fill(t.gone, { percent: offer.gone }) : '',
    dim: !canClaim && offer.mine === 0,
  }
}

/** The shelves in their order, without the empty ones. */
export function shelvesOf(offers: CentreOffer[], names: CouponNames, now: number = Date.now()): ShelfView[] {
  const t = own[language()]
  const order = ['recommended', 'store', 'newcomer'] as const
  return order
    .map(shelf => ({
      shelf,
      title: t.shelves[shelf],
      offers: offers.filter(each => each.shelf === shelf).map(each => offerView(each, names, now)),
    }))
    .filter(({ offers: some }) => some.length > 0)
}
