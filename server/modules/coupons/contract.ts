import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../kernel/page.ts'

const At = Instant
const GivenAt = z.iso.datetime()
const Fen = z.int().nonnegative()
const TemplateParams = z.object({ templateId: z.string().length(26) })
const MemberParams = z.object({ memberId: z.string().length(26) })
const Text = z.object({ zh: z.string(), en: z.string() })

/** Why a coupon cannot be used now; `text.zh` is at most 14 characters, to be said aloud. */
export const CouponRefusal = z.object({
  code: z.enum([
    'notFound',
    'notYours',
    'notYet',
    'expired',
    'lockedElsewhere',
    'redeemed',
    'void',
    'wrongStore',
    'belowThreshold',
    'nothingEligible',
    'onePerSale',
    'phoneOnly',
    'lapsed',
  ]),
  text: Text,
  /** Fen that are missing, for belowThreshold. */
  missing: Fen.optional(),
})
export type CouponRefusal = z.output<typeof CouponRefusal>

/** A coupon as its holder sees it. */
export const WalletCoupon = z.object({
  couponId: z.string(),
  code: z.string(),
  templateId: z.string(),
  name: z.string(),
  kind: z.literal('amountOff'),
  amountOff: Fen,
  threshold: Fen,
  description: z.string(),
  /** Codes of the stores that take it; null = every store. */
  stores: z.array(z.string()).nullable(),
  validFrom: At,
  validTo: At,
  /** The state by the clock: a coupon past its time is expired whether or not it was swept. */
  state: z.enum(['usable', 'locked', 'used', 'expired', 'lapsed', 'void']),
  usedAt: At.nullable(),
  usedStore: z.string().nullable(),
  /** Whether it can be used in the store that was asked about; else why not. */
  usableHere: z.boolean(),
  refusal: CouponRefusal.nullable(),
})
export type WalletCoupon = z.output<typeof WalletCoupon>

/** The rule of a coupon (券模板) with its counts. */
export const CouponTemplate = z.object({
  templateId: z.string(),
  name: z.string(),
  kind: z.literal('amountOff'),
  amountOff: Fen,
  threshold: Fen,
  validDays: z.int().nullable(),
  validFrom: At.nullable(),
  validTo: At.nullable(),
  stores: z.array(z.string()).nullable(),
  stock: z.int(),
  issued: z.int(),
  perMemberLimit: z.int(),
  description: z.string(),
  state: z.enum(['draft', 'active', 'ended']),
  createdAt: At,
})
export type CouponTemplate = z.output<typeof CouponTemplate>

/** Coupons of a template by state, and what they took off in fen. */
export const TemplateCounts = z.object({
  issued: z.int(),
  usable: z.int(),
  locked: z.int(),
  redeemed: z.int(),
  expired: z.int(),
  lapsed: z.int(),
  void: z.int(),
  discount: Fen,
})
export type TemplateCounts = z.output<typeof TemplateCounts>

const TemplateFields = z.object({
  name: z.string().trim().min(1).max(60),
  amountOff: z.int().min(1).max(10_000_000),
  threshold: z.int().min(0).max(100_000_000),
  validDays: z.int().min(1).max(730).nullable().default(null),
  validFrom: GivenAt.nullable().default(null),
  validTo: GivenAt.nullable().default(null),
  stores: z.array(z.string().max(32)).min(1).max(500).nullable().default(null),
  stock: z.int().min(1).max(100_000_000),
  perMemberLimit: z.int().min(1).max(100).default(1),
  description: z.string().trim().max(500).default(''),
})
const isComplete = (t: {
  threshold: number
  amountOff: number
  validDays: number | null
  validTo: string | null
  validFrom: string | null
}): boolean =>
  (t.validDays === null) !== (t.validTo === null) &&
  (t.validFrom === null || t.validTo === null || t.validFrom < t.validTo) &&
  t.threshold >= t.amountOff
/** A new template: either `validDays` or `validTo`; the threshold is at least the amount. */
export const NewTemplate = TemplateFields.refine(
  isComplete,
  '有效期二选一(天数或截止时间);门槛不低于面额 / either days or an end; threshold ≥ amount',
)
export type NewTemplate = z.output<typeof NewTemplate>

/** A coupon in a staff list. */
export const CouponRow = z.object({
  couponId: z.string(),
  code: z.string(),
  memberId: z.string(),
  templateId: z.string(),
  name: z.string(),
  state: z.enum(['issued', 'locked', 'redeemed', 'lapsed', 'expired', 'void']),
  issuedAt: At,
  validTo: At,
  docKey: z.string().nullable(),
  redeemedAt: At.nullable(),
  redeemedStore: z.string().nullable(),
  discount: Fen.nullable(),
})
export type CouponRow = z.output<typeof CouponRow>

/** One step in the life of a coupon. */
export const CouponEventRow = z.object({
  kind: z.enum(['issue', 'lock', 'redeem', 'release', 'restore', 'lapse', 'expire', 'void']),
  docKey: z.string().nullable(),
  staffId: z.string().nullable(),
  note: z.string().nullable(),
  at: At,
})

/** What the world may ask of coupons. */
export const couponsApi = contract('coupons', {
  wallet: {
    method: 'GET',
    path: '/shop/me/coupons',
    access: 'member',
    summary: 'My coupons: usable in this store first, then the rest with the reason',
    query: z.object({
      tab: z.enum(['usable', 'used', 'gone']).default('usable'),
      storeCode: z.string().max(32).optional(),
    }),
    reply: z.object({
      items: z.array(WalletCoupon),
      counts: z.object({ usable: z.int(), used: z.int(), gone: z.int(), endingToday: z.int() }),
    }),
  },
  myCoupon: {
    method: 'GET',
    path: '/shop/me/coupons/:couponId',
    access: 'member',
    summary: 'One of my coupons, to show its code',
    params: z.object({ couponId: z.string().length(26) }),
    query: z.object({ storeCode: z.string().max(32).optional() }),
    reply: WalletCoupon,
  },

  templates: {
    method: 'GET',
    path: '/admin/coupon-templates',
    access: 'staff:coupons.read',
    summary: 'Coupon templates, newest first',
    query: PageQuery.extend({
      state: z.enum(['draft', 'active', 'ended']).optional(),
      search: z.string().trim().max(60).optional(),
    }),
    reply: pageOf(CouponTemplate),
  },
  template: {
    method: 'GET',
    path: '/admin/coupon-templates/:templateId',
    access: 'staff:coupons.read',
    summary: 'A template with its counts',
    params: TemplateParams,
    reply: z.object({ template: CouponTemplate, counts: TemplateCounts }),
  },
  createTemplate: {
    method: 'POST',
    path: '/admin/coupon-templates',
    access: 'staff:coupons.write',
    summary: 'Draw up a template (draft)',
    body: NewTemplate,
    reply: CouponTemplate,
  },
  updateTemplate: {
    method: 'PUT',
    path: '/admin/coupon-templates/:templateId',
    access: 'staff:coupons.write',
    summary: 'Change a draft; of an active one only name, description and a higher stock',
    params: TemplateParams,
    body: NewTemplate,
    reply: CouponTemplate,
  },
  activateTemplate: {
    method: 'POST',
    path: '/admin/coupon-templates/:templateId/activate',
    access: 'staff:coupons.write',
    summary: 'Let campaigns issue it',
    params: TemplateParams,
    reply: CouponTemplate,
  },
  endTemplate: {
    method: 'POST',
    path: '/admin/coupon-templates/:templateId/end',
    access: 'staff:coupons.write',
    summary: 'Issue no more of it; what was issued stays good',
    params: TemplateParams,
    reply: CouponTemplate,
  },
  coupons: {
    method: 'GET',
    path: '/admin/coupon-templates/:templateId/coupons',
    access: 'staff:coupons.read',
    summary: 'Coupons of a template; a store manager sees those of members of the own stores or used there',
    params: TemplateParams,
    query: PageQuery.extend({
      state: z.enum(['issued', 'locked', 'redeemed', 'lapsed', 'expired', 'void']).optional(),
    }),
    reply: pageOf(CouponRow),
  },
  memberCoupons: {
    method: 'GET',
    path: '/admin/members/:memberId/coupons',
    access: 'staff:members.read',
    summary: 'A member’s coupons',
    params: MemberParams,
    reply: z.object({ items: z.array(CouponRow) }),
  },
  couponEvents: {
    method: 'GET',
    path: '/admin/coupons/:couponId/events',
    access: 'staff:coupons.read',
    summary: 'The life of a coupon',
    params: z.object({ couponId: z.string().length(26) }),
    reply: z.object({ items: z.array(CouponEventRow) }),
  },
  voidCoupon: {
    method: 'POST',
    path: '/admin/coupons/:couponId/void',
    access: 'staff:coupons.write',
    summary: 'Make an unused coupon void; the reason is audited',
    params: z.object({ couponId: z.string().length(26) }),
    body: z.object({ reason: z.string().trim().min(2).max(200) }),
    reply: CouponRow,
  },
})

/** The errors of coupons. */
export const couponsErrors = errors('coupons', {
  noTemplate: [404, '找不到这个券模板', 'No such coupon template'],
  notDraft: [
    409,
    '已启用的券模板只能改名称、说明,或增加总量',
    'Of an active template only the name, the description and a higher stock can be changed',
  ],
  notActive: [409, '券模板未启用,不能发券', 'The template is not active'],
  wrongState: [409, '当前状态不能这样操作', 'Not possible in this state'],
  noCoupon: [404, '找不到这张券', 'No such coupon'],
  notVoidable: [409, '只有未使用的券可以作废', 'Only an unused coupon can be made void'],
  refused: [409, '{reason}', '{reasonEn}'],
})
