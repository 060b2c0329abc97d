import { z } from 'zod'

const Code = z.string().trim().min(1).max(64)
const Day = z.iso.date()

/** Something that earns nothing. */
export const Exclusion = z.object({ kind: z.enum(['productKind', 'category', 'channel']), value: Code })

/** When a multiplier counts; everything that is named must be true. Empty lists name nothing. */
export const MultiplierWhen = z.object({
  tiers: z.array(Code).max(20).default([]),
  /** 1 = Monday … 7 = Sunday. */
  weekdays: z.array(z.int().min(1).max(7)).max(7).default([]),
  /** Days of the month (会员日): 8, 18, 28. */
  monthDays: z.array(z.int().min(1).max(31)).max(31).default([]),
  from: Day.nullable().default(null),
  until: Day.nullable().default(null),
  stores: z.array(Code).max(500).default([]),
  categories: z.array(Code).max(500).default([]),
  products: z.array(Code).max(500).default([]),
  birthday: z.enum(['day', 'month']).nullable().default(null),
})

/** N times the points, in per cent: 200 = double. */
export const Multiplier = z.object({
  name: z.string().trim().min(1).max(40),
  percent: z.int().min(0).max(10_000),
  when: MultiplierWhen,
})
export type Multiplier = z.output<typeof Multiplier>

/** When points are worth nothing any more. */
export const Expiry = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('never') }),
  z.object({ kind: z.literal('months'), months: z.int().min(1).max(120), endOf: z.enum(['day', 'month']) }),
  /** 次年 12 月 31 日: years = 1. */
  z.object({ kind: z.literal('yearEnd'), years: z.int().min(0).max(10) }),
])
export type Expiry = z.output<typeof Expiry>

const DEFAULT_EXCLUSIONS: z.output<typeof Exclusion>[] = [
  ...['tobacco', 'prepaid_card', 'bag', 'service_fee', 'rounding', 'voucher'].map(value => ({
    kind: 'productKind' as const,
    value,
  })),
  { kind: 'channel', value: 'corporate' },
]

const Limit = z.int().min(0).max(10_000_000).nullable()

/** The rules of points as data; every field has the default of a shop that has said nothing. */
export const EarningRules = z.object({
  /** Points for so many fen of what counts; fractions are cut once, on the whole receipt. */
  rate: z
    .object({ points: z.int().min(1).max(1000), fen: z.int().min(1).max(1_000_000) })
    .default({ points: 1, fen: 100 }),
  exclusions: z.array(Exclusion).max(500).default(DEFAULT_EXCLUSIONS),
  multipliers: z.array(Multiplier).max(30).default([]),
  /** Several multipliers at once: the highest counts, or they are multiplied. */
  together: z.enum(['highest', 'multiply']).default('highest'),
  /** What was paid so earns nothing: only that share, or the whole receipt. Coupons are already off the net. */
  tenders: z
    .array(z.object({ method: Code, policy: z.enum(['share', 'receipt']) }))
    .max(20)
    .default([]),
  caps: z.object({ receipt: Limit, day: Limit }).default({ receipt: null, day: null }),
  /** Days of the return window during which points are pending; 0 = usable at once. */
  pendingDays: z.int().min(0).max(90).default(0),
  expiry: Expiry.default({ kind: 'never' }),
  /** Points given back after they have expired: they lapse, or live for some days more. */
  graceDays: z.int().min(0).max(365).default(0),
  /** Days before the expiry on which members are told. */
  noticeDays: z.array(z.int().min(1).max(180)).max(4).default([30, 7]),
  /** How far a person may push an account into debt; returns always count. Null = without a limit. */
  debtLimit: z
    .object({ otherwise: Limit, tiers: z.record(Code, z.int().min(0)).default({}) })
    .default({ otherwise: null, tiers: {} }),
  /** Adjustments of one person for one member and day above this wait for a second pair of eyes. */
  adjustLimit: z.int().min(0).max(100_000).default(1000),
  /** What a point costs the shop, for the liability book. */
  cost: z
    .object({ fen: z.int().min(0).max(100_000), points: z.int().min(1).max(100_000) })
    .default({ fen: 1, points: 1 }),
})
export type EarningRules = z.output<typeof EarningRules>

/** A version of the rules: for sales from a business date on. Version 0 is what a shop has that has said nothing. */
export const RulesVersion = z.object({
  version: z.int(),
  validFrom: z.iso.date().nullable(),
  note: z.string().nullable(),
  createdAt: z.string().nullable(),
  rules: EarningRules,
})
export type RulesVersion = z.output<typeof RulesVersion>
