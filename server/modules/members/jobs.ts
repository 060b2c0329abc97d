import { z } from 'zod'
import { job } from '../../kernel/jobs/job.ts'
import type { Cases } from './service/cases.ts'
import type { Merges } from './service/merge.ts'
import type { PersonRequests } from './service/requests.ts'

/** What has come to a merged member since (a sale that was under way, points given back) goes to the one who was kept. */
export const gatherLate = (merges: Merges) =>
  job({
    name: 'members.gatherLate',
    payload: z.object({}),
    every: '*/10 * * * *',
    async run(_, { signal }) {
      await merges.gather(signal)
    },
  })

/** Every night: pairs of members who may be one person. */
export const findCases = (cases: Cases) =>
  job({ name: 'members.findCases', payload: z.object({}), every: '40 2 * * *', run: () => cases.find() })

/** Prepares the copy of all that is kept of a person. */
export const prepareExport = (requests: () => PersonRequests) =>
  job({
    name: 'members.prepareExport',
    payload: z.object({ requestId: z.string() }),
    run: ({ requestId }) => requests().prepare(requestId),
  })

/** What a wiped queue has forgotten is asked for again; copies that lay long enough are taken away. */
export const tidyRequests = (requests: PersonRequests) =>
  job({ name: 'members.tidyRequests', payload: z.object({}), every: '15 * * * *', run: () => requests.tidy() })
