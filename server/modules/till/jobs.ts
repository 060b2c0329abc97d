import { z } from 'zod'
import { job } from '../../kernel/jobs/job.ts'
import type { TillDeps } from './service/deps.ts'
import { watchTills } from './service/fraud/watch.ts'

/** After the night's files: what somebody should look at. */
export const watchTillsNightly = (deps: TillDeps) =>
  job({
    name: 'till.watch',
    payload: z.object({}),
    every: '30 7 * * *',
    run: async () => void (await watchTills(deps)),
  })
