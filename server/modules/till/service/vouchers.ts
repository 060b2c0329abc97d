import {
  chain,
  couponVoucherText,
  memberVoucherText,
  TOLERANCE_WINDOWS,
  WINDOW_SECONDS,
  windowOf,
} from 'till-client/codes'
import type { TillCaller } from '../../../kernel/http/caller.ts'
import type { OfflineKit, PhoneCode } from '../contract/codes.ts'
import type { TillDeps } from './deps.ts'
import { offlineGivenToday } from './offline-caps.ts'
import type { Signing } from './signing.ts'
import { termsOf } from './terms.ts'

/** A phone's voucher begins at a quarter of the day, so that visits of an hour get the very same. */
const ALIGNED = (6 * 3600) / WINDOW_SECONDS
/** A signed coupon is good this long, within its own validity. */
const COUPON_HOURS = 24

/** What phones and tills keep for the time without a network. */
export function vouchers({ db, clock, config, needs }: TillDeps, signing: Signing) {
  return {
    /** The secret of this phone, and what the server has signed of it. */
    async myCode(memberId: string, deviceId: string): Promise<PhoneCode> {
      const device = await needs.members.turning.device(memberId, deviceId)
      const { offline, points } = await termsOf(db)
      const firstWindow = Math.floor(windowOf(device.serverNow) / ALIGNED) * ALIGNED
      const windows = (offline.hours * 3600) / WINDOW_SECONDS
      const { anchor } = chain(device.handle, windows, needs.members.turning.seed(device, firstWindow))
      const tier = await needs.tierRank(db, memberId)
      const text = memberVoucherText({
        kid: await signing.kid(),
        handle: device.handle,
        tier,
        firstWindow,
        windows,
        anchor,
      })
      return {
        handle: device.handle,
        secret: device.secret,
        serverNow: device.serverNow.toISOString(),
        windowSeconds: WINDOW_SECONDS,
        voucher: { digits: await signing.signed(text), firstWindow, windows },
        pointsPerYuan: points.perYuan,
      }
    },

    /** The member's coupons that take a fixed amount off and may be used now, signed for a day. */
    async mySignedCoupons(memberId: string) {
      const handle = await needs.members.turning.handleOf(db, memberId)
      if (handle === null) return { items: [] }
      const now = clock.now()
      const kid = await signing.kid()
      const items = []
      for (const coupon of await needs.coupons.ofMember(db, memberId)) {
        if (coupon.kind !== 'amountOff' || coupon.state !== 'issued') continue
        if (coupon.validFrom > now || coupon.validTo <= now) continue
        const until = new Date(Math.min(coupon.validTo.getTime(), now.getTime() + COUPON_HOURS * 3_600_000))
        const { code, amountOff, threshold } = coupon
        const text = couponVoucherText({ kid, code, handle, amountOff, threshold, until })
        items.push({ couponId: coupon.id, digits: await signing.signed(text), until: until.toISOString() })
      }
      return { items }
    },

    /** Public keys and what this till may still give away today without asking. */
    async offlineKit(caller: TillCaller): Promise<OfflineKit> {
      const { offline, points } = await termsOf(db)
      const given = await offlineGivenToday(db, caller.tillId, clock.now(), config.SHOP_ZONE)
      return {
        keys: { ...(await signing.publicKeys()) },
        windowSeconds: WINDOW_SECONDS,
        toleranceWindows: TOLERANCE_WINDOWS,
        saleCap: offline.saleCap,
        dayCap: Math.max(0, offline.dayCap - given),
        points,
        serverNow: clock.now().toISOString(),
      }
    },
  }
}
export type Vouchers = ReturnType<typeof vouchers>
