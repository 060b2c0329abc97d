import { z } from 'zod'
import { job } from '../../kernel/jobs/job.ts'
import type { LateClaims } from './service/late-claims.ts'
import type { Sweep } from './service/expire.ts'
import type { Verifications } from './service/verifications.ts'

/** The shop's midnight: pending points become usable, old ones expire, members are told of what will. */
export const sweepPoints = (sweep: Sweep) =>
  job({
    name: 'points.sweep',
    payload: z.object({}),
    every: '1 0 * * *',
    run: (_, { signal }) => sweep.run(signal),
  })

/** Each night the ledger proves itself; also asked for by hand. */
export const verifyPoints = (verifications: Verifications) =>
  job({
    name: 'points.verify',
    payload: z.object({}),
    every: '30 4 * * *',
    run: async (_, { progress }) => {
      await verifications.run(check => void progress({ check }))
    },
  })

/** Claims that wait are tried again: their receipts may have come with a file. */
export const retryClaims = (late: LateClaims) =>
  job({
    name: 'points.retryClaims',
    payload: z.object({}),
    every: '*/30 * * * *',
    run: (_, { signal }) => late.retry(signal),
  })
