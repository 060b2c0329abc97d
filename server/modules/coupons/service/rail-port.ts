/** A request about one coupon on WeChat's rail; `requestNo` is out_request_no, ours and permanent. */
export interface RailRequest {
  readonly requestNo: string
  readonly kind: 'send' | 'use' | 'return' | 'deactivate'
  readonly stockId: string
  readonly appId: string
  readonly openid: string
  /** WeChat's code; null when it is only being sent. */
  readonly railCode: string | null
}

/** What WeChat says became of a request. */
export type RailOutcome =
  { readonly is: 'done'; readonly railCode: string } | { readonly is: 'refused'; readonly reason: string }

/**
 * 商品券 as this shop needs it, whoever speaks the protocol. Both calls may throw anything: then nobody knows, and it is asked
 * by number. The same number asks for the same thing, so asking again never sends twice.
 */
export interface ProductCouponPort {
  act(request: RailRequest): Promise<RailOutcome>
  /** What became of a request; null = WeChat has never heard of it. */
  outcomeOf(requestNo: string): Promise<RailOutcome | null>
}
