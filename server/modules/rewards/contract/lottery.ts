import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery, pageOf } from '../../../kernel/page.ts'

const Id = z.string().length(26)
const Fen = z.int().nonnegative()
const LotteryParams = z.object({ lotteryId: Id })

/** Odds are so many in a million. */
export const ODDS_BASE = 1_000_000
/** The highest prize that the country allows: ¥50,000 (规范促销行为暂行规定, in force since 2020-12-01). */
export const TOP_PRIZE_FEN = 5_000_000

const PrizeKind = z.enum(['points', 'coupon', 'goods'])

/** What can be won. */
export const PrizeFields = z
  .object({
    name: z.string().trim().min(1).max(60),
    kind: PrizeKind,
    points: z.int().min(0).max(10_000_000).default(0),
    couponTemplateId: Id.nullable().default(null),
    /** What one is worth, fen; of points it is reckoned from what a point costs. */
    worthFen: Fen.max(2_000_000_000).default(0),
    /** So many in a million; 0 for what is only a consolation. */
    odds: z.int().min(0).max(ODDS_BASE),
    stock: z.int().min(1).max(1_000_000),
    /** Given instead of a prize that is gone, as long as there is any. */
    isConsolation: z.boolean().default(false),
  })
  .refine(({ kind, points }) => (kind === 'points') === points > 0, {
    error: '积分奖品要填积分数 / a prize of points says how many',
    path: ['points'],
  })
  .refine(({ kind, couponTemplateId }) => (kind === 'coupon') === (couponTemplateId !== null), {
    error: '券奖品要选券模板 / a prize of a coupon says which',
    path: ['couponTemplateId'],
  })
  .refine(({ kind, worthFen }) => kind === 'points' || worthFen > 0, {
    error: '请填写价值 / say what it is worth',
    path: ['worthFen'],
  })
  .refine(({ isConsolation, kind }) => !isConsolation || kind === 'points', {
    error: '安慰奖只能是积分 / a consolation is points',
    path: ['isConsolation'],
  })
export type PrizeFields = z.output<typeof PrizeFields>

/** What a lottery is drawn up from. Chances are free, or cost points: nothing else ever opens one (no purchase, sharing or following). */
export const LotteryFields = z
  .object({
    name: z.string().trim().min(1).max(60),
    organiser: z.string().trim().min(2).max(60),
    rules: z.string().trim().min(10).max(4000),
    opensAt: z.iso.datetime(),
    closesAt: z.iso.datetime(),
    budgetFen: Fen.min(1).max(2_000_000_000),
    freePerDay: z.int().min(0).max(20).default(1),
    pointsPerDraw: z.int().min(0).max(1_000_000).default(0),
    pointsDrawsPerDay: z.int().min(0).max(50).default(0),
    /** Days in which a winner of goods says how they are to come, and a store keeps them. */
    claimDays: z.int().min(3).max(90).default(30),
    prizes: z.array(PrizeFields).min(1).max(12),
  })
  .refine(({ opensAt, closesAt }) => opensAt < closesAt, {
    error: '结束时间要晚于开始时间 / the end comes after the beginning',
    path: ['closesAt'],
  })
  .refine(({ prizes }) => prizes.filter(({ isConsolation }) => isConsolation).length <= 1, {
    error: '安慰奖最多一个 / one consolation at most',
    path: ['prizes'],
  })
  .refine(({ pointsPerDraw, pointsDrawsPerDay }) => pointsPerDraw > 0 === pointsDrawsPerDay > 0, {
    error: '积分抽奖要同时填所需积分和每天次数 / points for a draw and how often go together',
    path: ['pointsDrawsPerDay'],
  })
  .refine(({ freePerDay, pointsDrawsPerDay }) => freePerDay + pointsDrawsPerDay > 0, {
    error: '每天至少一次机会 / at least one chance a day',
    path: ['freePerDay'],
  })
export type LotteryFields = z.output<typeof LotteryFields>

const State = z.enum(['draft', 'published', 'ended'])
const Prize = z.object({
  prizeId: z.string(),
  name: z.string(),
  /** 'nothing' is the line of those who win nothing: what the prizes leave of the odds. */
  kind: z.enum(['points', 'coupon', 'goods', 'nothing']),
  points: z.int(),
  couponTemplateId: z.string().nullable(),
  worthFen: Fen,
  odds: z.int(),
  stock: z.int().nullable(),
  taken: z.int(),
  isConsolation: z.boolean(),
})

const Common = z.object({
  lotteryId: z.string(),
  name: z.string(),
  organiser: z.string(),
  rules: z.string(),
  opensAt: Instant,
  closesAt: Instant,
  state: State,
  freePerDay: z.int(),
  pointsPerDraw: z.int(),
  pointsDrawsPerDay: z.int(),
  claimDays: z.int(),
  /** sha256 of the seed, published before the first draw. */
  seedHash: z.string().nullable(),
  /** The seed, from the end on. */
  seed: z.string().nullable(),
  /** sha256 of all that was published. */
  termsHash: z.string().nullable(),
  draws: z.int(),
})

/** A lottery as the staff sees it. */
export const Lottery = Common.extend({
  budgetFen: Fen,
  /** What all prizes together would cost. */
  costFen: Fen,
  /** What was given so far has cost. */
  givenFen: Fen,
  prizes: z.array(Prize),
  createdAt: Instant,
  publishedAt: Instant.nullable(),
  endedAt: Instant.nullable(),
  endReason: z.string().nullable(),
})
export type Lottery = z.output<typeof Lottery>

/** A lottery as a shopper sees it: the odds of every prize, the rules, the period, who runs it. */
export const ShopLottery = Common.extend({
  prizes: z.array(Prize.omit({ couponTemplateId: true, worthFen: true })),
  isOpen: z.boolean(),
  /** Chances of the member today; null for a guest. */
  mine: z.object({ freeLeft: z.int(), pointsLeft: z.int(), points: z.int() }).nullable(),
})
export type ShopLottery = z.output<typeof ShopLottery>

/** One draw as its member sees it, with what proves it. */
export const MyDraw = z.object({
  drawId: z.string(),
  lotteryId: z.string(),
  lotteryName: z.string(),
  n: z.int(),
  /** What was drawn from: HMAC-SHA256(seed, ticket). */
  ticket: z.string(),
  number: z.int(),
  way: z.enum(['free', 'points']),
  prize: Prize.omit({ couponTemplateId: true, worthFen: true, stock: true, taken: true }),
  /** What the number said where that prize was gone. */
  drawn: z.string().nullable(),
  /** The prize that has to be fetched or sent. */
  orderId: z.string().nullable(),
  at: Instant,
})
export type MyDraw = z.output<typeof MyDraw>

/** A draw in the staff's list. */
export const DrawRow = z.object({
  drawId: z.string(),
  n: z.int(),
  memberId: z.string(),
  memberName: z.string(),
  way: z.enum(['free', 'points']),
  ticket: z.string(),
  number: z.int(),
  drawn: z.string(),
  prize: z.string(),
  instead: z.enum(['gone', 'refused']).nullable(),
  at: Instant,
})

/** Every draw computed anew from the seed. */
export const LotteryProof = z.object({
  draws: z.int(),
  /** The seed is the one whose hash was published. */
  seedHolds: z.boolean(),
  /** Prizes, odds, rules, period and organiser are those that were published. */
  termsHold: z.boolean(),
  /** The first hundred draws that are not as the seed says; none is the law. */
  wrong: z.array(z.object({ n: z.int(), what: z.enum(['missing', 'number', 'prize', 'instead']) })),
  prizes: z.array(
    z.object({
      prizeId: z.string(),
      name: z.string(),
      /** How many of so many draws the odds let expect, in thousandths. */
      expectedMilli: z.int(),
      drawn: z.int(),
      given: z.int(),
    }),
  ),
})
export type LotteryProof = z.output<typeof LotteryProof>

/** Lotteries: drawn up, published, drawn, proven. */
export const lotteryOperations = operations({
  shopLotteries: {
    method: 'GET',
    path: '/shop/lotteries',
    access: 'shopper',
    summary: 'Lotteries that are on or about to be, and those that ended in the last 30 days',
    reply: z.object({ items: z.array(ShopLottery) }),
  },
  shopLottery: {
    method: 'GET',
    path: '/shop/lotteries/:lotteryId',
    access: 'shopper',
    summary: 'A lottery with its odds and rules',
    params: LotteryParams,
    reply: ShopLottery,
  },
  draw: {
    method: 'POST',
    path: '/shop/lotteries/:lotteryId/draw',
    access: 'member',
    summary: 'Use a chance, once per key',
    params: LotteryParams,
    body: z.object({ key: z.string().regex(/^[\w-]{8,64}$/), way: z.enum(['free', 'points']) }),
    reply: MyDraw,
  },
  myDraws: {
    method: 'GET',
    path: '/shop/me/draws',
    access: 'member',
    summary: 'My draws, newest first',
    query: PageQuery.extend({ lotteryId: Id.optional(), wins: z.stringbool().default(false) }),
    reply: pageOf(MyDraw),
  },
  lotteries: {
    method: 'GET',
    path: '/admin/lotteries',
    access: 'staff:rewards.read',
    summary: 'Lotteries, newest first',
    query: PageQuery.extend({ state: State.optional() }),
    reply: pageOf(Lottery),
  },
  lottery: {
    method: 'GET',
    path: '/admin/lotteries/:lotteryId',
    access: 'staff:rewards.read',
    summary: 'A lottery',
    params: LotteryParams,
    reply: Lottery,
  },
  createLottery: {
    method: 'POST',
    path: '/admin/lotteries',
    access: 'staff:rewards.write',
    summary: 'Draw up a lottery (draft); what the odds leave wins nothing',
    body: LotteryFields,
    reply: Lottery,
  },
  updateLottery: {
    method: 'PUT',
    path: '/admin/lotteries/:lotteryId',
    access: 'staff:rewards.write',
    summary: 'Change a draft',
    params: LotteryParams,
    body: LotteryFields,
    reply: Lottery,
  },
  publishLottery: {
    method: 'POST',
    path: '/admin/lotteries/:lotteryId/publish',
    access: 'staff:rewards.write',
    summary: 'Publish: the seed’s hash and the terms are fixed for good',
    params: LotteryParams,
    reply: Lottery,
  },
  endLottery: {
    method: 'POST',
    path: '/admin/lotteries/:lotteryId/end',
    access: 'staff:rewards.write',
    summary: 'End it before its time, for a reason that is audited; the seed is revealed',
    params: LotteryParams,
    body: z.object({ reason: z.string().trim().min(2).max(200) }),
    reply: Lottery,
  },
  draws: {
    method: 'GET',
    path: '/admin/lotteries/:lotteryId/draws',
    access: 'staff:rewards.read',
    summary: 'Draws with their proof; a store sees those of its own members',
    params: LotteryParams,
    query: PageQuery.extend({ prizeId: Id.optional() }),
    reply: pageOf(DrawRow),
  },
  verifyLottery: {
    method: 'POST',
    path: '/admin/lotteries/:lotteryId/verify',
    access: 'staff:rewards.read',
    summary: 'Compute every draw anew from the seed, and compare',
    params: LotteryParams,
    reply: LotteryProof,
  },
})
