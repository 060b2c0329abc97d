import { z } from 'zod'
import { job, type Job } from '../../kernel/jobs/job.ts'
import { watchFolders, watchJob } from './service/drop.ts'
import type { Engine } from './service/engine.ts'
import { enqueueImport, importJob } from './service/queue.ts'
import { orphanedImports } from './repository/imports.ts'
import { runImport } from './service/run.ts'

const LOOK_AGAIN_MS = 10_000
const ORPHANED_AFTER_MS = 60_000

/** The importer's work: runs, the watch over drop folders, and picking up what a fallen worker has left. */
export const erpJobs = (engine: Engine): Job[] => [
  job({
    ...importJob,
    concurrency: 2,
    run: async ({ importId }, { signal }) => {
      const result = await runImport(engine, importId, signal)
      if (result !== 'done') await enqueueImport(engine, importId, result === 'held' ? LOOK_AGAIN_MS : 0)
    },
  }) as Job,
  job({
    ...watchJob,
    every: 15_000,
    run: async () => {
      await watchFolders(engine)
    },
  }) as Job,
  job({
    name: 'erp.pickUp',
    payload: z.object({}),
    every: 60_000,
    run: async () => {
      const before = new Date(engine.kernel.clock.now().getTime() - ORPHANED_AFTER_MS)
      for (const { id } of await orphanedImports(engine.kernel.db, before)) await enqueueImport(engine, id)
    },
  }) as Job,
]
