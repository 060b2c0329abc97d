import { drawsRepository } from '../../repository/draws.ts'
import type { LotteryProof } from '../../contract/index.ts'
import type { PrizeRecord } from '../../repository/lotteries.ts'
import type { RewardsKernel } from '../ports.ts'
import type { LotteryDesk } from './desk.ts'
import { hashOfSeed, numberOf, prizeOf, ticketOf } from './fair.ts'
import { termsHashOf } from './views.ts'

const RUN = 2000

/** Computes every draw of a lottery anew, in order, from its seed, and compares with what was given. */
export function lotteryProof({ db, vault }: RewardsKernel, desk: LotteryDesk) {
  return async function verify(lotteryId: string): Promise<LotteryProof> {
    const lottery = await desk.find(lotteryId)
    const prizes = await desk.prizesOf(lotteryId)
    const seed = lottery.seed ?? (lottery.seedSealed === null ? null : vault.open(lottery.seedSealed))
    const drawn = new Map<string, number>()
    const given = new Map<string, number>()
    const add = (counts: Map<string, number>, id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1)
    const isGone = (prize: PrizeRecord): boolean => prize.stock !== null && (given.get(prize.id) ?? 0) >= prize.stock
    const consolation = prizes.find(({ isConsolation }) => isConsolation === 1)
    const nothing = prizes.find(({ kind }) => kind === 'nothing')

    const wrong: LotteryProof['wrong'] = []
    let last = 0
    const say = (n: number, what: LotteryProof['wrong'][number]['what']): void => {
      if (wrong.length < 100) wrong.push({ n, what })
    }
    for (;;) {
      const rows = await drawsRepository(db).inOrder(lotteryId, last, RUN)
      for (const { n, key, number, drawnPrizeId, prizeId, instead } of rows) {
        for (let missing = last + 1; missing < n; missing++) say(missing, 'missing')
        last = n
        const should = numberOf(seed ?? '', ticketOf(lotteryId, n, key), lottery.oddsBase)
        const prize = prizeOf(prizes, should)
        if (number !== should) say(n, 'number')
        else if (drawnPrizeId !== prize.id) say(n, 'prize')
        else {
          const isRefused = instead === 'refused' && prize.kind === 'coupon'
          const others = [consolation, nothing].filter(one => one !== undefined && one.id !== prize.id)
          const due = !isGone(prize) && !isRefused ? prize : others.find(one => one !== undefined && !isGone(one))
          if (due?.id !== prizeId) say(n, 'instead')
        }
        add(drawn, drawnPrizeId)
        add(given, prizeId)
      }
      if (rows.length < RUN) break
    }
    for (let missing = last + 1; missing <= lottery.draws; missing++) say(missing, 'missing')

    return {
      draws: lottery.draws,
      seedHolds: seed !== null && hashOfSeed(seed) === lottery.seedHash,
      termsHold: termsHashOf(lottery, prizes) === lottery.termsHash,
      wrong,
      prizes: prizes.map(({ id, name, odds }) => ({
        prizeId: id,
        name,
        expectedMilli: Math.round((lottery.draws * odds * 1000) / lottery.oddsBase),
        drawn: drawn.get(id) ?? 0,
        given: given.get(id) ?? 0,
      })),
    }
  }
}
