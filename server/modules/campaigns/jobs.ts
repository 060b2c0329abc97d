import { z } from 'zod'
import { job, type Enqueue } from '../../kernel/jobs/job.ts'
import type { Next } from './service/run.ts'

const Payload = z.object({ campaignId: z.string(), chain: z.string() })

/** The job that does one piece of a campaign's work. */
export const runJob = { name: 'campaigns.run', queue: 'campaigns', payload: Payload, attempts: 10 } as const

/** What the jobs run. */
export interface Work {
  run(campaignId: string, chain: string): Promise<Next>
  /** Takes up campaigns whose time has come or whose worker has fallen. */
  sweep(): Promise<void>
}

export const campaignsJobs = (work: Work, enqueue: Enqueue) => [
  job({
    ...runJob,
    concurrency: 2,
    run: async ({ campaignId, chain }) => {
      const next = await work.run(campaignId, chain)
      if (next.again) await enqueue(runJob, { campaignId, chain }, next.afterMs > 0 ? { delay: next.afterMs } : {})
    },
  }),
  job({ name: 'campaigns.sweep', payload: z.object({}), every: 5_000, attempts: 1, run: () => work.sweep() }),
]
