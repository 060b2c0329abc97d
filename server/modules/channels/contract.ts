import { z } from 'zod'
import { contract } from '../../kernel/http/contract.ts'

/** How far people get who came by a code: each step counts people, only scans count times. */
export const Funnel = z.object({
  scans: z.int(),
  /** Different people who scanned. */
  people: z.int(),
  follows: z.int(),
  enrolled: z.int(),
  /** Members who bought after opening their card. */
  bought: z.int(),
  /** Of these, who came on another day within `days` of the first purchase. */
  cameBack: z.int(),
})
export type Funnel = z.output<typeof Funnel>

const query = z.object({
  /** People who came for the first time between these days of the shop, both included; left out = ever. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** Within so many days of the first purchase the second one counts as coming back. */
  days: z.coerce.number().int().min(1).max(365).default(30),
})

/** What channel codes bring, from the scan to the second purchase. */
export const channelsApi = contract('channels', {
  funnels: {
    method: 'GET',
    path: '/admin/channels/funnels',
    access: 'staff:codes.read',
    summary: 'The funnel of each channel code of the caller’s stores that brought somebody, and of all together',
    query,
    reply: z.object({ items: z.array(Funnel.extend({ codeId: z.string() })), total: Funnel }),
  },
  funnel: {
    method: 'GET',
    path: '/admin/channels/codes/:codeId/funnel',
    access: 'staff:codes.read',
    summary: 'The funnel of one channel code',
    params: z.object({ codeId: z.string().length(26) }),
    query,
    reply: Funnel,
  },
})
