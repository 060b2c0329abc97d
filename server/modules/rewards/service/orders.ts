import { inTransaction, type Db, type Tx } from '../../../kernel/db.ts'
import { publish } from '../../../kernel/events/event.ts'
import type { StaffCaller, TillCaller } from '../../../kernel/http/caller.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import { rewardsErrors, type Wanted } from '../contract/index.ts'
import { orderEnded, orderReady } from '../events.ts'
import { ordersRepository, type OrderRecord } from '../repository/orders.ts'
import { productsRepository } from '../repository/products.ts'
import { storeStockRepository } from '../repository/store-stock.ts'
import { claimEnd, destination } from './exchange.ts'
import type { Granting } from './grant.ts'
import { pickupCodeOf } from './pickup-code.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

/** Who moves an order, as it is written down. */
type Mover = { readonly by: string }

/** What a member may still take back: nothing has left the store yet. */
export const mayCancel = (order: OrderRecord): boolean =>
  order.source === 'mall' && order.kind === 'goods' && (order.state === 'ordered' || order.state === 'ready')

/** The way of an order after it was taken; every step is one guarded update, and who comes second is told so. */
export function orderDesk(
  kernel: RewardsKernel,
  { audit, storeNames }: Pick<RewardsNeeds, 'audit' | 'storeNames'>,
  grants: Granting,
) {
  const { db, clock, config } = kernel

  async function find(from: Db, orderId: string): Promise<OrderRecord> {
    const order = await ordersRepository(from).find(orderId)
    if (order === undefined) throw rewardsErrors.noOrder()
    return order
  }

  /** An order of the caller's own stores; what is sent, and what waits for the member's word, is headquarters'. */
  async function inReach(orderId: string, scope: Scope): Promise<OrderRecord> {
    const order = await find(db, orderId)
    if (!inScope(scope, order.storeCode)) throw rewardsErrors.noOrder()
    return order
  }

  /** Ends what was not handed over: points to the lots they came from, the place and the stock free again. */
  async function undo(
    tx: Tx,
    order: OrderRecord,
    how: 'cancelled' | 'returned',
    from: readonly string[],
    more: { reason: string | null } & Mover,
  ): Promise<boolean> {
    const now = clock.now()
    const isDone = await ordersRepository(tx).move(order.id, from, {
      state: how,
      limitNo: null,
      endedAt: now,
      reason: more.reason,
      movedBy: more.by,
    })
    if (!isDone) return false
    if (order.source === 'mall') {
      if (order.points > 0)
        await grants.giveBack(tx, { key: `mall:${order.id}`, points: order.points, note: order.name })
      // A prize that nobody fetches does not come back into the draw: what was published stays true.
      if (order.productId !== null) await productsRepository(tx).giveBack(order.productId)
      if (order.productId !== null && order.storeCode !== null)
        await storeStockRepository(tx).giveBack(order.productId, order.storeCode)
    }
    await publish(tx, orderEnded, { orderId: order.id, memberId: order.memberId, how })
    return true
  }

  /** The order behind a code, for those who stand in its store. */
  async function byCode(code: string, isMine: (storeCode: string | null) => boolean): Promise<OrderRecord> {
    const plain = pickupCodeOf(code)
    const order = plain === null ? undefined : await ordersRepository(db).byCode(plain)
    if (order === undefined || order.way !== 'pickUp' || order.storeCode === null) throw rewardsErrors.noCode()
    if (!isMine(order.storeCode)) {
      const names = await storeNames(db, [order.storeCode])
      throw rewardsErrors.otherStore({ store: names.get(order.storeCode) ?? order.storeCode })
    }
    return order
  }

  async function handOver(
    found: OrderRecord,
    { key, paidFen, by }: { key: string; paidFen: number } & Mover,
    note: (tx: Tx) => Promise<void>,
  ): Promise<OrderRecord> {
    const handKey = `${by}:${key}`
    await inTransaction(db, async tx => {
      const order = await find(tx, found.id)
      if (order.handKey === handKey) return
      if (paidFen !== order.fen && order.state === 'ready')
        throw rewardsErrors.toPay({ yuan: (order.fen / 100).toFixed(2) })
      const now = clock.now()
      const change = { state: 'pickedUp', handedAt: now, paidFen, handKey, movedBy: by }
      if (!(await ordersRepository(tx).handOver(order.id, now, change))) {
        const { state, handKey: other } = await find(tx, order.id)
        if (other === handKey) return
        if (state === 'ordered') throw rewardsErrors.notReady()
        throw state === 'pickedUp' || state === 'done' ? rewardsErrors.pickedUp() : rewardsErrors.over()
      }
      await note(tx)
      await publish(tx, orderEnded, { orderId: order.id, memberId: order.memberId, how: 'pickedUp' })
    })
    return find(db, found.id)
  }

  /** One step of the staff: audited, or told that the state does not allow it. */
  async function step(
    caller: StaffCaller,
    orderId: string,
    action: 'rewards.makeReady' | 'rewards.ship' | 'rewards.cancelOrder',
    work: (tx: Tx, order: OrderRecord) => Promise<boolean>,
    reason?: string,
  ): Promise<OrderRecord> {
    const order = await inReach(orderId, caller.scope)
    await inTransaction(db, async tx => {
      if (!(await work(tx, order))) throw rewardsErrors.wrongState()
      await audit(tx, caller, {
        action,
        subjectKind: 'rewardOrder',
        subjectId: orderId,
        ...(reason === undefined ? {} : { reason }),
        details: { memberId: order.memberId, name: order.name },
      })
    })
    return find(db, orderId)
  }

  return {
    inReach,
    undo,

    async mine(memberId: string, orderId: string): Promise<OrderRecord> {
      const order = await find(db, orderId)
      if (order.memberId !== memberId) throw rewardsErrors.noOrder()
      return order
    },

    async cancelMine(memberId: string, orderId: string): Promise<OrderRecord> {
      const order = await this.mine(memberId, orderId)
      if (order.state === 'cancelled') return order
      if (order.source !== 'mall') throw rewardsErrors.prizeStays()
      if (!mayCancel(order)) throw rewardsErrors.wrongState()
      await inTransaction(db, async tx => {
        if (await undo(tx, order, 'cancelled', ['ordered', 'ready'], { reason: null, by: 'member' })) return
        if ((await find(tx, orderId)).state !== 'cancelled') throw rewardsErrors.wrongState()
      })
      return find(db, orderId)
    },

    /** The member says how a prize is to come; said once. */
    async claim(memberId: string, orderId: string, wanted: Omit<Wanted, 'key'>): Promise<OrderRecord> {
      const order = await this.mine(memberId, orderId)
      if (order.way !== 'open') return order
      const where = await destination(kernel, storeNames, wanted, { canPickUp: true, canShip: true, stores: null })
      const now = clock.now()
      if (order.claimUntil !== null && order.claimUntil <= now) throw rewardsErrors.over()
      await inTransaction(db, async tx => {
        if (!(await ordersRepository(tx).choose(orderId, { ...where, claimUntil: null }))) throw rewardsErrors.over()
      })
      return find(db, orderId)
    },

    async received(memberId: string, orderId: string): Promise<OrderRecord> {
      const order = await this.mine(memberId, orderId)
      if (order.state === 'done') return order
      const change = { state: 'done', endedAt: clock.now(), movedBy: 'member' }
      if (!(await ordersRepository(db).move(orderId, ['shipped'], change))) throw rewardsErrors.wrongState()
      return find(db, orderId)
    },

    makeReady: (caller: StaffCaller, orderId: string) =>
      step(caller, orderId, 'rewards.makeReady', async (tx, order) => {
        if (order.way !== 'pickUp') return false
        const now = clock.now()
        const change = {
          state: 'ready',
          readyAt: now,
          claimUntil: claimEnd(now, order.claimDays, config.SHOP_ZONE),
          movedBy: `staff:${caller.staffId}`,
        }
        if (!(await ordersRepository(tx).move(orderId, ['ordered'], change))) return false
        await publish(tx, orderReady, { orderId, memberId: order.memberId })
        return true
      }),

    ship: (caller: StaffCaller, orderId: string, parcel: string) =>
      step(caller, orderId, 'rewards.ship', async (tx, order) => {
        if (order.way !== 'ship') return false
        const change = { state: 'shipped', handedAt: clock.now(), parcel, movedBy: `staff:${caller.staffId}` }
        if (!(await ordersRepository(tx).move(orderId, ['ordered'], change))) return false
        await publish(tx, orderEnded, { orderId, memberId: order.memberId, how: 'shipped' })
        return true
      }),

    cancel: (caller: StaffCaller, orderId: string, reason: string) =>
      step(
        caller,
        orderId,
        'rewards.cancelOrder',
        (tx, order) => {
          if (order.source !== 'mall') throw rewardsErrors.prizeStays()
          return undo(tx, order, 'cancelled', ['ordered', 'ready'], { reason, by: `staff:${caller.staffId}` })
        },
        reason,
      ),

    look: (code: string, scope: Scope) => byCode(code, storeCode => inScope(scope, storeCode)),

    async handOver(caller: StaffCaller, { code, key, paidFen }: { code: string; key: string; paidFen: number }) {
      const order = await byCode(code, storeCode => inScope(caller.scope, storeCode))
      return handOver(order, { key, paidFen, by: `staff:${caller.staffId}` }, tx =>
        audit(tx, caller, {
          action: 'rewards.handOver',
          subjectKind: 'rewardOrder',
          subjectId: order.id,
          details: { memberId: order.memberId, name: order.name, paidFen },
        }),
      )
    },

    lookAtTill: (till: TillCaller, code: string) => byCode(code, storeCode => storeCode === till.storeCode),

    async handOverAtTill(till: TillCaller, { code, key, paidFen }: { code: string; key: string; paidFen: number }) {
      const order = await byCode(code, storeCode => storeCode === till.storeCode)
      return handOver(order, { key, paidFen, by: `till:${till.tillId}` }, async () => undefined)
    },
  }
}
export type OrderDesk = ReturnType<typeof orderDesk>
