import { z } from 'zod'
import { on } from '../../../kernel/events/event.ts'
import { job } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { productCouponChanged } from '../../wechat/events.ts'
import { couponRedeemed, couponReturned, couponsIssued, couponsWithdrawn } from '../events.ts'
import type { GivingBack } from './giving-back.ts'
import { railFollow, type FindPeople } from './rail-follow.ts'
import { wechatRail, type FindRail, type ProductCouponPort } from './rail-port.ts'
import { couponRail } from './rail.ts'

/** What 商品券 needs of others: WeChat's API for the brand that is set up, and who of the members is who there. */
export interface RailNeeds {
  readonly find: FindRail
  readonly people: FindPeople
}

/** Everything about 商品券 in one room: what it reacts to and what runs by itself. */
export function railRoom(kernel: Kernel, needs: RailNeeds, back: Pick<GivingBack, 'giveBack'>) {
  const port: ProductCouponPort = wechatRail(needs.find)
  const rail = couponRail(kernel, port)
  const follow = railFollow(kernel, rail, port, needs.people, back)
  const deliver = job({
    name: 'coupons.railDeliver',
    payload: z.object({}),
    every: 10_000,
    run: (_, { signal }) => rail.deliver(signal),
  })
  const resolve = job({
    name: 'coupons.railResolve',
    payload: z.object({}),
    every: 30_000,
    async run(_, { signal }) {
      await rail.resolve(signal)
      await follow.look(signal)
    },
  })
  const soon = (work: typeof deliver | typeof resolve) => kernel.enqueue(work, {}, { key: 'soon' })
  return {
    prepare: port.prepare,
    isOpen: port.isOpen,
    jobs: [deliver, resolve],
    handlers: [
      on(couponsIssued, 'coupons.railSend', async ({ templateId, items }) => {
        const ids = items.map(({ couponId }) => couponId)
        if (await follow.issued(templateId, ids)) await soon(deliver)
      }),
      on(couponRedeemed, 'coupons.railUse', async ({ couponId, docKey }) => {
        if (await follow.used(couponId, docKey)) await soon(deliver)
      }),
      on(couponReturned, 'coupons.railReturn', async ({ couponId, docKey, outcome }) => {
        if (await follow.returned(couponId, docKey, outcome)) await soon(deliver)
      }),
      on(couponsWithdrawn, 'coupons.railWithdraw', async ({ couponIds }) => {
        if (await follow.withdrawn(couponIds)) await soon(deliver)
      }),
      on(productCouponChanged, 'coupons.railHear', async ({ couponCode }) => {
        await follow.heard(couponCode)
        await soon(resolve)
      }),
    ],
  }
}
export type RailRoom = ReturnType<typeof railRoom>
