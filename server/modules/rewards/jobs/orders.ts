import { z } from 'zod'
import { inTransaction } from '../../../kernel/db.ts'
import { job } from '../../../kernel/jobs/job.ts'
import { ordersRepository } from '../repository/orders.ts'
import type { LotteryDesk } from '../service/lottery/desk.ts'
import type { PickupNotices } from '../service/pickup-notice.ts'
import type { OrderDesk } from '../service/orders.ts'
import type { RewardsKernel } from '../service/ports.ts'

const RUN = 200
/** Days after which nobody can say any more that it was not so. */
const SETTLED = { pickedUp: 7, shipped: 15 } as const

/** Ends lotteries whose time is over and reveals their seeds. */
export const endLotteries = (desk: Pick<LotteryDesk, 'sweep'>) =>
  job({ name: 'rewards.endLotteries', payload: z.object({}), every: '*/5 * * * *', run: () => desk.sweep() })

/** In the morning, outside the quiet hours: what waits at a store and soon goes back. */
export const remindOfPickUps = (notices: Pick<PickupNotices, 'remind'>) =>
  job({
    name: 'rewards.remindOfPickUps',
    payload: z.object({}),
    every: '30 9 * * *',
    run: (_, { signal }) => notices.remind(signal),
  })

/** Takes back what nobody has picked up in time, and closes what was handed over. Each order by itself, once. */
export const sweepOrders = ({ db, clock, log }: RewardsKernel, desk: OrderDesk) =>
  job({
    name: 'rewards.sweep',
    payload: z.object({}),
    every: '5 * * * *',
    async run(_, { signal }) {
      const now = clock.now()
      for (;;) {
        const late = await ordersRepository(db).unclaimed(now, RUN)
        let undone = 0
        for (const order of late) {
          if (signal.aborted) return
          const isBack = await inTransaction(db, tx =>
            desk.undo(tx, order, 'returned', ['ordered', 'ready'], { reason: 'unclaimed', by: 'sweep' }),
          ).catch((error: unknown) => {
            log.error({ err: error, orderId: order.id }, 'an order that nobody has picked up could not be taken back')
            return false
          })
          if (isBack) undone++
        }
        if (late.length < RUN || undone === 0) break
      }
      for (const [state, days] of [
        ['pickedUp', SETTLED.pickedUp],
        ['shipped', SETTLED.shipped],
      ] as const) {
        const until = new Date(now.getTime() - days * 86_400_000)
        while (!signal.aborted && (await ordersRepository(db).settle(state, until, now, RUN)) === RUN);
      }
    },
  })
