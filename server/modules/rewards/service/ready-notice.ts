import { inTransaction } from '../../../kernel/db.ts'
import { shopDay } from '../../../kernel/clock.ts'
import { memberOpenids } from '../../members/index.ts'
import { creditHolders, SEND_NOW, thingField } from '../../wechat/index.ts'
import { ordersRepository } from '../repository/orders.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

/** The template by our own name: what lies ready, where, until when. */
const TEMPLATE = 'pickupReady'

/**
 * Tells the member that an exchange can be picked up, where they asked for it when they exchanged: a service message by a
 * subscribe credit, once for an order for ever. Who holds no credit sees it in the mini-program.
 */
export function readyNotice(
  { db, config }: Pick<RewardsKernel, 'db' | 'config'>,
  { wechat, storeNames }: Pick<RewardsNeeds, 'wechat' | 'storeNames'>,
) {
  return async function tell(orderId: string): Promise<void> {
    const account = wechat.accounts.all.find(({ kind }) => kind === 'miniprogram')
    const templateId = account?.templates[TEMPLATE]
    if (account === undefined || templateId === undefined) return
    const { appId } = account
    const order = await ordersRepository(db).find(orderId)
    if (order?.state !== 'ready' || order.claimUntil === null || order.storeCode === null) return
    const person = await db
      .selectFrom(memberOpenids(db).as('o'))
      .innerJoin(creditHolders(db, { appId, templateId }).as('h'), 'h.openid', 'o.openid')
      .select('o.openid')
      .where('o.memberId', '=', order.memberId)
      .where('o.appId', '=', appId)
      .executeTakeFirst()
    if (person === undefined) return
    const store = (await storeNames(db, [order.storeCode])).get(order.storeCode) ?? order.storeCode
    const fields = {
      thing1: thingField(order.name),
      thing2: thingField(store),
      time3: shopDay(order.claimUntil, config.SHOP_ZONE),
    }
    await inTransaction(db, tx =>
      wechat.plan(tx, [
        {
          key: `reward:${orderId}:ready`,
          group: SEND_NOW,
          appId,
          openid: person.openid,
          route: 'subscribe',
          purpose: 'service',
          templateId,
          body: { fields, page: `packages/rewards/order/order?id=${orderId}` },
        },
      ]),
    )
  }
}
