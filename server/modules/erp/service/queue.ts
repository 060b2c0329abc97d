import { z } from 'zod'
import type { Engine } from './engine.ts'

/** What may be enqueued: one run of one import. */
export const importJob = { name: 'erp.import', queue: 'imports', payload: z.object({ importId: z.string() }) }

/** Puts a run into the queue; runs that meet each other sort it out by the lease. */
export const enqueueImport = ({ kernel }: Engine, importId: string, delay?: number): Promise<void> =>
  kernel.enqueue(
    importJob,
    { importId },
    { key: `import-${importId}-${kernel.newId()}`, ...(delay === undefined ? {} : { delay }) },
  )
