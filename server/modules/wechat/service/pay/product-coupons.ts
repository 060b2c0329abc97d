import { z } from 'zod'
import { PayError } from './errors.ts'
import { signedCalls, type PayNeeds } from './signed.ts'

/** A coupon on WeChat's rail; its code is ours (coupon_code_mode API_ASSIGN), so what became of it can always be asked. */
export interface RailCoupon {
  /** Ours and permanent: 6–40 letters, digits, - and _. */
  readonly requestNo: string
  readonly productCouponId: string
  readonly stockId: string
  readonly appId: string
  readonly openid: string
  readonly couponCode: string
}

/** How a coupon stands at WeChat; CONFIRMING waits for our yes, PENDING for its first day. */
const RailState = z.enum(['CONFIRMING', 'PENDING', 'EFFECTIVE', 'USED', 'EXPIRED', 'DELETED', 'DEACTIVATED'])
export type RailState = z.output<typeof RailState>
const UserCoupon = z.object({
  coupon_code: z.string(),
  coupon_state: RailState,
  use_time: z.iso.datetime({ offset: true }).optional(),
})
const Stock = z.object({ stock_id: z.string(), state: z.string().optional() })
const Listening = z.object({ notify_url: z.string() })

/** 商品券 of a brand (api.mch, /v3/marketing/partner/product-coupon): sent, confirmed, used, given back, switched off, asked about. */
export function productCoupons(needs: PayNeeds & { readonly brandId: string }) {
  const { call, orNull } = signedCalls(needs)
  const root = '/v3/marketing/partner/product-coupon'
  const base = `${root}/users`
  const path = (coupon: RailCoupon): string => `${base}/${encodeURIComponent(coupon.openid)}/coupons`
  const one = (coupon: RailCoupon): string => `${path(coupon)}/${encodeURIComponent(coupon.couponCode)}`
  const which = (coupon: RailCoupon) => ({
    product_coupon_id: coupon.productCouponId,
    stock_id: coupon.stockId,
    appid: coupon.appId,
    brand_id: needs.brandId,
  })
  return {
    /** Puts it into the person's card pack; throws `PayError`. */
    send: (coupon: RailCoupon) =>
      call('POST', path(coupon), UserCoupon, {
        ...which(coupon),
        coupon_code: coupon.couponCode,
        send_request_no: coupon.requestNo,
      }),
    /** Says yes to a coupon that has been given out; before that nobody can use it. */
    confirm: (coupon: RailCoupon) =>
      call('POST', `${one(coupon)}/confirm`, UserCoupon, { ...which(coupon), out_request_no: coupon.requestNo }),
    use: (coupon: RailCoupon, usedAt: Date) =>
      call('POST', `${one(coupon)}/use`, UserCoupon, {
        ...which(coupon),
        out_request_no: coupon.requestNo,
        use_time: usedAt.toISOString().replace(/\.\d+Z$/, 'Z'),
      }),
    giveBack: (coupon: RailCoupon) =>
      call('POST', `${one(coupon)}/return`, UserCoupon, { ...which(coupon), out_request_no: coupon.requestNo }),
    deactivate: (coupon: RailCoupon) =>
      call('POST', `${one(coupon)}/deactivate`, UserCoupon, {
        ...which(coupon),
        out_request_no: coupon.requestNo,
        deactivate_reason: '商家停用',
      }),
    /** How it stands; null where WeChat has never heard of it. */
    stateOf: (coupon: RailCoupon) =>
      orNull(call('GET', `${one(coupon)}?${new URLSearchParams(which(coupon)).toString()}`, UserCoupon)),
    /** Where WeChat tells what becomes of coupons; one address for the brand, the last one counts. */
    listen: (notifyUrl: string) => call('POST', `${root}/notify-configs`, Listening, { notify_url: notifyUrl }),
    /** A batch of a coupon; null where WeChat has no such thing. */
    stock: (productCouponId: string, stockId: string) =>
      orNull(
        call(
          'GET',
          `${root}/product-coupons/${encodeURIComponent(productCouponId)}/stocks/${encodeURIComponent(stockId)}?${new URLSearchParams({ brand_id: needs.brandId }).toString()}`,
          Stock,
        ),
      ),
    /** What WeChat refuses for good: asking again would not help. A wrong signature is our set-up's, not the request's. */
    isRefusal: (error: unknown): error is PayError =>
      error instanceof PayError && error.fate === 'notDone' && ![null, 401, 429].includes(error.status),
  }
}
export type ProductCoupons = ReturnType<typeof productCoupons>
