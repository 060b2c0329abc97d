import type { LotteryRecord, PrizeRecord } from '../../repository/lotteries.ts'
import type { DrawRecord } from '../../repository/draws.ts'
import { hashOfTerms, ticketOf } from './fair.ts'

const STATES = ['draft', 'published', 'ended'] as const
const KINDS = ['points', 'coupon', 'goods', 'nothing'] as const

/** A prize as replies say it. */
export const prizeView = (prize: PrizeRecord) => ({
  prizeId: prize.id,
  name: prize.name,
  kind: KINDS.find(kind => kind === prize.kind) ?? ('nothing' as const),
  points: prize.points,
  couponTemplateId: prize.couponTemplateId,
  worthFen: prize.worthFen,
  odds: prize.odds,
  stock: prize.stock,
  taken: prize.taken,
  isConsolation: prize.isConsolation === 1,
})

const commonOf = (row: LotteryRecord, prizes: readonly PrizeRecord[]) => ({
  lotteryId: row.id,
  name: row.name,
  organiser: row.organiser,
  rules: row.rules,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  state: STATES.find(state => state === row.state) ?? ('draft' as const),
  freePerDay: row.freePerDay,
  pointsPerDraw: row.pointsPerDraw,
  pointsDrawsPerDay: row.pointsDrawsPerDay,
  claimDays: row.claimDays,
  seedHash: row.seedHash,
  seed: row.seed,
  termsHash: row.termsHash,
  draws: row.draws,
  prizes: prizes.map(prizeView),
})

const worthOf = (prizes: readonly PrizeRecord[], count: (prize: PrizeRecord) => number): number =>
  prizes.reduce((sum, prize) => sum + prize.worthFen * count(prize), 0)

/** A lottery as the staff sees it. */
export const lotteryView = (row: LotteryRecord, prizes: readonly PrizeRecord[]) => ({
  ...commonOf(row, prizes),
  budgetFen: row.budgetFen,
  costFen: worthOf(prizes, ({ stock }) => stock ?? 0),
  givenFen: worthOf(prizes, ({ taken }) => taken),
  createdAt: row.createdAt,
  publishedAt: row.publishedAt,
  endedAt: row.endedAt,
  endReason: row.endReason,
})

/** A lottery as a shopper sees it. */
export const shopLotteryView = (
  row: LotteryRecord,
  prizes: readonly PrizeRecord[],
  now: Date,
  mine: { freeLeft: number; pointsLeft: number; points: number } | null,
) => ({
  ...commonOf(row, prizes),
  isOpen: row.state === 'published' && row.opensAt <= now && row.closesAt > now,
  mine,
})

/** sha256 of all that is published of a lottery: changed afterwards, it would not be the same. */
export const termsHashOf = (row: LotteryRecord, prizes: readonly PrizeRecord[]): string =>
  hashOfTerms([
    row.id,
    row.name,
    row.organiser,
    row.rules,
    row.opensAt.toISOString(),
    row.closesAt.toISOString(),
    row.budgetFen,
    row.oddsBase,
    row.freePerDay,
    row.pointsPerDraw,
    row.pointsDrawsPerDay,
    row.claimDays,
    prizes.map(one => [
      one.id,
      one.position,
      one.name,
      one.kind,
      one.points,
      one.couponTemplateId,
      one.worthFen,
      one.odds,
      one.stock,
      one.isConsolation,
    ]),
  ])

/** A draw as its member sees it. */
export function myDrawView(
  draw: DrawRecord,
  lotteryName: string,
  prizes: ReadonlyMap<string, PrizeRecord>,
  orderId: string | null,
) {
  const prize = prizes.get(draw.prizeId)
  if (prize === undefined) throw new Error(`draw ${draw.id} has a prize that is none`)
  return {
    drawId: draw.id,
    lotteryId: draw.lotteryId,
    lotteryName,
    n: draw.n,
    ticket: ticketOf(draw.lotteryId, draw.n, draw.key),
    number: draw.number,
    way: draw.way === 'points' ? ('points' as const) : ('free' as const),
    prize: prizeView(prize),
    drawn: draw.drawnPrizeId === draw.prizeId ? null : (prizes.get(draw.drawnPrizeId)?.name ?? null),
    orderId,
    at: draw.at,
  }
}
