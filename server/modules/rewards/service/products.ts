import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { rewardsErrors, type ProductFields } from '../contract/index.ts'
import { productsRepository, type ProductRecord } from '../repository/products.ts'
import { storeStockRepository, type StoreStock } from '../repository/store-stock.ts'
import type { Pictures } from './pictures.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

const STATES = ['draft', 'on', 'off'] as const
const PERIODS = ['ever', 'month', 'day'] as const

/** Codes of stores as a product keeps them; null = every store. */
export const storesOf = (json: string | null): string[] | null =>
  json === null ? null : (JSON.parse(json) as string[])

/** A product as replies of the staff say it. */
export const productView = (row: ProductRecord, stocks: readonly StoreStock[] | undefined) => ({
  productId: row.id,
  name: row.name,
  kind: row.kind === 'coupon' ? ('coupon' as const) : ('goods' as const),
  couponTemplateId: row.couponTemplateId,
  description: row.description,
  imageId: row.imageId,
  points: row.points,
  fen: row.fen,
  costFen: row.costFen,
  stock: row.stock,
  taken: row.taken,
  memberLimit: row.memberLimit,
  limitPeriod: PERIODS.find(one => one === row.limitPeriod) ?? ('ever' as const),
  minTier: row.minTier,
  opensAt: row.opensAt,
  closesAt: row.closesAt,
  canPickUp: row.canPickUp === 1,
  canShip: row.canShip === 1,
  stores: storesOf(row.storesJson),
  storeStocks: stocks?.map(({ storeCode, stock, taken }) => ({ storeCode, stock, taken })) ?? null,
  isReadyAtOnce: row.isReadyAtOnce === 1,
  claimDays: row.claimDays,
  position: row.position,
  state: STATES.find(one => one === row.state) ?? ('draft' as const),
  createdAt: row.createdAt,
})

const instant = (text: string | null): Date | null => (text === null ? null : new Date(text))

/** The stores of the pick-up; where stocks are counted by store, those that have one. */
function storesJsonOf({ stores, storeStocks }: ProductFields): string | null {
  const codes = storeStocks?.map(({ storeCode }) => storeCode) ?? stores
  return codes === null ? null : JSON.stringify(codes)
}

/** What was promised: the same for a product that is on, however its words change. */
const promised = (given: ProductFields) => ({
  kind: given.kind,
  couponTemplateId: given.couponTemplateId,
  points: given.points,
  fen: given.fen,
  memberLimit: given.memberLimit,
  limitPeriod: given.limitPeriod,
  minTier: given.minTier,
  opensAt: instant(given.opensAt),
  closesAt: instant(given.closesAt),
  canPickUp: given.kind === 'goods' && given.canPickUp ? 1 : 0,
  canShip: given.kind === 'goods' && given.canShip ? 1 : 0,
  storesJson: storesJsonOf(given),
  isReadyAtOnce: given.isReadyAtOnce ? 1 : 0,
  claimDays: given.claimDays,
})

const free = (given: ProductFields) => ({
  name: given.name,
  description: given.description,
  imageId: given.imageId,
  costFen: given.costFen,
  position: given.position,
  stock: given.stock,
})

/** The mall's products: drawn up, put on, taken off. Every change is audited; only headquarters changes them. */
export function mallProducts(
  { db, clock, newId }: RewardsKernel,
  { audit, coupons, tiers }: Pick<RewardsNeeds, 'audit' | 'coupons' | 'tiers'>,
  pictures: Pick<Pictures, 'known'>,
) {
  async function find(productId: string): Promise<ProductRecord> {
    const product = await productsRepository(db).find(productId)
    if (product === undefined) throw rewardsErrors.noProduct()
    return product
  }

  /** Only what can really be had may be promised. */
  async function check(caller: StaffCaller, given: ProductFields): Promise<void> {
    if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
    if (given.imageId !== null && !(await pictures.known(given.imageId))) throw rewardsErrors.noPicture()
    if (given.couponTemplateId !== null) {
      const { state } = await coupons.template(given.couponTemplateId)
      if (state !== 'active') throw rewardsErrors.templateNotActive()
    }
    if (given.minTier === null) return
    const tier = (await tiers.ladder(db)).find(({ code }) => code === given.minTier)
    if (tier === undefined || !tier.benefits.exclusiveRewards) throw rewardsErrors.tierWithoutRewards()
  }

  async function views(rows: readonly ProductRecord[]) {
    const stocks = await storeStockRepository(db).ofProducts(rows.map(({ id }) => id))
    return rows.map(row => productView(row, stocks.get(row.id)))
  }
  async function view(productId: string) {
    const row = await find(productId)
    return productView(row, (await storeStockRepository(db).ofProducts([productId])).get(productId))
  }

  return {
    find,

    async list(query: PageQuery & { state?: string | undefined; search?: string | undefined }) {
      const [before] = decodeCursor(query.cursor) ?? []
      const rows = await productsRepository(db).page(query, typeof before === 'string' ? before : null, query.limit + 1)
      const page = pageFrom(rows, query.limit, row => [row.id])
      return { ...page, items: await views(page.items) }
    },

    one: view,

    async create(caller: StaffCaller, given: ProductFields) {
      await check(caller, given)
      const id = newId()
      const now = clock.now()
      await inTransaction(db, async tx => {
        await productsRepository(tx).insert({
          id,
          ...promised(given),
          ...free(given),
          taken: 0,
          state: 'draft',
          createdBy: caller.staffId,
          createdAt: now,
          updatedAt: now,
        })
        await storeStockRepository(tx).state(id, given.storeStocks)
        await audit(tx, caller, {
          action: 'rewards.createProduct',
          subjectKind: 'rewardProduct',
          subjectId: id,
          details: given,
        })
      })
      return view(id)
    },

    async update(caller: StaffCaller, productId: string, given: ProductFields) {
      await check(caller, given)
      const now = await find(productId)
      const fixed = promised(given)
      const promisesKept = Object.entries(fixed).every(([name, value]) => {
        const kept: unknown = now[name as keyof typeof fixed]
        return kept instanceof Date && value instanceof Date ? kept.getTime() === value.getTime() : kept === value
      })
      const before = (await storeStockRepository(db).ofProducts([productId])).get(productId) ?? []
      const onlyGrows = before.every(
        ({ storeCode, stock }) => (given.storeStocks?.find(one => one.storeCode === storeCode)?.stock ?? -1) >= stock,
      )
      await inTransaction(db, async tx => {
        const products = productsRepository(tx)
        const updatedAt = clock.now()
        const done =
          (await products.change(productId, ['draft', 'off'], { ...fixed, ...free(given), updatedAt })) ||
          (promisesKept &&
            given.stock >= now.stock &&
            (await products.change(productId, ['on'], { ...free(given), updatedAt })))
        if (!done) throw rewardsErrors.productIsOn()
        // The row is ours by now: what it was before is not what it is.
        const isOn = (await products.find(productId))?.state === 'on'
        if ((isOn && !onlyGrows) || !(await storeStockRepository(tx).state(productId, given.storeStocks)))
          throw rewardsErrors.storeStock()
        await audit(tx, caller, {
          action: 'rewards.updateProduct',
          subjectKind: 'rewardProduct',
          subjectId: productId,
          details: given,
        })
      })
      return view(productId)
    },

    async switch(caller: StaffCaller, productId: string, state: 'on' | 'off') {
      if (caller.scope.kind !== 'all') throw rewardsErrors.wholeChain()
      await find(productId)
      await inTransaction(db, async tx => {
        const products = productsRepository(tx)
        const from = state === 'on' ? ['draft', 'off'] : ['on']
        if (!(await products.change(productId, from, { state, updatedAt: clock.now() }))) {
          if ((await products.find(productId))?.state === state) return
          throw rewardsErrors.wrongState()
        }
        await audit(tx, caller, {
          action: state === 'on' ? 'rewards.putProductOn' : 'rewards.takeProductOff',
          subjectKind: 'rewardProduct',
          subjectId: productId,
        })
      })
      return view(productId)
    },
  }
}
