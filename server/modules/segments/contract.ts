import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../kernel/page.ts'

const compare = z.enum(['atLeast', 'atMost'])
/** Look back so many days, today included; null = ever. */
const days = z.int().min(1).max(3650).nullable().default(null)

/** Total spent (net of returns), in fen. */
export const SpentRule = z.object({ kind: z.literal('spent'), compare, fen: z.int().min(0).max(10_000_000_000), days })
/** Number of purchases; returns do not count and do not take away. */
export const OrdersRule = z.object({ kind: z.literal('orders'), compare, count: z.int().min(0).max(100_000), days })
/** Days since the last purchase; who has never bought is in neither. */
export const LastOrderRule = z.object({
  kind: z.literal('lastOrder'),
  /** within: at most so many days ago; before: longer ago than that. */
  compare: z.enum(['within', 'before']),
  days: z.int().min(0).max(36_500),
})
/** Bought one of these categories (with all below them) or products. */
export const BoughtRule = z.object({
  kind: z.literal('bought'),
  what: z.enum(['category', 'product']),
  codes: z.array(z.string().min(1).max(64)).min(1).max(50),
  days,
})
/** Points balance; a member without an account has 0, debt is below 0. */
export const PointsRule = z.object({
  kind: z.literal('points'),
  compare,
  points: z.int().min(-10_000_000).max(1_000_000_000),
})
/** Follows the official account now. */
export const FollowsRule = z.object({ kind: z.literal('follows') })

export const Rule = z.discriminatedUnion('kind', [
  SpentRule,
  OrdersRule,
  LastOrderRule,
  BoughtRule,
  PointsRule,
  FollowsRule,
])
export type Rule = z.output<typeof Rule>

/** 且 / 或 / 排除: every rule of `all`, at least one of `any` (when it has some), none of `none`. No rule = every active member. */
export const Rules = z.object({
  all: z.array(Rule).max(10).default([]),
  any: z.array(Rule).max(10).default([]),
  none: z.array(Rule).max(10).default([]),
})
export type Rules = z.output<typeof Rules>

export const SegmentRow = z.object({
  id: z.string(),
  name: z.string(),
  note: z.string(),
  rules: Rules,
  /** The last count (when somebody looked), not necessarily today's. */
  lastCount: z.int().nullable(),
  countedAt: Instant.nullable(),
  /** The stores it is limited to; empty = the whole chain. */
  stores: z.array(z.string()),
  changedAt: Instant,
})
export type SegmentRow = z.output<typeof SegmentRow>

export const SegmentMember = z.object({
  memberId: z.string(),
  /** Masked by the server. */
  name: z.string(),
  phone: z.string(),
  homeStoreCode: z.string().nullable(),
})

/** Who is in it now, and by which way they can be reached. */
export const SegmentCount = z.object({
  count: z.int(),
  /** All active members within the caller's stores: what the count is a part of. */
  total: z.int(),
  reach: z.object({
    /** Holds a credit for the mini-program's coupon message. */
    subscribe: z.int(),
    /** Has a mini-program identity but no credit left. */
    noCredit: z.int(),
    /** Was never seen in the mini-program: coupons wait in the wallet. subscribe + noCredit + walletOnly = count. */
    walletOnly: z.int(),
    /** Follows the official account (service messages only). */
    follows: z.int(),
    /** Of those: has a conversation open in which an answer may be sent now. */
    conversation: z.int(),
    /** Of those: takes a mass message of this month still. */
    mass: z.int(),
  }),
  sample: z.array(SegmentMember),
  countedAt: Instant,
})
export type SegmentCount = z.output<typeof SegmentCount>

const Draft = z.object({
  name: z.string().trim().min(1).max(60),
  note: z.string().trim().max(200).default(''),
  rules: Rules,
})
export type SegmentDraft = z.output<typeof Draft>
const params = z.object({ segmentId: z.string().length(26) })

export const segmentsApi = contract('segments', {
  list: {
    method: 'GET',
    path: '/admin/segments',
    access: 'staff:segments.read',
    summary: 'The saved segments, last changed first',
    query: PageQuery.extend({ q: z.string().trim().max(60).optional() }),
    reply: pageOf(SegmentRow),
  },
  preview: {
    method: 'POST',
    path: '/admin/segments/preview',
    access: 'staff:segments.read',
    summary: 'Count members by rules, with a masked sample of 20',
    body: z.object({ rules: Rules, sample: z.boolean().default(true) }),
    reply: SegmentCount,
  },
  create: {
    method: 'POST',
    path: '/admin/segments',
    access: 'staff:segments.write',
    summary: 'Save a segment',
    body: Draft,
    reply: SegmentRow,
  },
  get: {
    method: 'GET',
    path: '/admin/segments/:segmentId',
    access: 'staff:segments.read',
    summary: 'One segment',
    params,
    reply: SegmentRow,
  },
  count: {
    method: 'POST',
    path: '/admin/segments/:segmentId/count',
    access: 'staff:segments.read',
    summary: 'Count a saved segment now',
    params,
    reply: SegmentCount,
  },
  update: {
    method: 'PUT',
    path: '/admin/segments/:segmentId',
    access: 'staff:segments.write',
    summary: 'Change a segment',
    params,
    body: Draft,
    reply: SegmentRow,
  },
  remove: {
    method: 'DELETE',
    path: '/admin/segments/:segmentId',
    access: 'staff:segments.write',
    summary: 'Delete a segment; campaigns that were launched from it keep their own copy of its rules',
    params,
    reply: z.void(),
  },
})

export const segmentsErrors = errors('segments', {
  notFound: [404, '人群不存在或不在你的门店范围内', 'There is no such segment within your stores'],
  nameTaken: [409, '已有同名人群「{name}」', 'A segment named "{name}" exists already'],
})
