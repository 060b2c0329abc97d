import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'
import { Bearers, CouponKind, CouponRules, CouponTerms, ReturnPolicy } from './rules.ts'

const GivenAt = z.iso.datetime()
const Fen = z.int().nonnegative()
const TemplateParams = z.object({ templateId: z.string().length(26) })
const NO_RULES = CouponRules.parse({})

/** WeChat's numbers of a 商品券 and of its batch, as its merchant platform shows them. */
const WechatBatch = z.object({
  productCouponId: z
    .string()
    .trim()
    .regex(/^[\w-]{1,40}$/),
  stockId: z
    .string()
    .trim()
    .regex(/^[\w-]{1,40}$/),
})

/** The rule of a coupon (券模板) with its counts; amounts in fen. */
export const CouponTemplate = CouponTerms.extend({
  templateId: z.string(),
  name: z.string(),
  rulesVersion: z.int(),
  /** The stores included by its rules; null = every store that is not excluded. */
  stores: z.array(z.string()).nullable(),
  validDays: z.int().nullable(),
  /** With validDays: good only so many days after it was issued. */
  startsAfterDays: z.int(),
  validFrom: Instant.nullable(),
  validTo: Instant.nullable(),
  stock: z.int(),
  issued: z.int(),
  perMemberLimit: z.int(),
  /** How many of them a member may use on one day; null = any number. */
  perDayLimit: z.int().nullable(),
  /** What it may take off in all, and what it has; null = no end. */
  budget: Fen.nullable(),
  spent: z.int(),
  bearers: Bearers,
  supplier: z.string(),
  giftable: z.boolean(),
  description: z.string(),
  /** It also goes out as this 商品券; null = only ours. */
  wechat: WechatBatch.nullable(),
  state: z.enum(['draft', 'active', 'ended']),
  createdAt: Instant,
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
  /** On their way to another member. */
  gifting: z.int(),
  /** Given to another member, who has a coupon for it. */
  gifted: z.int(),
  discount: Fen,
  /** Who bears what they took off. */
  costs: z.object({ headquarters: Fen, store: Fen, supplier: Fen }),
})
export type TemplateCounts = z.output<typeof TemplateCounts>

/** A template's coupons in card packs at WeChat, by how they stand there. */
const RailCounts = z.object({
  /** On their way. */
  waiting: z.int(),
  usable: z.int(),
  used: z.int(),
  /** Expired, removed or switched off. */
  gone: z.int(),
  refused: z.int(),
  /** Used at WeChat and here: a loss. */
  usedTwice: z.int(),
})

/** The words of a template's checks: what it gives must fit its kind. */
const MESSAGES = {
  validity: '有效期二选一(天数或截止时间) / either days or an end',
  period: '开始须早于结束 / the start must be before the end',
  amount: '请填写减免金额，且门槛不低于面额 / an amount, and a threshold of at least it',
  percent: '请填写折扣 / what is paid of a hundred',
  gives: '请选择兑换或赠送的商品 / choose the products that are free',
  stray: '该券种没有这一项 / not of this kind',
} as const

/** A new template: its kind says which values it needs; either `validDays` or `validTo`. */
export const NewTemplate = z
  .object({
    name: z.string().trim().min(1).max(60),
    kind: CouponKind.default('amountOff'),
    amountOff: CouponTerms.shape.amountOff.default(0),
    payPercent: CouponTerms.shape.payPercent.default(null),
    maxOff: CouponTerms.shape.maxOff.default(null),
    threshold: CouponTerms.shape.threshold,
    validDays: z.int().min(1).max(730).nullable().default(null),
    startsAfterDays: z.int().min(0).max(365).default(0),
    validFrom: GivenAt.nullable().default(null),
    validTo: GivenAt.nullable().default(null),
    rules: CouponRules.default(NO_RULES),
    stackGroup: CouponTerms.shape.stackGroup.default(''),
    stock: z.int().min(1).max(100_000_000),
    perMemberLimit: z.int().min(1).max(100).default(1),
    perDayLimit: z.int().min(1).max(100).nullable().default(null),
    budget: z.int().min(1).max(2_000_000_000).nullable().default(null),
    bearers: Bearers.default({ headquarters: 100, store: 0, supplier: 0 }),
    supplier: z.string().trim().max(60).default(''),
    returnPolicy: ReturnPolicy.default('keep'),
    giftable: z.boolean().default(false),
    description: z.string().trim().max(500).default(''),
    wechat: WechatBatch.nullable().default(null),
  })
  .superRefine((t, check) => {
    const wrong = (path: string, message: string): void => check.addIssue({ code: 'custom', path: [path], message })
    if ((t.validDays === null) === (t.validTo === null)) wrong('validDays', MESSAGES.validity)
    if (t.validFrom !== null && t.validTo !== null && t.validFrom >= t.validTo) wrong('validTo', MESSAGES.period)
    if (t.kind === 'amountOff' && (t.amountOff < 1 || t.threshold < t.amountOff)) wrong('amountOff', MESSAGES.amount)
    if (t.kind !== 'amountOff' && t.amountOff !== 0) wrong('amountOff', MESSAGES.stray)
    if (t.kind === 'amountOff' && t.maxOff !== null) wrong('maxOff', MESSAGES.stray)
    if ((t.kind === 'percentOff') !== (t.payPercent !== null)) wrong('payPercent', MESSAGES.percent)
    const givesSomething = t.kind === 'exchange' || t.kind === 'gift'
    if (givesSomething !== t.rules.gives.length > 0) wrong('rules', givesSomething ? MESSAGES.gives : MESSAGES.stray)
    if (t.startsAfterDays > 0 && t.validDays === null) wrong('startsAfterDays', MESSAGES.stray)
  })
export type NewTemplate = z.output<typeof NewTemplate>

/** What staff may ask of templates. */
export const templateOperations = operations({
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
    reply: z.object({ template: CouponTemplate, counts: TemplateCounts, rail: RailCounts.nullable() }),
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
    summary: 'Change a draft; of an active one only name, description, a higher stock and a higher budget',
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
})
