import { z } from 'zod'
import { inTransaction } from '../../kernel/db.ts'
import { job } from '../../kernel/jobs/job.ts'
import { tiersRepository } from './repository/tiers.ts'
import { decideAll, decideTiers, reading, type TiersKernel } from './service/decide.ts'
import type { DryRuns } from './service/dry-run.ts'

/** After the shop's midnight: members whose review has come. */
export const reviewTiers = (kernel: TiersKernel) =>
  job({
    name: 'tiers.review',
    payload: z.object({}),
    every: '10 0 * * *',
    async run(_, { signal }) {
      const { today } = reading(kernel)
      let before = ''
      while (!signal.aborted) {
        const ids = await tiersRepository(kernel.db).due(today, 500)
        // What cannot be decided (a member who has left) must not hold up the others for ever.
        if (ids.length === 0 || ids.join() === before) return
        before = ids.join()
        await inTransaction(kernel.db, tx => decideTiers(kernel, tx, ids))
      }
    },
  })

/** All members, after new rules; asked for again, it decides the same. */
export const decideAllTiers = (kernel: TiersKernel) =>
  job({
    name: 'tiers.decideAll',
    payload: z.object({}),
    every: '20 0 * * *',
    run: (_, { signal }) => decideAll(kernel, signal),
  })

/** A dry run, from where it was left. */
export const runDry = (runs: () => DryRuns) =>
  job({
    name: 'tiers.dryRun',
    payload: z.object({ dryRunId: z.string() }),
    run: ({ dryRunId }, { signal }) => runs().proceed(dryRunId, signal),
  })
