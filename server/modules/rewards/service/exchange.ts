import { addDays, shopDay, shopInstant } from '../../../kernel/clock.ts'
import { inTransaction, Overtaken, type Tx } from '../../../kernel/db.ts'
import { rewardsErrors, type Address, type MallRefusal, type Wanted } from '../contract/index.ts'
import { ordersRepository, type OrderRecord } from '../repository/orders.ts'
import { productsRepository, type ProductRecord } from '../repository/products.ts'
import { storeStockRepository } from '../repository/store-stock.ts'
import type { Granting } from './grant.ts'
import { periodOf, type Mall } from './mall.ts'
import { newPickupCode } from './pickup-code.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'
import { storesOf } from './products.ts'

/** The last moment at which something that lies ready today can be picked up: the end of the shop's day. */
export function claimEnd(now: Date, days: number, zone: string): Date {
  return shopInstant(`${addDays(shopDay(now, zone), days)} 23:59:59`, zone) ?? now
}

/** Checks how something is to come, and says what an order keeps of it. */
export async function destination(
  { db, vault }: Pick<RewardsKernel, 'db' | 'vault'>,
  storeNames: RewardsNeeds['storeNames'],
  wanted: { way: Wanted['way']; storeCode?: string | undefined; address?: Address | undefined },
  offered: { canPickUp: boolean; canShip: boolean; stores: readonly string[] | null },
): Promise<Pick<OrderRecord, 'way' | 'storeCode' | 'addressSealed'>> {
  const { way, storeCode, address } = wanted
  if (way === 'pickUp') {
    if (!offered.canPickUp) throw rewardsErrors.wayNotOffered()
    if (storeCode === undefined || (offered.stores !== null && !offered.stores.includes(storeCode)))
      throw rewardsErrors.storeNotOffered()
    if (!(await storeNames(db, [storeCode])).has(storeCode)) throw rewardsErrors.storeNotOffered()
    return { way, storeCode, addressSealed: null }
  }
  if (way !== 'ship' || !offered.canShip) throw rewardsErrors.wayNotOffered()
  if (address === undefined) throw rewardsErrors.addressNeeded()
  return { way, storeCode: null, addressSealed: vault.seal(JSON.stringify(address)) }
}

/** Exchanges points for a product of the mall: place, points, stock and coupon in one transaction. */
export function exchanging(
  kernel: RewardsKernel,
  needs: Pick<RewardsNeeds, 'coupons' | 'storeNames' | 'points'>,
  grants: Granting,
  mall: Mall,
) {
  const { db, clock, config, newId } = kernel
  const zone = config.SHOP_ZONE

  function refuse(refusal: MallRefusal, product: ProductRecord, tier: { zh: string } | null, points: number): never {
    if (refusal === 'soldOut') throw rewardsErrors.soldOut()
    if (refusal === 'limit') throw rewardsErrors.limit()
    if (refusal === 'tier') throw rewardsErrors.tierOnly({ tier: tier?.zh ?? '' })
    if (refusal === 'points') throw rewardsErrors.notEnough({ points: product.points, active: points })
    throw rewardsErrors.notOpen()
  }

  /** Writes the order on the member's next free place; the unique index decides when two ask at once. */
  async function place(tx: Tx, order: OrderRecord, limit: number | null): Promise<'done' | 'twin'> {
    const orders = ordersRepository(tx)
    const { memberId, productId } = order
    if (limit === null || productId === null) {
      const taken = await orders.insert(order)
      if (taken === 'code') throw new Overtaken()
      return taken === null ? 'done' : 'twin'
    }
    for (let tries = 0; tries <= limit; tries++) {
      const held = new Set(
        (await orders.placesOf(memberId, [productId], [order.limitPeriod])).map(({ limitNo }) => limitNo),
      )
      const free = Array.from({ length: limit }, (_, i) => i + 1).find(no => !held.has(no))
      if (free === undefined) {
        // The one that holds the last place may be this very request.
        if ((await orders.byKey(order.key)) !== undefined) return 'twin'
        throw rewardsErrors.limit()
      }
      const taken = await orders.insert({ ...order, limitNo: free })
      if (taken === null) return 'done'
      if (taken === 'key') return 'twin'
      if (taken === 'code') throw new Overtaken()
    }
    throw new Overtaken()
  }

  /** Takes one from what lies at the store, where the product is counted by store; nobody takes what another store has. */
  async function takeAtStore(tx: Tx, productId: string, storeCode: string): Promise<void> {
    const stocks = storeStockRepository(tx)
    if (await stocks.take(productId, storeCode)) return
    if ((await stocks.ofProducts([productId])).has(productId)) throw rewardsErrors.storeSoldOut()
  }

  async function take(tx: Tx, product: ProductRecord, order: OrderRecord): Promise<OrderRecord> {
    const orders = ordersRepository(tx)
    if ((await place(tx, order, product.memberLimit)) === 'twin') {
      const twin = await orders.byKey(order.key)
      if (twin === undefined) throw new Overtaken()
      return twin
    }
    await grants.take(tx, {
      key: `mall:${order.id}`,
      memberId: order.memberId,
      points: product.points,
      note: product.name,
    })
    if (!(await productsRepository(tx).take(product.id, clock.now()))) throw rewardsErrors.soldOut()
    if (order.way === 'pickUp' && order.storeCode !== null) await takeAtStore(tx, product.id, order.storeCode)
    if (product.couponTemplateId === null) return order
    const key = `reward:mall:${order.id}`
    const { issued } = await needs.coupons.issue(tx, product.couponTemplateId, [{ memberId: order.memberId, key }])
    const couponId = issued.get(key)?.couponId
    if (couponId === undefined) throw rewardsErrors.noCoupon()
    await orders.move(order.id, ['done'], { couponId })
    return { ...order, couponId }
  }

  /** Takes one for a member, once per key; a repeat returns the first order, the same key for something else is refused. */
  return async function exchange(memberId: string, productId: string, wanted: Wanted): Promise<OrderRecord> {
    const key = `mall:${memberId}:${wanted.key}`
    const already = await ordersRepository(db).byKey(key)
    if (already !== undefined) {
      if (already.productId !== productId || already.way !== wanted.way) throw rewardsErrors.keyReused()
      return already
    }
    const product = await productsRepository(db).find(productId)
    if (product === undefined) throw rewardsErrors.noProduct()
    const { points, items } = await mall.views([product], memberId)
    const refusal = items[0]?.refusal ?? null
    if (refusal !== null) refuse(refusal, product, items[0]?.tier ?? null, points ?? 0)

    const now = clock.now()
    const isCoupon = product.kind === 'coupon'
    if (isCoupon !== (wanted.way === 'wallet')) throw rewardsErrors.wayNotOffered()
    const where = isCoupon
      ? { way: 'wallet', storeCode: null, addressSealed: null }
      : await destination(kernel, needs.storeNames, wanted, {
          canPickUp: product.canPickUp === 1,
          canShip: product.canShip === 1,
          stores: storesOf(product.storesJson),
        })
    const isReady = where.way === 'pickUp' && product.isReadyAtOnce === 1
    const order: OrderRecord = {
      id: newId(),
      key,
      source: 'mall',
      productId,
      prizeId: null,
      memberId,
      name: product.name,
      kind: product.kind,
      points: product.points,
      fen: product.fen,
      costFen: product.costFen,
      ...where,
      code: newPickupCode(),
      state: isCoupon ? 'done' : isReady ? 'ready' : 'ordered',
      claimDays: product.claimDays,
      limitPeriod: periodOf(product.limitPeriod, now, zone),
      limitNo: null,
      couponId: null,
      parcel: null,
      claimUntil: isReady ? claimEnd(now, product.claimDays, zone) : null,
      orderedAt: now,
      readyAt: isReady ? now : null,
      handedAt: null,
      endedAt: isCoupon ? now : null,
      paidFen: null,
      handKey: null,
      movedBy: null,
      reason: null,
    }
    return inTransaction(db, tx => take(tx, product, order))
  }
}
