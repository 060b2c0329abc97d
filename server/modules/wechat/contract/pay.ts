import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

const Pem = z.string().trim().min(100).max(10_000)

/** planned and unknown are asked about until WeChat says what became of them. */
export const PaymentState = z.enum(['planned', 'open', 'paid', 'refunded', 'closed', 'failed', 'unknown'])
export type PaymentState = z.output<typeof PaymentState>
export const RefundStateName = z.enum(['planned', 'underWay', 'done', 'closed', 'abnormal', 'failed', 'unknown'])

/** The merchant of WeChat Pay as staff see it; no key ever leaves. */
export const MerchantView = z.object({
  mchId: z.string(),
  serial: z.string(),
  /** Serials of the platform's keys that are known. */
  platformSerials: z.array(z.string()),
  baseUrl: z.string(),
  /** The brand whose 商品券 are given out; '' = none. */
  brandId: z.string(),
  changedAt: Instant,
  version: z.int(),
})

export const PaymentView = z.object({
  orderNo: z.string(),
  state: PaymentState,
  totalFen: z.int(),
  problem: z.string(),
  createdAt: Instant,
  expiresAt: Instant,
  paidAt: Instant.nullable(),
  refund: z.object({ refundNo: z.string(), state: RefundStateName, problem: z.string() }).nullable(),
})

const Pay = z.object({
  merchant: MerchantView.nullable(),
  /** Where WeChat tells that something was paid: WeChat must reach it. */
  notifyUrl: z.string(),
  /** When the newest verified notice came. */
  noticedAt: Instant.nullable(),
  /** The newest test payments. */
  payments: z.array(PaymentView),
})
const order = { params: z.object({ orderNo: z.string().min(6).max(32) }) }
const read = 'staff:wechat.read'
const write = 'staff:wechat.accounts'

/** WeChat Pay: the merchant, and a test payment of one fen from making it to giving it back. */
export const payOperations = operations({
  pay: {
    method: 'GET',
    path: '/admin/wechat/pay',
    access: read,
    summary: 'The merchant of WeChat Pay and the newest test payments',
    reply: Pay,
  },
  saveMerchant: {
    method: 'PUT',
    path: '/admin/wechat/pay/merchant',
    access: write,
    summary: 'Set up the merchant; keys that are left out stay as they are, and none is ever shown again',
    body: z.object({
      /** What was read; 0 = there was none. */
      version: z.int().min(0),
      mchId: z
        .string()
        .trim()
        .regex(/^\d{6,32}$/),
      serial: z
        .string()
        .trim()
        .regex(/^[0-9A-Za-z]{8,64}$/),
      privateKey: Pem.optional(),
      apiV3Key: z.string().trim().length(32).optional(),
      platformSerial: z
        .string()
        .trim()
        .regex(/^[\w-]{8,64}$/)
        .optional(),
      platformKey: Pem.optional(),
      baseUrl: z
        .url({ protocol: /^https?$/ })
        .max(200)
        .optional(),
      brandId: z
        .string()
        .trim()
        .regex(/^[\w-]{0,32}$/)
        .optional(),
    }),
    reply: Pay,
  },
  testPayment: {
    method: 'POST',
    path: '/admin/wechat/pay/tests',
    access: write,
    summary: 'Ask a member for one fen in the mini-program; the same key is one payment for ever',
    body: z.object({ key: z.string().min(8).max(80), member: z.string().trim().min(4).max(32) }),
    reply: Pay,
  },
  askPayment: {
    method: 'POST',
    path: '/admin/wechat/pay/tests/:orderNo/ask',
    access: write,
    summary: 'Ask WeChat how a payment stands',
    ...order,
    reply: Pay,
  },
  closePayment: {
    method: 'POST',
    path: '/admin/wechat/pay/tests/:orderNo/close',
    access: write,
    summary: 'Close a payment that nobody has paid',
    ...order,
    reply: Pay,
  },
  refundPayment: {
    method: 'POST',
    path: '/admin/wechat/pay/tests/:orderNo/refund',
    access: write,
    summary: 'Give a test payment back',
    ...order,
    reply: Pay,
  },
  myPayments: {
    method: 'GET',
    path: '/shop/wechat/payments',
    access: 'shopper',
    summary: 'What the caller is asked to pay now, as wx.requestPayment takes it',
    reply: z.object({
      items: z.array(
        z.object({
          orderNo: z.string(),
          description: z.string(),
          totalFen: z.int(),
          request: z.object({
            timeStamp: z.string(),
            nonceStr: z.string(),
            package: z.string(),
            signType: z.string(),
            paySign: z.string(),
          }),
        }),
      ),
    }),
  },
})
