import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'

const Code = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/)
const Words = z.object({ zh: z.string().trim().min(1).max(20), en: z.string().trim().min(1).max(30) })

/** The time over which purchases qualify: the last months, a calendar period, or the member's own year. */
export const Window = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('rolling'), months: z.int().min(1).max(36) }),
  z.object({ kind: z.literal('calendar'), months: z.union([z.literal(1), z.literal(3), z.literal(6), z.literal(12)]) }),
  z.object({ kind: z.literal('anniversary') }),
])
export type Window = z.output<typeof Window>

/** 会员等级 with what it takes and what it gives. */
export const Tier = z.object({
  code: Code,
  name: Words,
  /** Fen, points or visits in the window; the first tier is everybody's: 0. */
  threshold: z.int().min(0),
  benefits: z
    .object({
      /** Points of its members, in per cent: 120 = 1.2 times. */
      pointsPercent: z.int().min(100).max(1000).default(100),
      /** Coupon templates given on arrival, once for each arrival by upgrade. */
      arrivalCoupons: z.array(z.string().length(26)).max(10).default([]),
      /** Coupon template of the birthday. */
      birthdayCoupon: z.string().length(26).nullable().default(null),
      /** May take rewards that are kept for this tier and those above. */
      exclusiveRewards: z.boolean().default(false),
    })
    .prefault({}),
  /** Where it can be bought: fen for so many months. */
  paid: z
    .object({ fen: z.int().min(0), months: z.int().min(1).max(36) })
    .nullable()
    .default(null),
})
export type Tier = z.output<typeof Tier>

/** How tiers are won, kept and lost. */
export const TierRules = z
  .object({
    window: Window,
    by: z.enum(['spend', 'points', 'visits']),
    upgrade: z.enum(['atOnce', 'periodEnd']),
    /** One step down at a time (软着陆), or to what the value says. */
    downgrade: z.enum(['oneStep', 'byValue']),
    /** Days after the review in which a member can still make up for what is missing. */
    graceDays: z.int().min(0).max(180).default(0),
    tiers: z.array(Tier).min(1).max(12),
  })
  .refine(
    ({ tiers }) =>
      tiers[0]?.threshold === 0 && tiers.every((tier, i) => i === 0 || tier.threshold > (tiers[i - 1]?.threshold ?? 0)),
    { error: 'the first tier begins at 0, each further one above the one before', path: ['tiers'] },
  )
  .refine(({ tiers }) => new Set(tiers.map(tier => tier.code)).size === tiers.length, {
    error: 'two tiers have one code',
    path: ['tiers'],
  })
export type TierRules = z.output<typeof TierRules>

const Version = z.object({
  version: z.int(),
  validFrom: z.iso.date(),
  note: z.string().nullable(),
  createdAt: Instant,
  rules: TierRules,
})

const Change = z.object({
  day: z.iso.date(),
  fromTier: z.string().nullable(),
  toTier: z.string(),
  reason: z.enum(['start', 'upgrade', 'downgrade', 'paid', 'paidEnded', 'rules', 'correction']),
  rulesVersion: z.int(),
})

/** A member's tier, how far it is to the next, and when it is decided anew. */
export const TierStanding = z.object({
  tier: z.object({ code: z.string(), name: Words }).nullable(),
  since: z.iso.date().nullable(),
  reviewOn: z.iso.date().nullable(),
  by: z.enum(['spend', 'points', 'visits']).nullable(),
  value: z.int(),
  next: z.object({ code: z.string(), name: Words, missing: z.int() }).nullable(),
  benefits: Tier.shape.benefits.nullable(),
  history: z.array(Change),
})

/** What new rules would do to the members of now. */
export const DryRunResult = z.object({
  /** The day and the version of the rules it is beside; null where it was not kept. */
  asOf: z.iso.date().nullable().default(null),
  rulesVersion: z.int().nullable().default(null),
  members: z.int(),
  /** How many members go from one tier to another; `from` null = has none yet. */
  moves: z.array(z.object({ from: z.string().nullable(), to: z.string(), members: z.int() })),
  up: z.int(),
  down: z.int(),
  /** Some of those who move, for a look. */
  examples: z.array(z.object({ memberId: z.string(), from: z.string().nullable(), to: z.string(), value: z.int() })),
  /** Points more (or less) in a year by the multipliers, from what the members earned in the last one. */
  pointsAYear: z.int(),
  /** What these points cost, fen. */
  costAYear: z.int(),
  /** Coupons that those who go up get on arrival, once, and what they take off at most, fen. */
  arrivalCoupons: z.int(),
  arrivalFen: z.int().default(0),
  /** Coupons more (or less) in a year to members who have told their birthday, and what they take off at most, fen. */
  birthdayCoupons: z.int().default(0),
  birthdayFen: z.int().default(0),
  /** Of these coupons, those whose worth nobody can say (an exchange, free shipping): they are in no fen. */
  unpriced: z.int().default(0),
})
export type DryRunResult = z.output<typeof DryRunResult>

const DryRun = z.object({
  dryRunId: z.string(),
  state: z.enum(['running', 'done', 'adopted', 'failed']),
  rules: TierRules,
  result: DryRunResult,
  createdAt: Instant,
  finishedAt: Instant.nullable(),
})

const DryRunParams = z.object({ dryRunId: z.string().length(26) })
const MemberParams = z.object({ memberId: z.string().length(26) })

/** What the world may ask of tiers. */
export const tiersApi = contract('tiers', {
  myTier: { method: 'GET', path: '/shop/me/tier', access: 'member', summary: 'My tier', reply: TierStanding },
  memberTier: {
    method: 'GET',
    path: '/admin/members/:memberId/tier',
    access: 'staff:members.read',
    summary: 'A member’s tier and how it came about',
    params: MemberParams,
    reply: TierStanding,
  },
  sellTier: {
    method: 'POST',
    path: '/admin/members/:memberId/tier/paid',
    access: 'staff:tiers.write',
    summary: 'Give a member a tier that was paid for, once per key',
    params: MemberParams,
    body: z.object({ key: z.string().min(8).max(64), tier: Code }),
    reply: TierStanding,
  },
  tiers: {
    method: 'GET',
    path: '/admin/tiers',
    access: 'staff:tiers.read',
    summary: 'The tiers of now and how many members each has',
    reply: z.object({
      current: Version.nullable(),
      members: z.array(z.object({ tier: z.string(), members: z.int() })),
    }),
  },
  tierVisitors: {
    method: 'GET',
    path: '/admin/tiers/visitors',
    access: 'staff:members.read',
    summary:
      'Members of the upper half of the tiers who bought on a day (or the last one that has a receipt), highest first',
    query: z.object({ day: z.iso.date().optional(), storeCode: z.string().max(32).optional() }),
    reply: z.object({
      day: z.iso.date().nullable(),
      /** Which tiers count as high, lowest first; none where the shop has fewer than two. */
      tiers: z.array(Words),
      /** How many people; the first twenty are named. */
      count: z.int(),
      people: z.array(
        z.object({
          memberId: z.string(),
          /** Masked. */
          name: z.string(),
          /** Whether the member belongs to the caller's stores, so that the own page may be opened. */
          inReach: z.boolean(),
          tier: Words,
          storeCode: z.string(),
          receipts: z.int(),
          /** Yuan. */
          net: z.number(),
          lastAt: Instant,
        }),
      ),
    }),
  },
  tierVersions: {
    method: 'GET',
    path: '/admin/tiers/versions',
    access: 'staff:tiers.read',
    summary: 'All versions of the tier rules, newest first',
    reply: z.object({ items: z.array(Version) }),
  },
  dryRuns: {
    method: 'GET',
    path: '/admin/tiers/dry-runs',
    access: 'staff:tiers.write',
    summary: 'Rules that were tried over the real ledger, newest first',
    reply: z.object({ items: z.array(DryRun) }),
  },
  startDryRun: {
    method: 'POST',
    path: '/admin/tiers/dry-runs',
    access: 'staff:tiers.write',
    summary: 'Try rules over the real ledger in a shadow: who moves, what it costs',
    body: TierRules,
    reply: DryRun,
  },
  dryRun: {
    method: 'GET',
    path: '/admin/tiers/dry-runs/:dryRunId',
    access: 'staff:tiers.write',
    summary: 'How far a dry run is, and what it found',
    params: DryRunParams,
    reply: DryRun,
  },
  dryRunMovers: {
    method: 'GET',
    path: '/admin/tiers/dry-runs/:dryRunId/movers/file',
    access: 'staff:tiers.write',
    summary: 'All members of the caller’s stores whose tier a dry run would change, as CSV',
    params: DryRunParams,
    reply: z.void(),
    raw: true,
  },
  adopt: {
    method: 'POST',
    path: '/admin/tiers/dry-runs/:dryRunId/adopt',
    access: 'staff:tiers.write',
    summary: 'Make the rules of a finished dry run the next version',
    params: DryRunParams,
    body: z.object({ note: z.string().trim().max(200).default(''), validFrom: z.iso.date().optional() }),
    reply: Version,
  },
})

/** The errors of tiers. */
export const tiersErrors = errors('tiers', {
  noDryRun: [404, '找不到这次试算', 'No such dry run'],
  notDone: [409, '试算还没有完成', 'The dry run has not finished'],
  adopted: [409, '这次试算已经采用', 'This dry run has been adopted'],
  notSold: [409, '这个等级不出售', 'This tier is not sold'],
  inThePast: [400, '规则只能从今天或以后生效', 'Rules can begin today or later'],
  wholeChain: [403, '会员等级规则只能由总部修改', 'Only headquarters may change the tiers'],
  keyReused: [409, '同一编号已用于另一次购买', 'This key was used for another purchase'],
})
