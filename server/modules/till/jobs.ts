import { z } from 'zod'
import { job } from '../../kernel/jobs/job.ts'
import type { TillDeps } from './service/deps.ts'
import type { Proofs } from './service/proofs.ts'
import { watchTills } from './service/fraud/watch.ts'

/** After the night's files: what somebody should look at. */
export const watchTillsNightly = (deps: TillDeps) =>
  job({
    name: 'till.watch',
    payload: z.object({}),
    every: '30 7 * * *',
    run: async () => void (await watchTills(deps)),
  })

/** Proofs of codes that no late sale can meet any more. */
export const purgeProofs = (proofs: Proofs) =>
  job({
    name: 'till.purgeProofs',
    payload: z.object({}),
    every: '20 4 * * *',
    run: (_, { signal }) => proofs.purge(signal),
  })
