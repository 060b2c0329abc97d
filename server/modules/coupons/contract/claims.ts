import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { CouponTerms } from './rules.ts'

const GivenAt = z.iso.datetime()
const TemplateParams = z.object({ templateId: z.string().length(26) })
const OfferParams = z.object({ offerId: z.string().length(26) })
/** What the phone calls one tap: the same key is the same claim for ever. */
const TapKey = z.string().regex(/^[\w-]{6,36}$/)

/** Under which heading an offer stands in the claim centre: 为你推荐 · 本店 · 新人. */
export const OfferShelf = z.enum(['recommended', 'store', 'newcomer'])
export type OfferShelf = z.output<typeof OfferShelf>

const Named = z.object({ code: z.string(), name: z.string() })
const Release = z.object({ at: Instant, quantity: z.int() })

/** What an offer gives and how it stands for one member. */
export const CentreOffer = CouponTerms.extend({
  offerId: z.string(),
  templateId: z.string(),
  shelf: OfferShelf,
  name: z.string(),
  description: z.string(),
  stores: z.array(z.string()).nullable(),
  validDays: z.int().nullable(),
  validTo: Instant.nullable(),
  closesAt: Instant.nullable(),
  /** claimable · soldOut for now · claimed as often as one may · over for a newcomer whose days are past. */
  standing: z.enum(['claimable', 'soldOut', 'claimed', 'notForYou']),
  /** How many of a hundred are gone of what has been released. */
  gone: z.int().min(0).max(100),
  mine: z.int(),
  perMemberLimit: z.int(),
  /** When more are released, if they are. */
  next: Release.nullable(),
})
export type CentreOffer = z.output<typeof CentreOffer>

/** What became of a claim; `again`: nothing is known of it, the phone claims anew under the same key. */
export const ClaimReply = z.object({
  outcome: z.enum(['claimed', 'queued', 'soldOut', 'limit', 'closed', 'again']),
  couponId: z.string().nullable(),
})
export type ClaimReply = z.output<typeof ClaimReply>

const OfferBody = z.object({
  shelf: OfferShelf,
  /** Claims are let in by Redis and settled by the jobs. */
  hot: z.boolean().default(false),
  open: z.boolean().default(true),
  closesAt: GivenAt.nullable().default(null),
  /** newcomer: days from the day of the card. */
  newDays: z.int().min(1).max(365).nullable().default(null),
  releases: z
    .array(z.object({ at: GivenAt, quantity: z.int().min(1).max(100_000_000) }))
    .min(1)
    .max(60),
})
/** How a template stands in the claim centre. */
export const NewOffer = OfferBody.refine(
  ({ shelf, newDays }) => (shelf === 'newcomer') === (newDays !== null),
  '新人券须填天数 / an offer for newcomers says for how many days',
).refine(
  ({ releases }) => new Set(releases.map(({ at }) => Date.parse(at))).size === releases.length,
  '放券时间不能重复 / each release at a time of its own',
)
export type NewOffer = z.output<typeof NewOffer>

/** An offer as staff sees it. */
export const Offer = z.object({
  offerId: z.string(),
  templateId: z.string(),
  shelf: OfferShelf,
  hot: z.boolean(),
  open: z.boolean(),
  closesAt: Instant.nullable(),
  newDays: z.int().nullable(),
  claimed: z.int(),
  released: z.int(),
  releases: z.array(Release),
})
export type Offer = z.output<typeof Offer>

/** One code for everybody. */
export const PublicCode = z.object({
  codeId: z.string(),
  code: z.string(),
  perMember: z.int(),
  maxUses: z.int(),
  used: z.int(),
  on: z.boolean(),
  endsAt: Instant.nullable(),
  createdAt: Instant,
})
export type PublicCode = z.output<typeof PublicCode>

/** A new public code: letters, digits, Chinese; small letters count as capitals. */
export const NewPublicCode = z.object({
  code: z
    .string()
    .trim()
    .regex(/^[\p{Script=Han}A-Za-z0-9-]{4,20}$/u),
  perMember: z.int().min(1).max(20).default(1),
  maxUses: z.int().min(1).max(100_000_000),
  endsAt: GivenAt.nullable().default(null),
})
export type NewPublicCode = z.output<typeof NewPublicCode>

/** Claiming: the centre of the mini-program, codes that are typed, and what staff offers. */
export const claimOperations = operations({
  couponCentre: {
    method: 'GET',
    path: '/shop/coupon-centre',
    access: 'member',
    summary: 'What can be claimed: recommended, of the store at hand, for newcomers',
    query: z.object({ storeCode: z.string().max(32).optional() }),
    reply: z.object({ items: z.array(CentreOffer) }),
  },
  claim: {
    method: 'POST',
    path: '/shop/coupon-centre/:offerId/claim',
    access: 'member',
    summary: 'Claim a coupon; the same key is the same claim for ever',
    params: OfferParams,
    body: z.object({ key: TapKey }),
    reply: ClaimReply,
  },
  claimStatus: {
    method: 'GET',
    path: '/shop/coupon-centre/:offerId/claims/:key',
    access: 'member',
    summary: 'What has become of a claim that was queued',
    params: OfferParams.extend({ key: TapKey }),
    reply: ClaimReply,
  },
  couponNames: {
    method: 'GET',
    path: '/shop/coupon-names',
    access: 'member',
    summary: 'Names of the categories and products that my coupons and the centre speak of',
    reply: z.object({ categories: z.array(Named), products: z.array(Named) }),
  },
  redeemCode: {
    method: 'POST',
    path: '/shop/coupon-codes',
    access: 'member',
    summary: 'Turn a code (of an uploaded pool, or one for everybody) into a coupon',
    body: z.object({ code: z.string().trim().min(1).max(60), key: TapKey }),
    reply: z.object({ couponId: z.string(), isNew: z.boolean() }),
  },

  offer: {
    method: 'GET',
    path: '/admin/coupon-templates/:templateId/offer',
    access: 'staff:coupons.read',
    summary: 'How a template stands in the claim centre',
    params: TemplateParams,
    reply: z.object({
      offer: Offer.nullable(),
      codes: z.array(PublicCode),
      pool: z.object({ total: z.int(), taken: z.int() }),
    }),
  },
  putOffer: {
    method: 'PUT',
    path: '/admin/coupon-templates/:templateId/offer',
    access: 'staff:coupons.write',
    summary: 'Put a template into the claim centre, or change how it stands there',
    params: TemplateParams,
    body: NewOffer,
    reply: Offer,
  },
  addPublicCode: {
    method: 'POST',
    path: '/admin/coupon-templates/:templateId/codes',
    access: 'staff:coupons.write',
    summary: 'Make a code that everybody may type',
    params: TemplateParams,
    body: NewPublicCode,
    reply: PublicCode,
  },
  switchPublicCode: {
    method: 'POST',
    path: '/admin/coupon-codes/:codeId',
    access: 'staff:coupons.write',
    summary: 'Switch a public code on or off',
    params: z.object({ codeId: z.string().length(26) }),
    body: z.object({ on: z.boolean() }),
    reply: PublicCode,
  },
})

/** The errors of claiming. */
export const claimErrors = errors('coupons', {
  noOffer: [404, '找不到这个领券活动', 'No such offer'],
  newcomersOnly: [403, '仅限开卡 {days} 天内的新会员领取', 'Only for members of the last {days} days'],
  releasedPast: [
    409,
    '已放出的券不能收回，请保留已到时间的放券',
    'What has been released stays: keep the releases whose time has come',
  ],
  wrongCode: [404, '兑换码无效，请检查后重新输入', 'No such code: check it and type it again'],
  codeTaken: [409, '此兑换码已被使用', 'This code has been used'],
  codeOver: [409, '此兑换码已结束或已领完', 'This code is over'],
  codeLimit: [409, '您已兑换过，不能重复兑换', 'You have redeemed it as often as one may'],
  codeExists: [409, '这个兑换码已存在，请换一个', 'This code exists already; choose another'],
  tooManyTries: [429, '输错次数过多，请 {minutes} 分钟后再试', 'Too many wrong codes; try again in {minutes} minutes'],
})
