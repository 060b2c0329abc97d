import { inTransaction } from '../../../kernel/db.ts'
import { shopDay } from '../../../kernel/clock.ts'
import { memberOpenids } from '../../members/index.ts'
import { creditHolders, SEND_NOW, thingField } from '../../wechat/index.ts'
import { ordersRepository } from '../repository/orders.ts'
import type { RewardsKernel, RewardsNeeds } from './ports.ts'

/** What a member is told of a pick-up, with our own name of the template: what, where, until when. */
const TEMPLATES = { ready: 'pickupReady', ending: 'pickupEnding' } as const

/** How long before its end a pick-up is reminded of. */
const REMINDED_BEFORE = 2 * 86_400_000
/** Who was told only now that it lies ready need not hear it again. */
const TOLD_LATELY = 86_400_000
const RUN = 200

/**
 * Tells the member that an exchange can be picked up, and once more before its end, where they asked for it when they
 * exchanged: service messages by a subscribe credit, each once for an order for ever. Who holds no credit sees it in the
 * mini-program.
 */
export function pickupNotices(
  { db, clock, config }: Pick<RewardsKernel, 'db' | 'clock' | 'config'>,
  { wechat, storeNames }: Pick<RewardsNeeds, 'wechat' | 'storeNames'>,
) {
  async function tell(orderId: string, what: keyof typeof TEMPLATES): Promise<void> {
    const account = wechat.accounts.all.find(({ kind }) => kind === 'miniprogram')
    const templateId = account?.templates[TEMPLATES[what]]
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
          key: `reward:${orderId}:${what}`,
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

  return {
    ready: (orderId: string) => tell(orderId, 'ready'),

    /** Reminds of what waits at a store and goes back within two days; run twice, it tells once. */
    async remind(signal: AbortSignal): Promise<void> {
      const now = clock.now()
      const until = new Date(now.getTime() + REMINDED_BEFORE)
      const toldBefore = new Date(now.getTime() - TOLD_LATELY)
      for (let after = ''; ;) {
        const ids = await ordersRepository(db).endingSoon({ now, until, readyBefore: toldBefore }, after, RUN)
        for (const id of ids) {
          if (signal.aborted) return
          await tell(id, 'ending')
        }
        const last = ids.at(-1)
        if (last === undefined || ids.length < RUN) return
        after = last
      }
    },
  }
}
export type PickupNotices = ReturnType<typeof pickupNotices>
