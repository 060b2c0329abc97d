import type { ProductCoupons, RailCoupon, RailState } from '../../wechat/index.ts'

/** A request about one coupon on WeChat's rail. */
export interface RailRequest extends RailCoupon {
  readonly kind: 'send' | 'confirm' | 'use' | 'return' | 'deactivate'
}

/** What WeChat says became of a request, and how the coupon stands there since. */
export type RailOutcome =
  { readonly is: 'done'; readonly state: RailState } | { readonly is: 'refused'; readonly reason: string }

/**
 * 商品券 as this shop needs it, whoever speaks the protocol. All calls may throw anything: then nobody knows, and it is asked
 * about. The same number asks for the same thing, so asking again never does it twice.
 */
export interface ProductCouponPort {
  /** Whether a merchant with a brand is set up; nothing is asked before. */
  isOpen(): Promise<boolean>
  act(request: RailRequest, at: Date): Promise<RailOutcome>
  /** What became of a request, by how its coupon stands; null = that does not tell, or it has not been done: ask for it again. */
  outcomeOf(request: RailRequest): Promise<RailOutcome | null>
  /** How a coupon stands, whoever made it so; null = WeChat does not have it. */
  stateOf(coupon: RailCoupon): Promise<{ state: RailState; usedAt: Date | null } | null>
  /** Whether WeChat knows the batch; from then on it tells us what becomes of its coupons. */
  prepare(productCouponId: string, stockId: string): Promise<boolean>
}

/**
 * How a coupon stands at WeChat once a request about it is done. That it is used does not say by whom: the same number
 * asked again does.
 */
const DONE: Readonly<Record<RailRequest['kind'], readonly RailState[]>> = {
  send: ['CONFIRMING', 'PENDING', 'EFFECTIVE', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED'],
  confirm: ['PENDING', 'EFFECTIVE', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED'],
  use: [],
  return: ['CONFIRMING', 'PENDING', 'EFFECTIVE'],
  deactivate: ['DEACTIVATED'],
}

/** WeChat's API for the brand that is set up, and the address it tells news to. */
export type FindRail = () => Promise<{ readonly coupons: ProductCoupons; readonly notifyUrl: string } | null>

/** The port over WeChat's API; who it speaks for may be set up or changed at any time. */
export function wechatRail(find: FindRail): ProductCouponPort {
  async function wechat() {
    const found = await find()
    if (found === null) throw new Error('no brand of WeChat Pay is set up')
    return found
  }
  return {
    isOpen: async () => (await find()) !== null,
    async act(request, at) {
      const { coupons } = await wechat()
      const work = {
        send: () => coupons.send(request),
        confirm: () => coupons.confirm(request),
        use: () => coupons.use(request, at),
        return: () => coupons.giveBack(request),
        deactivate: () => coupons.deactivate(request),
      }
      try {
        return { is: 'done', state: (await work[request.kind]()).coupon_state }
      } catch (error) {
        if (coupons.isRefusal(error)) return { is: 'refused', reason: error.code }
        throw error
      }
    },
    async outcomeOf(request) {
      const found = await (await wechat()).coupons.stateOf(request)
      return found !== null && DONE[request.kind].includes(found.coupon_state)
        ? { is: 'done', state: found.coupon_state }
        : null
    },
    async stateOf(coupon) {
      const found = await (await wechat()).coupons.stateOf(coupon)
      if (found === null) return null
      return { state: found.coupon_state, usedAt: found.use_time === undefined ? null : new Date(found.use_time) }
    },
    async prepare(productCouponId, stockId) {
      const { coupons, notifyUrl } = await wechat()
      await coupons.listen(notifyUrl)
      return (await coupons.stock(productCouponId, stockId)) !== null
    },
  }
}
