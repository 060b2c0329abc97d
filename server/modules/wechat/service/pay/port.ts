/** An order to be paid inside WeChat, on a page (JSAPI) or in a mini-program. All money is in fen. */
export interface NewOrder {
  /** Where the person pays; the openid must be of this account. */
  readonly appId: string
  readonly openid: string
  /** Ours and permanent: 6–32 of letters, digits and _-|*@. The same number asks for the same payment. */
  readonly orderNo: string
  /** What the person sees, at most 127 characters. */
  readonly description: string
  readonly totalFen: number
  /** Where WeChat tells that it was paid. */
  readonly notifyUrl: string
  readonly expiresAt?: Date
  /** Comes back in queries and notices, at most 128 characters. */
  readonly attach?: string
}

/** What wx.requestPayment takes, signed. */
export interface PaymentRequest {
  readonly appId: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
  readonly signType: 'RSA'
  readonly paySign: string
}

/** How an order stands; `refunded` also when only a part went back. */
export type OrderState = 'open' | 'paying' | 'paid' | 'refunded' | 'closed' | 'failed'

/** An order as WeChat knows it. */
export interface PaidOrder {
  readonly orderNo: string
  readonly state: OrderState
  readonly appId: string
  readonly mchId: string
  /** WeChat's number; null until it is paid. */
  readonly transactionId: string | null
  readonly openid: string | null
  /** Null in a notice that does not tell it. */
  readonly totalFen: number | null
  readonly paidAt: Date | null
  readonly attach: string
}

/** A refund, of the whole order or a part. */
export interface NewRefund {
  readonly orderNo: string
  /** Ours and permanent: the same number asks for the same refund. */
  readonly refundNo: string
  readonly refundFen: number
  /** Of the order, as it was paid. */
  readonly totalFen: number
  readonly reason?: string
  readonly notifyUrl?: string
}

/** `abnormal`: the person's account cannot take it; somebody has to look. */
export type RefundState = 'underWay' | 'done' | 'closed' | 'abnormal'

/** A refund as WeChat knows it. */
export interface Refund {
  readonly refundNo: string
  readonly orderNo: string
  readonly refundId: string
  readonly state: RefundState
  readonly refundFen: number
  readonly totalFen: number
  readonly doneAt: Date | null
}

/** What WeChat tells by itself; deliver once by `id`, and by order or refund and its state. */
export type PayNotice =
  | { readonly kind: 'order'; readonly id: string; readonly order: PaidOrder }
  | { readonly kind: 'refund'; readonly id: string; readonly refund: Refund }
  | { readonly kind: 'other'; readonly id: string; readonly type: string; readonly resource: unknown }

/** The headers of a notice, by lower-case name, as Node gives them. */
export type NoticeHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * Taking money, whoever does it. Every call throws `PayError`; where its fate is `unknown`, ask by number before anything else:
 * numbers are permanent, so the same call again is safe too.
 */
export interface PayPort {
  /** Makes the order, or finds it again; the answer is what the person's device needs. */
  order(order: NewOrder): Promise<PaymentRequest>
  /** How an order stands; null where WeChat does not know it. */
  orderOf(orderNo: string): Promise<PaidOrder | null>
  /** Closes an order nobody has paid; throws ORDERPAID when somebody has. */
  close(orderNo: string): Promise<void>
  refund(refund: NewRefund): Promise<Refund>
  /** How a refund stands; null where WeChat does not know it. */
  refundOf(refundNo: string): Promise<Refund | null>
  /** Reads a notice from its headers and its body as it came, byte for byte; throws `NoticeRefused`. */
  readNotice(headers: NoticeHeaders, body: string | Buffer): PayNotice
}
