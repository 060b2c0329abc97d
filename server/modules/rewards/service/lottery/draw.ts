import { shopDay } from '../../../../kernel/clock.ts'
import { inTransaction, Overtaken, type Tx } from '../../../../kernel/db.ts'
import { rewardsErrors } from '../../contract/index.ts'
import { drawsRepository, type DrawRecord } from '../../repository/draws.ts'
import { lotteriesRepository, type LotteryRecord, type PrizeRecord } from '../../repository/lotteries.ts'
import { ordersRepository } from '../../repository/orders.ts'
import { claimEnd } from '../exchange.ts'
import type { Granting } from '../grant.ts'
import { newPickupCode } from '../pickup-code.ts'
import type { RewardsKernel } from '../ports.ts'
import { numberOf, prizeOf, ticketOf } from './fair.ts'

type Way = 'free' | 'points'

/** The permanent key of the order of a prize. */
export const prizeOrderKey = (drawId: string): string => `lottery:${drawId}`

/** Draws: a chance, a number, a prize and what it gives in one transaction, one draw of a lottery after the other. */
export function drawing({ db, clock, config, newId, vault }: RewardsKernel, grants: Granting) {
  const zone = config.SHOP_ZONE

  /** Goods become an order that waits for the member's word. */
  async function order(tx: Tx, lottery: LotteryRecord, prize: PrizeRecord, draw: DrawRecord): Promise<void> {
    const taken = await ordersRepository(tx).insert({
      id: newId(),
      key: prizeOrderKey(draw.id),
      source: 'lottery',
      productId: null,
      prizeId: prize.id,
      memberId: draw.memberId,
      name: prize.name,
      kind: 'goods',
      points: 0,
      fen: 0,
      costFen: prize.worthFen,
      way: 'open',
      storeCode: null,
      addressSealed: null,
      code: newPickupCode(),
      state: 'ordered',
      claimDays: lottery.claimDays,
      limitPeriod: '',
      limitNo: null,
      couponId: null,
      parcel: null,
      claimUntil: claimEnd(draw.at, lottery.claimDays, zone),
      orderedAt: draw.at,
      readyAt: null,
      handedAt: null,
      endedAt: null,
      paidFen: null,
      handKey: null,
      movedBy: null,
      reason: null,
    })
    if (taken !== null) throw new Overtaken()
  }

  /** Gives a prize; false when it is a coupon that this member cannot have. */
  async function give(tx: Tx, lottery: LotteryRecord, prize: PrizeRecord, draw: DrawRecord): Promise<boolean> {
    if (prize.kind === 'goods') await order(tx, lottery, prize, draw)
    if (prize.kind !== 'points' && prize.kind !== 'coupon') return true
    const { refused } = await grants.grant(tx, {
      key: `lottery:${draw.id}:${prize.position}`,
      memberId: draw.memberId,
      why: 'lottery',
      points: prize.points,
      couponTemplateId: prize.couponTemplateId,
      note: lottery.name,
    })
    return refused === null
  }

  /** What is given for what was drawn: that, else the consolation as long as there is any, else nothing. */
  async function settle(
    tx: Tx,
    lottery: LotteryRecord,
    prizes: readonly PrizeRecord[],
    drawn: PrizeRecord,
    draw: DrawRecord,
  ): Promise<Pick<DrawRecord, 'prizeId' | 'instead'>> {
    const lotteries = lotteriesRepository(tx)
    let instead: 'gone' | 'refused' | null = null
    const others = prizes.filter(one => one.id !== drawn.id && (one.isConsolation === 1 || one.kind === 'nothing'))
    for (const prize of [drawn, ...others.toSorted((a, b) => b.isConsolation - a.isConsolation)]) {
      if (await lotteries.takePrize(prize.id)) {
        if (await give(tx, lottery, prize, draw)) return { prizeId: prize.id, instead }
        await lotteries.putBack(prize.id)
        instead = 'refused'
      } else instead ??= 'gone'
    }
    throw new Error(`lottery ${lottery.id} has no line that wins nothing`)
  }

  async function draw(tx: Tx, lotteryId: string, memberId: string, key: string, way: Way): Promise<DrawRecord> {
    const lotteries = lotteriesRepository(tx)
    const draws = drawsRepository(tx)
    const lottery = await lotteries.lock(lotteryId)
    if (lottery === undefined) throw rewardsErrors.noLottery()
    const twin = await draws.byKey(lotteryId, memberId, key)
    if (twin !== undefined) return twin
    const at = clock.now()
    if (lottery.state !== 'published' || lottery.opensAt > at || lottery.closesAt <= at) throw rewardsErrors.notOpen()
    const day = shopDay(at, zone)
    const chanceNo = ((await draws.used(memberId, day, [lotteryId])).get(`${lotteryId}:${way}`) ?? 0) + 1
    if (chanceNo > (way === 'free' ? lottery.freePerDay : lottery.pointsDrawsPerDay)) throw rewardsErrors.noChance()
    const n = lottery.draws + 1
    const id = newId()
    const points = way === 'points' ? lottery.pointsPerDraw : 0
    if (points > 0) await grants.take(tx, { key: `lottery:${id}`, memberId, points, note: lottery.name })

    const prizes = (await lotteries.prizesOf([lotteryId])).get(lotteryId) ?? []
    const number = numberOf(vault.open(lottery.seedSealed ?? ''), ticketOf(lotteryId, n, key), lottery.oddsBase)
    const drawn = prizeOf(prizes, number)
    const record: DrawRecord = {
      id,
      lotteryId,
      n,
      memberId,
      key,
      day,
      way,
      chanceNo,
      points,
      number,
      drawnPrizeId: drawn.id,
      prizeId: drawn.id,
      instead: null,
      at,
    }
    const done = { ...record, ...(await settle(tx, lottery, prizes, drawn, record)) }
    await draws.insert(done)
    await lotteries.change(lotteryId, 'published', { draws: n })
    return done
  }

  return async function (lotteryId: string, memberId: string, key: string, way: Way): Promise<DrawRecord> {
    const already = await drawsRepository(db).byKey(lotteryId, memberId, key)
    if (already !== undefined) {
      if (already.way !== way) throw rewardsErrors.keyReused()
      return already
    }
    return inTransaction(db, tx => draw(tx, lotteryId, memberId, key, way))
  }
}
