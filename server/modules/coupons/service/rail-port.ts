import type { ProductCoupons, RailCoupon } from '../../wechat/index.ts'

/** A request about one coupon on WeChat's rail. */
export interface RailRequest extends RailCoupon {
  readonly kind: 'send' | 'use' | 'return' | 'deactivate'
}

/** What WeChat says became of a request. */
export type RailOutcome = { readonly is: 'done' } | { readonly is: 'refused'; readonly reason: string }

/**
 * 商品券 as this shop needs it, whoever speaks the protocol. Both calls may throw anything: then nobody knows, and it is asked
 * about. The same number asks for the same thing, so asking again never does it twice.
 */
export interface ProductCouponPort {
  act(request: RailRequest, at: Date): Promise<RailOutcome>
  /** What became of a request, by how its coupon stands; null = it has not been done. */
  outcomeOf(request: RailRequest): Promise<RailOutcome | null>
}

/** How a coupon stands at WeChat once a request about it is done. */
const DONE: Readonly<Record<RailRequest['kind'], readonly string[]>> = {
  send: ['CONFIRMING', 'PENDING', 'EFFECTIVE', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED'],
  use: ['USED'],
  return: ['CONFIRMING', 'PENDING', 'EFFECTIVE'],
  deactivate: ['DEACTIVATED'],
}

/** The port over WeChat's API. */
export const wechatRail = (wechat: ProductCoupons): ProductCouponPort => ({
  async act(request, at) {
    const work = {
      send: () => wechat.send(request),
      use: () => wechat.use(request, at),
      return: () => wechat.giveBack(request),
      deactivate: () => wechat.deactivate(request),
    }
    try {
      await work[request.kind]()
      return { is: 'done' }
    } catch (error) {
      if (wechat.isRefusal(error)) return { is: 'refused', reason: error.code }
      throw error
    }
  },
  async outcomeOf(request) {
    const found = await wechat.stateOf(request)
    return found !== null && DONE[request.kind].includes(found.coupon_state) ? { is: 'done' } : null
  },
})
