import { z } from 'zod'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom, type PageQuery } from '../../../kernel/page.ts'
import { maskName, maskPhone } from '../../../kernel/vault.ts'
import { inTransaction } from '../../../kernel/db.ts'
import { Address, OrderState, rewardsErrors } from '../contract/index.ts'
import { ordersRepository, type OrderFilter, type OrderRecord } from '../repository/orders.ts'
import { productsRepository } from '../repository/products.ts'
import { mayCancel, type OrderDesk } from './orders.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

const Ways = z.enum(['pickUp', 'ship', 'wallet', 'open'])
const beforeOf = (cursor: string | undefined): string | null => {
  const [before] = decodeCursor(cursor) ?? []
  return typeof before === 'string' ? before : null
}

/** What everybody sees of an order. */
const commonOf = (order: OrderRecord, stores: ReadonlyMap<string, string>) => ({
  orderId: order.id,
  source: order.source === 'lottery' ? ('lottery' as const) : ('mall' as const),
  name: order.name,
  kind: order.kind === 'coupon' ? ('coupon' as const) : ('goods' as const),
  points: order.points,
  fen: order.fen,
  way: Ways.parse(order.way),
  storeCode: order.storeCode,
  storeName: order.storeCode === null ? null : (stores.get(order.storeCode) ?? order.storeCode),
  state: OrderState.parse(order.state),
  claimUntil: order.claimUntil,
  parcel: order.parcel,
  orderedAt: order.orderedAt,
  readyAt: order.readyAt,
  handedAt: order.handedAt,
  endedAt: order.endedAt,
  reason: order.reason,
})

/** Orders as the member, the staff and a till see them. */
export function orderViews(
  { db, vault }: RewardsKernel,
  { members, storeNames, audit }: Pick<RewardsNeeds, 'members' | 'storeNames' | 'audit'>,
  desk: OrderDesk,
) {
  const storesOf = (orders: readonly OrderRecord[]) =>
    storeNames(
      db,
      orders.flatMap(({ storeCode }) => storeCode ?? []),
    )
  const addressOf = ({ addressSealed }: OrderRecord): Address | null =>
    addressSealed === null ? null : Address.parse(JSON.parse(vault.open(addressSealed)))

  async function mine(orders: readonly OrderRecord[]) {
    const stores = await storesOf(orders)
    const images = await productsRepository(db).images(orders.flatMap(({ productId }) => productId ?? []))
    return orders.map(order => ({
      ...commonOf(order, stores),
      imageId: images.get(order.productId ?? '') ?? null,
      code: order.way === 'pickUp' && ['ordered', 'ready'].includes(order.state) ? order.code : null,
      couponId: order.couponId,
      address: addressOf(order),
      mayCancel: mayCancel(order),
    }))
  }

  async function rows(orders: readonly OrderRecord[]) {
    const stores = await storesOf(orders)
    const people = await members.briefs(
      db,
      orders.map(({ memberId }) => memberId),
    )
    return orders.map(order => {
      const address = addressOf(order)
      const member = people.get(order.memberId)
      return {
        ...commonOf(order, stores),
        memberId: order.memberId,
        memberName: member?.name ?? '',
        memberPhone: member?.phone ?? '',
        costFen: order.costFen,
        paidFen: order.paidFen,
        address:
          address === null
            ? null
            : { name: maskName(address.name), phone: maskPhone(address.phone), place: `${address.place.slice(0, 6)}…` },
      }
    })
  }

  return {
    async myList(memberId: string, query: PageQuery & { source?: string | undefined }) {
      const found = await ordersRepository(db).ofMember(memberId, query.source, beforeOf(query.cursor), query.limit + 1)
      const page = pageFrom(found, query.limit, row => [row.id])
      return { ...page, items: await mine(page.items) }
    },

    async myOne(order: OrderRecord) {
      const [view] = await mine([order])
      if (view === undefined) throw rewardsErrors.noOrder()
      return view
    },

    async list(query: PageQuery & OrderFilter, scope: StaffCaller['scope']) {
      const found = await ordersRepository(db).page(query, scope, beforeOf(query.cursor), query.limit + 1)
      const page = pageFrom(found, query.limit, row => [row.id])
      return { ...page, items: await rows(page.items) }
    },

    async row(order: OrderRecord) {
      const [view] = await rows([order])
      if (view === undefined) throw rewardsErrors.noOrder()
      return view
    },

    async atTill(order: OrderRecord) {
      const { name, orderId, state, memberName, handedAt } = await this.row(order)
      return { name, orderId, state, memberName, handedAt, toPayFen: state === 'ready' ? order.fen : 0 }
    },

    /** Name, phone and address in clear, for who sends it; audited. */
    async reveal(caller: StaffCaller, orderId: string, reason: string): Promise<Address> {
      const order = await desk.inReach(orderId, caller.scope)
      const address = addressOf(order)
      if (address === null) throw rewardsErrors.noOrder()
      await inTransaction(db, tx =>
        audit(tx, caller, {
          action: 'rewards.revealAddress',
          subjectKind: 'member',
          subjectId: order.memberId,
          reason,
          details: { orderId },
        }),
      )
      return address
    },
  }
}
