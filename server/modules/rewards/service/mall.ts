import { shopDay } from '../../../kernel/clock.ts'
import { rewardsErrors, type MallRefusal } from '../contract/index.ts'
import { ordersRepository } from '../repository/orders.ts'
import { productsRepository, type ProductRecord } from '../repository/products.ts'
import { storeStockRepository } from '../repository/store-stock.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { productView } from './products.ts'

/** Where a member's limit is counted at that moment: for ever (''), the shop's month, or its day. */
export function periodOf(limitPeriod: string, now: Date, zone: string): string {
  const day = shopDay(now, zone)
  return limitPeriod === 'day' ? day : limitPeriod === 'month' ? day.slice(0, 7) : ''
}

/** Who looks at the mall: usable points, the rank of the tier. */
interface Looker {
  readonly points: number
  readonly rank: number
}

/** The points mall as a shopper sees it: what there is, and why something cannot be had. */
export function mallOfShopper({ db, clock, config }: RewardsKernel, needs: Pick<RewardsNeeds, 'points' | 'tiers'>) {
  const zone = config.SHOP_ZONE

  async function lookerOf(memberId: string): Promise<Looker> {
    const points = (await needs.points.balances(db, [memberId])).get(memberId) ?? 0
    const rank = (await needs.tiers.benefitsOf(db, [memberId])).get(memberId)?.rank ?? -1
    return { points, rank }
  }

  /** Why a member may not have it; what depends on the stock and the limit is decided again when it is taken. */
  function refusalOf(product: ProductRecord, had: number, minRank: number | null, who: Looker): MallRefusal | null {
    const now = clock.now()
    if (product.opensAt !== null && product.opensAt > now) return 'notYet'
    if (product.state !== 'on' || (product.closesAt !== null && product.closesAt <= now)) return 'over'
    if (product.taken >= product.stock) return 'soldOut'
    if (minRank !== null && who.rank < minRank) return 'tier'
    if (product.memberLimit !== null && had >= product.memberLimit) return 'limit'
    return who.points < product.points ? 'points' : null
  }

  async function views(products: readonly ProductRecord[], memberId: string | null) {
    const ladder = await needs.tiers.ladder(db)
    const stocks = await storeStockRepository(db).ofProducts(products.map(({ id }) => id))
    const now = clock.now()
    const periods = ['', periodOf('month', now, zone), periodOf('day', now, zone)]
    const held =
      memberId === null
        ? []
        : await ordersRepository(db).placesOf(
            memberId,
            products.map(({ id }) => id),
            periods,
          )
    const who = memberId === null ? null : await lookerOf(memberId)
    const items = products.map(product => {
      const period = periodOf(product.limitPeriod, now, zone)
      const had = held.filter(one => one.productId === product.id && one.limitPeriod === period).length
      const rank = ladder.findIndex(({ code }) => code === product.minTier)
      const view = productView(product, stocks.get(product.id))
      return {
        ...view,
        left: Math.max(0, product.stock - product.taken),
        storesLeft:
          view.storeStocks?.map(({ storeCode, stock, taken }) => ({ storeCode, left: Math.max(0, stock - taken) })) ??
          null,
        had,
        tier: ladder[rank]?.name ?? null,
        ways:
          view.kind === 'coupon'
            ? (['wallet'] as const).slice()
            : (['pickUp', 'ship'] as const).filter(way => (way === 'pickUp' ? view.canPickUp : view.canShip)),
        // A tier that is gone from the rules keeps its products closed.
        refusal: refusalOf(product, had, product.minTier === null ? null : rank < 0 ? Infinity : rank, who ?? NOBODY),
      }
    })
    return { points: who?.points ?? null, items }
  }

  return {
    views,

    async list(memberId: string | null) {
      const now = clock.now()
      const products = await productsRepository(db).onShow()
      return views(
        products.filter(({ closesAt }) => closesAt === null || closesAt > now),
        memberId,
      )
    },

    async one(memberId: string | null, productId: string) {
      const product = await productsRepository(db).find(productId)
      if (product === undefined || product.state === 'draft') throw rewardsErrors.noProduct()
      const { points, items } = await views([product], memberId)
      const [view] = items
      if (view === undefined) throw rewardsErrors.noProduct()
      return { points, product: view }
    },
  }
}
/** A guest sees what a member without tier and limits of points would. */
const NOBODY: Looker = { points: Infinity, rank: -1 }
export type Mall = ReturnType<typeof mallOfShopper>
