import { z } from 'zod'
import { fault } from '../../../kernel/faults.ts'
import { job } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import { offersRepository } from '../repository/offers.ts'
import type { CouponClaims } from './claim.ts'

/** How long one who settles an offer is taken to be alive without a word, in ms. */
const LEASE_MS = 5_000

/** The job that settles the queue of one hot offer, from its head until it is empty. */
export const settleClaimsJob = (claims: () => CouponClaims) =>
  job({
    name: 'coupons.settleClaims',
    queue: 'claims',
    payload: z.object({ offerId: z.string().length(26) }),
    concurrency: 4,
    run: ({ offerId }, { jobId, signal }) => drain(claims(), offerId, jobId, signal),
  })

/** What was stranded (a job lost with its Redis, a lease of one who fell) is taken up by a sweep. */
export const sweepClaims = ({ db, clock }: Pick<Kernel, 'db' | 'clock'>, claims: () => CouponClaims) =>
  job({
    name: 'coupons.sweepClaims',
    queue: 'claims',
    payload: z.object({}),
    every: 10_000,
    async run(_, { jobId, signal }) {
      for (const { id } of await offersRepository(db).hot(clock.now())) await drain(claims(), id, jobId, signal)
    },
  })

/** Settles until nothing waits; a claim that is settled twice (killed in between) is the same claim. */
async function drain(
  { gate, settling, prime }: CouponClaims,
  offerId: string,
  holder: string,
  signal: AbortSignal,
): Promise<void> {
  if (!(await gate.lease(offerId, holder, LEASE_MS))) return
  try {
    for (;;) {
      const items = await gate.head(offerId)
      if (items.length === 0 || signal.aborted) break
      const outcomes = await settling.settle(offerId, items)
      fault('coupons.afterClaimsSettled')
      await gate.settled(offerId, items, outcomes)
      await gate.lease(offerId, holder, LEASE_MS)
    }
    // Only now both sides agree: whom the gate had let in for nothing leaves room for others.
    if (!signal.aborted) await prime(offerId)
  } finally {
    await gate.letGo(offerId, holder).catch((error: unknown) => {
      if (!isRedisDown(error)) throw error
    })
  }
}
