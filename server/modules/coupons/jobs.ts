import { z } from 'zod'
import { inTransaction, type Tx } from '../../kernel/db.ts'
import { job } from '../../kernel/jobs/job.ts'
import type { Kernel } from '../../kernel/module.ts'
import { couponEdges } from './repository/edges.ts'
import type { CouponGifts } from './service/gifts.ts'

const RUN = 500

/** Frees locks and gifts whose time is over and marks what has expired. Only tidies: whether a coupon is good is judged by the clock. */
export const sweepCoupons = (
  { db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>,
  gifts: Pick<CouponGifts, 'sweep'>,
) =>
  job({
    name: 'coupons.sweep',
    payload: z.object({}),
    every: '*/10 * * * *',
    async run(_, { signal }) {
      const eventsOf = (kind: string, rows: readonly { id: string; docKey: string | null }[]) =>
        rows.map(({ id, docKey }) => ({
          id: newId(),
          couponId: id,
          kind,
          docKey,
          fen: null,
          staffId: null,
          note: 'sweep',
          at: clock.now(),
        }))
      const steps: ((tx: Tx) => Promise<number>)[] = [
        async tx => {
          const freed = await couponEdges(tx).free(clock.now(), RUN)
          await couponEdges(tx).record(eventsOf('release', freed))
          return freed.length
        },
        async tx => {
          const expired = await couponEdges(tx).expire(clock.now(), RUN)
          await couponEdges(tx).record(
            eventsOf(
              'expire',
              expired.map(id => ({ id, docKey: null })),
            ),
          )
          return expired.length
        },
      ]
      while (!signal.aborted && (await gifts.sweep(RUN)) === RUN);
      for (const step of steps) while (!signal.aborted && (await inTransaction(db, step)) === RUN);
    },
  })
