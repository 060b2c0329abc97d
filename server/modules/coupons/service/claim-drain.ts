import { z } from 'zod'
import { fault } from '../../../kernel/faults.ts'
import { chunks } from '../../../kernel/db.ts'
import { job } from '../../../kernel/jobs/job.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { isRedisDown } from '../../../kernel/redis.ts'
import { offersRepository } from '../repository/offers.ts'
import type { CouponClaims } from './claim.ts'

/** Claims in one transaction, and transactions side by side. */
const PIECE = 500
const LANES = 3
/** How long one who settles an offer is taken to be alive without a word, in ms. */
const LEASE_MS = 3_000
/** How long one waits for Redis to come back before it gives the queue up to the next sweep: tries, ms between them. */
const PATIENCE = { tries: 50, pauseMs: 100 }

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
    every: 2_000,
    async run(_, { jobId, signal }) {
      for (const { id } of await offersRepository(db).hot(clock.now())) await drain(claims(), id, jobId, signal)
    },
  })

/** Settles until nothing waits; a claim that is settled twice (killed in between) is the same claim. */
async function drain(claims: CouponClaims, offerId: string, holder: string, signal: AbortSignal): Promise<void> {
  const { gate, prime } = claims
  if (!(await gate.lease(offerId, holder, LEASE_MS))) return
  let tries = 0
  for (let isMore = true; isMore && !signal.aborted;) {
    try {
      isMore = await settleHead(claims, offerId)
      await gate.lease(offerId, holder, LEASE_MS)
      tries = 0
    } catch (error) {
      if (!isRedisDown(error) || ++tries > PATIENCE.tries) throw error
      await new Promise(resolve => setTimeout(resolve, PATIENCE.pauseMs))
    }
  }
  // Only now both sides agree: whom the gate had let in for nothing leaves room for others.
  if (!signal.aborted) await prime(offerId)
  await gate.letGo(offerId, holder)
}

/** Settles what waits in the queue by pieces, some side by side: while the database writes one, the next is made ready. */
async function settleHead({ gate, settling }: CouponClaims, offerId: string): Promise<boolean> {
  const items = await gate.head(offerId, PIECE * LANES * 4)
  const pieces = chunks(items, PIECE)
  const lane = async (): Promise<void> => {
    for (let piece = pieces.shift(); piece !== undefined; piece = pieces.shift()) {
      const outcomes = await settling.settle(offerId, piece)
      fault('coupons.afterClaimsSettled')
      await gate.settled(offerId, piece, outcomes)
    }
  }
  // Whoever fails, the others end first: whoever takes the queue up again finds no claim that is still being settled.
  const ended = await Promise.allSettled(Array.from({ length: LANES }, lane))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return items.length > 0
}
