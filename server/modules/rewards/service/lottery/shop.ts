import { shopDay } from '../../../../kernel/clock.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../../kernel/page.ts'
import { rewardsErrors } from '../../contract/index.ts'
import { drawsRepository, type DrawRecord } from '../../repository/draws.ts'
import { lotteriesRepository, type LotteryRecord } from '../../repository/lotteries.ts'
import { ordersRepository } from '../../repository/orders.ts'
import type { RewardsKernel, RewardsNeeds } from '../ports.ts'
import { prizeOrderKey } from './draw.ts'
import { myDrawView, shopLotteryView } from './views.ts'

const SHOWN_AFTER = 30 * 86_400_000

/** Lotteries and draws as shoppers see them. */
export function lotteryOfShopper({ db, clock, config }: RewardsKernel, { points }: Pick<RewardsNeeds, 'points'>) {
  async function views(lotteries: readonly LotteryRecord[], memberId: string | null) {
    const now = clock.now()
    const ids = lotteries.map(({ id }) => id)
    const prizes = await lotteriesRepository(db).prizesOf(ids)
    const used =
      memberId === null ? null : await drawsRepository(db).used(memberId, shopDay(now, config.SHOP_ZONE), ids)
    const balance = memberId === null ? 0 : ((await points.balances(db, [memberId])).get(memberId) ?? 0)
    return lotteries.map(row => {
      const left = (way: string, limit: number): number => Math.max(0, limit - (used?.get(`${row.id}:${way}`) ?? 0))
      const mine =
        used === null
          ? null
          : {
              freeLeft: left('free', row.freePerDay),
              pointsLeft: left('points', row.pointsDrawsPerDay),
              points: Math.max(0, balance),
            }
      return shopLotteryView(row, prizes.get(row.id) ?? [], now, mine)
    })
  }

  async function drawViews(draws: readonly DrawRecord[]) {
    const ids = [...new Set(draws.map(({ lotteryId }) => lotteryId))]
    const lotteries = lotteriesRepository(db)
    const prizes = new Map([...(await lotteries.prizesOf(ids)).values()].flat().map(prize => [prize.id, prize]))
    const names = new Map((await Promise.all(ids.map(id => lotteries.find(id)))).map(row => [row?.id, row?.name ?? '']))
    const orders = await ordersRepository(db).idsByKeys(draws.map(({ id }) => prizeOrderKey(id)))
    return draws.map(draw =>
      myDrawView(draw, names.get(draw.lotteryId) ?? '', prizes, orders.get(prizeOrderKey(draw.id)) ?? null),
    )
  }

  return {
    list: async (memberId: string | null) => ({
      items: await views(await lotteriesRepository(db).shown(new Date(clock.now().getTime() - SHOWN_AFTER)), memberId),
    }),

    async one(memberId: string | null, lotteryId: string) {
      const lottery = await lotteriesRepository(db).find(lotteryId)
      if (lottery === undefined || lottery.state === 'draft') throw rewardsErrors.noLottery()
      const [view] = await views([lottery], memberId)
      if (view === undefined) throw rewardsErrors.noLottery()
      return view
    },

    async drawn(draw: DrawRecord) {
      const [view] = await drawViews([draw])
      if (view === undefined) throw rewardsErrors.noLottery()
      return view
    },

    async draws(memberId: string, query: PageQuery & { lotteryId?: string | undefined; wins: boolean }) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await drawsRepository(db).ofMember(
        memberId,
        query,
        typeof before === 'string' ? before : null,
        query.limit + 1,
      )
      const page = pageFrom(rows, query.limit, row => [row.id])
      return { ...page, items: await drawViews(page.items) }
    },
  }
}
