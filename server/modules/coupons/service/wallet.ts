import { shopDay } from '../../../kernel/clock.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { MembersApi } from '../../members/index.ts'
import { couponsErrors } from '../contract.ts'
import { couponsRepository, type HeldCoupon } from '../repository/coupons.ts'
import { refusalOf, shownState, type History } from './evaluate.ts'
import { storesOf, termsOfCoupon } from './terms.ts'
import type { CouponUse } from './use.ts'

type Tab = 'usable' | 'used' | 'gone'
const tabOf = (state: ReturnType<typeof shownState>): Tab =>
  state === 'used' ? 'used' : state === 'usable' || state === 'locked' ? 'usable' : 'gone'

/** 券包: the coupons of a member. */
export function wallet(
  { db, clock, config }: Pick<Kernel, 'db' | 'clock' | 'config'>,
  members: Pick<MembersApi, 'briefs'>,
  use: Pick<CouponUse, 'history'>,
) {
  /** `history`: what the rules ask of the member's past, so that the wallet says no where the till would. */
  function view(coupon: HeldCoupon, storeCode: string | null, history: History) {
    const now = clock.now()
    const terms = termsOfCoupon(coupon)
    const state = shownState(coupon, now)
    const refusal = refusalOf(coupon, {
      now,
      zone: config.SHOP_ZONE,
      storeCode,
      channel: null,
      memberId: coupon.memberId,
      goods: null,
      history,
    })
    return {
      couponId: coupon.id,
      code: coupon.code,
      templateId: coupon.templateId,
      name: coupon.name,
      ...terms,
      description: coupon.description,
      stores: storesOf(terms.rules),
      validFrom: coupon.validFrom,
      validTo: coupon.validTo,
      state,
      usedAt: coupon.redeemedAt,
      usedStore: coupon.redeemedStore,
      usableHere: refusal === null,
      refusal,
      giftable: coupon.giftable === 1 && coupon.state === 'issued' && state === 'usable',
    }
  }

  return {
    /**
     * A tab of the wallet. In 可用: what ends today first, whether or not it fits, then what this store takes, then the
     * rest; within each, by its end.
     * Where no store is named, the member's own store orders them and refuses none.
     */
    async list(memberId: string, tab: Tab, storeCode: string | null) {
      const held = await couponsRepository(db).ofMember(memberId)
      const history = await use.history(db, memberId, held)
      const all = held.map(coupon => view(coupon, storeCode, history))
      const home = storeCode === null ? ((await members.briefs(db, [memberId])).get(memberId)?.homeStore ?? null) : null
      const fits = new Set(
        held
          .map(coupon => view(coupon, home ?? storeCode, history))
          .flatMap(seen => (seen.usableHere ? [seen.couponId] : [])),
      )
      const today = shopDay(clock.now(), config.SHOP_ZONE)
      const endsToday = (coupon: { validTo: Date }): boolean => shopDay(coupon.validTo, config.SHOP_ZONE) === today
      const rank = (coupon: (typeof all)[number]): number => (endsToday(coupon) ? 0 : fits.has(coupon.couponId) ? 1 : 2)
      const items = all.filter(coupon => tabOf(coupon.state) === tab)
      if (tab === 'usable')
        items.sort(
          (a, b) => rank(a) - rank(b) || a.validTo.getTime() - b.validTo.getTime() || b.amountOff - a.amountOff,
        )
      const count = (wanted: Tab): number => all.filter(coupon => tabOf(coupon.state) === wanted).length
      return {
        items,
        counts: {
          usable: count('usable'),
          used: count('used'),
          gone: count('gone'),
          endingToday: all.filter(coupon => tabOf(coupon.state) === 'usable' && endsToday(coupon)).length,
        },
      }
    },

    async one(memberId: string, couponId: string, storeCode: string | null) {
      const coupon = await couponsRepository(db).find(couponId)
      if (coupon === undefined || coupon.memberId !== memberId) throw couponsErrors.noCoupon()
      return view(coupon, storeCode, await use.history(db, memberId, [coupon]))
    },
  }
}
export type Wallet = ReturnType<typeof wallet>
