import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { Identified, Points, Quote } from '../contract.ts'
import { Basket, Key } from './basket.ts'
import { MemberCode, SmsProof, SmsProven, SmsSent } from './codes.ts'
import { Paper } from './print.ts'
import { ShiftReport } from './shift.ts'
import { Slip, Store } from './slip.ts'

/** Minutes in which a redemption on the phone can be undone. */
export const UNDO_MINUTES = 10

/** As a camera reads it: a signed code has 244 digits. */
const Code = z.string().trim().min(1).max(400)
/** Fen of the goods on the receipt. */
const Amount = z.int().min(1).max(100_000_000)

export const DeskRedemption = z.object({
  redemptionId: z.string(),
  storeCode: z.string(),
  tillCode: z.string(),
  receiptNo: z.string(),
  /** Of several coupons the first; '' without one. */
  couponCode: z.string(),
  couponName: z.string(),
  couponCount: z.int(),
  amount: z.int(),
  discount: z.int(),
  /** coupon: it alone · sale: the whole receipt was told. */
  kind: z.enum(['coupon', 'sale']),
  /** Of a sale: points that paid and the fen that they paid, what was to be paid, and what was credited. */
  points: z.int(),
  pointsFen: z.int(),
  payable: z.int(),
  earned: z.int(),
  /** What the member had after it; null where only a coupon was redeemed. */
  balance: z.int().nullable(),
  memberName: z.string(),
  staffId: z.string(),
  staffName: z.string(),
  state: z.enum(['redeemed', 'undone']),
  at: Instant,
  /** Until when the caller may undo it; null = no more. */
  undoUntil: Instant.nullable(),
})
export type DeskRedemption = z.output<typeof DeskRedemption>

const RedeemBody = z.object({
  key: Key,
  storeCode: Store,
  ...Slip,
  /** Null: the coupon's own code was shown. */
  memberCode: Code.nullable().default(null),
  couponCode: Code,
  amount: Amount,
})
export type RedeemBody = z.output<typeof RedeemBody>

/** What a customer at the phone wants: whose code, which coupons, how many points, for goods of how much. */
const Wish = {
  storeCode: Store,
  /** Null: a coupon's own code was shown. */
  memberCode: Code.nullable().default(null),
  couponCodes: z.array(Code).max(5).default([]),
  points: Points,
  amount: Amount,
  /** The goods themselves, where a till has told them; they come to `amount`. */
  lines: Basket.nullable().default(null),
}
/** Letters and digits: it becomes part of the name that its locks are held under. */
const LockKey = z.string().regex(/^[\w-]{8,64}$/)

const DeskQuoteBody = z.object({ ...Wish, lockKey: LockKey.nullable().default(null) })
export type DeskQuoteBody = z.output<typeof DeskQuoteBody>

const DeskLockBody = z.object({ key: LockKey, ...Wish })
export type DeskLockBody = z.output<typeof DeskLockBody>

const DeskSaleBody = z.object({ key: Key, ...Slip, ...Wish, lockKey: LockKey.nullable().default(null) })
export type DeskSaleBody = z.output<typeof DeskSaleBody>

export const deskErrors = errors('till', {
  notYourStore: [403, '这不是你的门店', 'Not one of your stores'],
  noRedemption: [404, '找不到这笔核销', 'No such redemption'],
  undoLate: [409, '已过撤销时间', 'It is too late to undo this'],
  undoShiftClosed: [409, '本班已交班，不能撤销', 'Its shift is closed by now'],
  undoTold: [409, 'ERP 已报来，请走退货', 'ERP told it: take goods back'],
  undone: [409, '这笔核销已撤销', 'This was undone already'],
  amountDiffers: [400, '金额与商品不符', 'Goods differ from the amount'],
})

/** 店员核销: the same guards as at the till, on a phone, for tills that cannot call. */
export const deskOperations = operations({
  deskIdentify: {
    method: 'POST',
    path: '/admin/till-desk/identify',
    access: 'staff:till.desk',
    summary: 'Tell what a code is, at a store of the caller',
    body: z.object({ storeCode: Store, code: Code }),
    reply: Identified,
  },
  deskQuote: {
    method: 'POST',
    path: '/admin/till-desk/quote',
    access: 'staff:till.desk',
    summary: 'What goods of this amount cost with coupons and points, and what they earn; stores nothing',
    body: DeskQuoteBody,
    reply: Quote,
  },
  deskLock: {
    method: 'POST',
    path: '/admin/till-desk/locks',
    access: 'staff:till.desk',
    summary: 'Hold coupons while the customer pays, and use the code up that was shown; said again it answers the same',
    body: DeskLockBody,
    reply: z.object({ lockedUntil: z.iso.datetime(), quote: Quote }),
  },
  deskRelease: {
    method: 'POST',
    path: '/admin/till-desk/locks/:lockKey/release',
    access: 'staff:till.desk',
    summary: 'The customer does not pay after all: let go of what is held',
    params: z.object({ lockKey: LockKey }),
    body: z.object({ storeCode: Store }),
    reply: z.object({ released: z.boolean() }),
  },
  deskSell: {
    method: 'POST',
    path: '/admin/till-desk/sales',
    access: 'staff:till.desk',
    summary: 'A receipt of a till that cannot call is paid: its coupons, the points that pay, the points that it earns',
    body: DeskSaleBody,
    reply: DeskRedemption,
  },
  deskPrint: {
    method: 'POST',
    path: '/admin/till-desk/redemptions/:redemptionId/print',
    access: 'staff:till.desk',
    summary: 'A sale told on a phone as lines ready to print',
    params: z.object({ redemptionId: z.string().max(26) }),
    body: z.object({ paper: Paper.default(58), language: z.enum(['zh', 'en']).default('zh') }),
    reply: z.object({ columns: z.int(), lines: z.array(z.string()) }),
  },
  deskSms: {
    method: 'POST',
    path: '/admin/till-desk/sms-codes',
    access: 'staff:till.desk',
    summary: 'Send the member whose phone was spoken a code by SMS',
    body: z.object({ storeCode: Store, memberCode: MemberCode }),
    reply: SmsSent,
  },
  deskSmsProof: {
    method: 'POST',
    path: '/admin/till-desk/sms-proofs',
    access: 'staff:till.desk',
    summary: 'Take the code that the member says: a member code that spends in one sale of the caller',
    body: SmsProof.extend({ storeCode: Store }),
    reply: SmsProven,
  },
  deskRedeem: {
    method: 'POST',
    path: '/admin/till-desk/redemptions',
    access: 'staff:till.desk',
    summary: 'Redeem a coupon with a receipt of a till that cannot call; said again it answers the same',
    body: RedeemBody,
    reply: DeskRedemption,
  },
  deskUndo: {
    method: 'POST',
    path: '/admin/till-desk/redemptions/:redemptionId/undo',
    access: 'staff:till.desk',
    summary: 'Take one’s own redemption or sale back, within minutes and before its shift is closed',
    params: z.object({ redemptionId: z.string().max(26) }),
    reply: DeskRedemption,
  },
  deskRedemptions: {
    method: 'GET',
    path: '/admin/till-desk/redemptions',
    access: 'staff:till.desk',
    summary: 'Redemptions on phones in the caller’s stores, newest first',
    query: PageQuery.extend({ storeCode: z.string().max(32).optional() }),
    reply: pageOf(DeskRedemption),
  },
  deskShiftNow: {
    method: 'GET',
    path: '/admin/till-desk/shift',
    access: 'staff:till.desk',
    summary: 'The open shift of a till that cannot call, as far as it is; null before its first receipt',
    query: z.object({ storeCode: Store, tillCode: Slip.tillCode }),
    reply: z.object({ shift: ShiftReport.nullable() }),
  },
  deskShift: {
    method: 'POST',
    path: '/admin/till-desk/shifts',
    access: 'staff:till.desk',
    summary: 'Close the shift of a till that cannot call (交班)',
    body: z.object({
      key: Key,
      storeCode: Store,
      tillCode: z.string().trim().min(1).max(32),
      shiftNo: z
        .string()
        .trim()
        .min(1)
        .max(32)
        .regex(/^[^|]+$/),
      slip: z.object({ coupons: z.int().min(0), couponFen: z.int().min(0), pointsFen: z.int().min(0).optional() }),
    }),
    reply: ShiftReport,
  },
})
