import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { CouponKind, CouponRefusal } from '../coupons/contract.ts'
import { Basket, BasketLine, Key, Payment, Receipt } from './contract/basket.ts'
import { MemberCode, RevokeReason } from './contract/codes.ts'

export { BasketLine }

const At = z.iso.datetime()
const Fen = z.int()
const Positive = z.string().regex(/^(?!0+(\.0+)?$)\d{1,12}(\.\d{1,4})?$/, 'a positive decimal of at most four places')

/**
 * How a till signs: HMAC-SHA256 in hex, with the till's key, over these five lines joined by line feeds.
 * `path` is the request path with /api, `body` the raw bytes of the body as UTF-8 text ('' when there is none).
 * Sent as x-till-id, x-till-timestamp (seconds), x-till-nonce (16–64 letters or digits, never used twice), x-till-signature.
 */
export const signingText = (request: {
  tillId: string
  timestamp: string
  nonce: string
  method: string
  path: string
  body: string
}): string =>
  [
    request.tillId,
    request.timestamp,
    request.nonce,
    `${request.method.toUpperCase()} ${request.path}`,
    request.body,
  ].join('\n')

/** Seconds that a till's clock may be off. */
export const SIGNATURE_TOLERANCE_SECONDS = 300

/** A member as the cashier sees it. */
export const TillMember = z.object({
  memberCode: z.string(),
  name: z.string(),
  /** 138****1234 */
  phone: z.string(),
  points: z.int(),
  /** code: turning or signed, of now · sms: proved by SMS · card: a card's number · phone: spoken aloud. */
  identifiedBy: z.enum(['code', 'sms', 'card', 'phone']),
  /** Coupons and points may be used; else the sale only earns (仅积分). */
  spends: z.boolean(),
})

/** A coupon as the cashier sees it. */
export const TillCoupon = z.object({
  code: z.string(),
  name: z.string(),
  kind: CouponKind,
  amountOff: Fen,
  /** percentOff: what is still paid of a hundred. */
  payPercent: z.int().nullable(),
  threshold: Fen,
  validTo: At,
  usable: z.boolean(),
  /** What it would take off this basket, fen. */
  discount: Fen,
  refusal: CouponRefusal.nullable(),
})
export type TillCoupon = z.output<typeof TillCoupon>

/** A member who has just been told by a code: what the cashier may greet them with. */
const GreetedMember = TillMember.extend({
  /** 银卡; null = the shop has no tiers. */
  tier: z.object({ zh: z.string(), en: z.string() }).nullable(),
  /** Whether it is their birthday, or its month; null = neither, not told, or not proved to be them. */
  birthday: z.enum(['day', 'month']).nullable(),
})

/** Any code that a scanner may read at the till. */
export const Identified = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('member'), member: GreetedMember, coupons: z.array(TillCoupon) }),
  z.object({ kind: z.literal('coupon'), coupon: TillCoupon, member: GreetedMember }),
  z.object({
    kind: z.literal('receipt'),
    receipt: z.object({ storeCode: z.string(), tillCode: z.string(), businessDate: z.string(), receiptNo: z.string() }),
    text: z.object({ zh: z.string(), en: z.string() }),
  }),
  z.object({ kind: z.enum(['paymentCode', 'goods', 'unknown']), text: z.object({ zh: z.string(), en: z.string() }) }),
])
export type Identified = z.output<typeof Identified>

/** Points that pay, and the fen that they pay. */
const PointsPaid = z.object({ points: z.int(), fen: Fen })

const Said = z.object({ zh: z.string(), en: z.string() })

const LineShare = z.object({ lineNo: z.int(), discount: Fen, net: z.string() })

/** What a basket would cost. Fen. */
export const Quote = z.object({
  member: TillMember.nullable(),
  total: Fen,
  discount: Fen,
  payable: Fen,
  /** The coupons that count, in the order of their working; `applied` is the first. */
  coupons: z.array(TillCoupon),
  applied: TillCoupon.nullable(),
  /** What each line bears of them: what a return of it gives back less. */
  shares: z.array(LineShare),
  /** Points that the sale earns when it is committed so, and nothing else happens in between. */
  points: z.int(),
  /** Why it earns nothing, where a limit of the day is reached; to be said aloud, at most 14 characters. */
  notices: z.array(Said).optional(),
  refusals: z.array(TillCoupon),
  /** The best combination of the member's coupons for this basket; `suggestion` is its first. And the next one within reach. */
  best: z.object({ codes: z.array(z.string()), discount: Fen }),
  suggestion: TillCoupon.nullable(),
  nextBest: TillCoupon.nullable(),
  /** About nextBest, to say aloud: 再买 ¥6.20 蔬菜可减 5 元. */
  hint: Said.nullable(),
  /** Points that were asked for and count (off `payable`), the most that may, and why a wish does not count. */
  pointsPay: PointsPaid.extend({ most: PointsPaid, refusal: Said.nullable() }),
})
export type Quote = z.output<typeof Quote>

/** The coupons of a sale: `couponCode` is one more of `couponCodes`. */
const CouponCode = z.string().trim().min(1).max(64)
const CouponCodes = z.array(CouponCode).max(5).default([])

/** Points that a customer wants to pay with; 0 = none. */
export const Points = z.int().min(0).max(10_000_000).default(0)

/** A basket, whose it is, which coupons are to count and how many points. */
export const QuoteBody = z.object({
  /** The receipt that will be, where it is known: its own locks are then no hindrance. */
  receipt: z.object(Receipt).optional(),
  memberCode: MemberCode.nullable().default(null),
  couponCodes: CouponCodes,
  /** Points to pay with. */
  points: Points,
  lines: Basket,
  /** How the rest will be paid, where it is known: some ways to pay may earn nothing. */
  payments: z.array(Payment).max(20).optional(),
})
export type QuoteBody = z.output<typeof QuoteBody>

const LockBody = z.object({
  key: Key,
  ...Receipt,
  memberCode: MemberCode,
  couponCode: CouponCode.nullable().default(null),
  couponCodes: CouponCodes,
  points: Points,
  lines: Basket,
})
export type LockBody = z.output<typeof LockBody>

const CommitBody = z.object({
  key: Key,
  ...Receipt,
  businessAt: At,
  cashier: z.string().max(32).default(''),
  memberCode: MemberCode.nullable().default(null),
  couponCode: CouponCode.nullable().default(null),
  couponCodes: CouponCodes,
  points: Points,
  /** As in the quote: `net` before our coupon. */
  lines: Basket,
  payments: z.array(Payment).max(20).default([]),
  /** Paper in mm: the receipt is then given as lines ready to print. */
  print: z.literal([58, 80]).optional(),
})
export type CommitBody = z.output<typeof CommitBody>

/** What a committed sale came to; printed on the receipt. Fen. */
export const Committed = z.object({
  docKey: z.string(),
  documentId: z.string(),
  total: Fen,
  discount: Fen,
  payable: Fen,
  shares: z.array(LineShare),
  /** The coupons it used; `coupon` is the first. */
  coupons: z.array(z.object({ code: z.string(), name: z.string(), discount: Fen })).default([]),
  coupon: z.object({ code: z.string(), name: z.string() }).nullable(),
  /** Points that paid; null = none. */
  pointsPaid: PointsPaid.nullable().default(null),
  /** Points of this sale and the balance after it; null without a member. */
  points: z.object({ earned: z.int(), balance: z.int() }).nullable(),
  /** Why it earns nothing, where a limit of the day was reached: to be said aloud, at most 14 characters. */
  notices: z.array(z.object({ zh: z.string(), en: z.string() })).optional(),
  print: z.array(z.string()).optional(),
})
export type Committed = z.output<typeof Committed>

const ReturnBody = z.object({
  key: Key,
  /** The receipt of the return itself. */
  ...Receipt,
  businessAt: At,
  cashier: z.string().max(32).default(''),
  /** Where it was bought: another store's or till's receipt may come back here. */
  original: z.object({ storeCode: z.string().max(32).optional(), tillCode: z.string().max(32).optional(), ...Receipt }),
  /** Which lines and how much; left out = all that has not come back yet. */
  lines: z
    .array(z.object({ lineNo: z.int(), quantity: Positive }))
    .min(1)
    .max(1000)
    .optional(),
  print: z.literal([58, 80]).optional(),
})
export type ReturnBody = z.output<typeof ReturnBody>

export const ReturnQuoteBody = z.object({ original: ReturnBody.shape.original, lines: ReturnBody.shape.lines })
export type ReturnQuoteBody = z.output<typeof ReturnQuoteBody>

/** restored: usable again · lapsed: its time is over · kept: it stays used · repriced: what was kept gets less off. */
const CouponOutcome = z.enum(['restored', 'lapsed', 'kept', 'repriced'])
const BackCoupon = z.object({ code: z.string(), name: z.string(), outcome: CouponOutcome })

/** What a return gives back. Fen. */
const GivenBack = z.object({
  refund: Fen,
  full: z.boolean(),
  /** What the goods that come back cost after coupons, and what of it stays because the rest loses a discount. */
  paid: Fen.default(0),
  withheld: Fen.default(0),
  /** What becomes of each coupon of the sale, and what it takes off from then on; `coupon` is the first. */
  coupons: z.array(BackCoupon.extend({ discount: Fen })).default([]),
  coupon: BackCoupon.nullable(),
  points: z.object({ taken: z.int(), balance: z.int() }).nullable(),
  /** Of the refund the part that goes back as points, and how many; the rest is money. */
  pointsBack: PointsPaid.default({ points: 0, fen: 0 }),
})

/** What a return gave back. Fen. */
export const Returned = GivenBack.extend({
  docKey: z.string(),
  documentId: z.string(),
  print: z.array(z.string()).optional(),
})
export type Returned = z.output<typeof Returned>

/** A till as staff sees it. */
export const TillRow = z.object({
  tillId: z.string(),
  storeCode: z.string(),
  tillCode: z.string(),
  name: z.string(),
  state: z.enum(['active', 'revoked']),
  createdAt: At,
  lastSeenAt: At.nullable(),
})
export type TillRow = z.output<typeof TillRow>

/** What a till, and the staff that set it up, may ask. */
export const tillApi = contract('till', {
  identify: {
    method: 'POST',
    path: '/till/identify',
    access: 'till',
    summary: 'Tell what a scanned code is; a member with coupons, or one coupon',
    body: z.object({ code: z.string().trim().min(1).max(400) }),
    reply: Identified,
  },
  quote: {
    method: 'POST',
    path: '/till/quote',
    access: 'till',
    summary: 'What a basket would cost; stores nothing',
    body: QuoteBody,
    reply: Quote,
  },
  lock: {
    method: 'POST',
    path: '/till/locks',
    access: 'till',
    summary: 'Hold coupons for a sale until it is committed, cancelled or 30 minutes are over',
    body: LockBody,
    reply: z.object({ docKey: z.string(), lockedUntil: At, quote: Quote }),
  },
  commit: {
    method: 'POST',
    path: '/till/sales',
    access: 'till',
    summary: 'The sale is paid: record it, redeem its coupons',
    body: CommitBody,
    reply: Committed,
  },
  cancel: {
    method: 'POST',
    path: '/till/cancellations',
    access: 'till',
    summary: 'The sale did not come about: release its coupon',
    body: z.object({ key: Key, ...Receipt }),
    reply: z.object({ docKey: z.string(), released: z.boolean() }),
  },
  quoteReturn: {
    method: 'POST',
    path: '/till/returns/quote',
    access: 'till',
    summary: 'What a return would give back: money, points, and what becomes of its coupons; stores nothing',
    body: ReturnQuoteBody,
    reply: GivenBack,
  },
  returnSale: {
    method: 'POST',
    path: '/till/returns',
    access: 'till',
    summary:
      'Goods came back: record it; a full return restores the coupons or lets them lapse, a partial one does as they say',
    body: ReturnBody,
    reply: Returned,
  },

  tills: {
    method: 'GET',
    path: '/admin/tills',
    access: 'staff:till.read',
    summary: 'Tills of the caller’s stores',
    reply: z.object({ items: z.array(TillRow) }),
  },
  registerTill: {
    method: 'POST',
    path: '/admin/tills',
    access: 'staff:till.write',
    summary: 'Register a till; its key is shown this once',
    body: z.object({
      storeCode: z.string().trim().min(1).max(32),
      tillCode: z
        .string()
        .trim()
        .min(1)
        .max(32)
        .regex(/^[^|]+$/),
      name: z.string().trim().max(60).default(''),
    }),
    reply: z.object({ till: TillRow, key: z.string() }),
  },
  renewTillKey: {
    method: 'POST',
    path: '/admin/tills/:tillId/key',
    access: 'staff:till.write',
    summary: 'Give a till a new key; the old one ends at once',
    params: z.object({ tillId: z.string().length(26) }),
    reply: z.object({ till: TillRow, key: z.string() }),
  },
  revokeTill: {
    method: 'POST',
    path: '/admin/tills/:tillId/revoke',
    access: 'staff:till.write',
    summary: 'Let a till in no more; why is kept',
    params: z.object({ tillId: z.string().length(26) }),
    body: z.object({ reason: RevokeReason }),
    reply: TillRow,
  },
})

/** The errors of the till API. */
export const tillErrors = errors('till', {
  badSignature: [401, '收银机签名不对', 'Bad signature of the till'],
  staleRequest: [401, '收银机时间不准，请校对', 'The till’s clock is off'],
  replayed: [401, '请求重复', 'This request was sent before'],
  noTill: [404, '找不到这台收银机', 'No such till'],
  keyTurned: [409, '签名密钥刚刚换过', 'The key was turned just now'],
  noLoss: [404, '找不到这笔损失', 'No such loss'],
  lossWrittenOff: [409, '这笔损失已核销', 'Written off already'],
  tillTaken: [409, '这台收银机已登记', 'Registered already'],
  keyReused: [409, '同一编号已用于不同的内容', 'Key used for something else'],
  codeUsed: [409, '会员码已用过，请刷新', 'Code used: please refresh it'],
  noMember: [404, '会员码无效', 'No such member code'],
  couponRefused: [409, '{reason}', '{reasonEn}'],
  pointsRefused: [409, '{reason}', '{reasonEn}'],
  alreadyCommitted: [409, '这张小票已入账', 'Receipt booked already'],
  cancelled: [409, '这张小票已取消', 'This sale was cancelled'],
  noSale: [404, '找不到原小票', 'No such sale'],
  noLine: [400, '原小票没有第 {lineNo} 行', 'No line {lineNo} in that sale'],
  tooMuch: [409, '第{lineNo}行只剩{left}可退', 'Line {lineNo}: only {left} left'],
  nothingLeft: [409, '这张小票已全部退货', 'All has come back already'],
  totalsDiffer: [409, '收款不符应收{payable}', 'Paid {paid}, due {payable}'],
})
