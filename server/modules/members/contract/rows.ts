import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

/** Members that can be named at once. */
const MOST_ROWS = 200

/** What is done with members that were chosen in a list. */
export const rowsOperations = operations({
  exportRows: {
    method: 'POST',
    path: '/admin/members-export',
    access: 'staff:members.read',
    summary:
      'Chosen members of the caller’s stores as a sheet: masked, or in clear with a reason and members.reveal; audited',
    body: z.object({
      memberIds: z.array(z.string().length(26)).min(1).max(MOST_ROWS),
      form: z.enum(['csv', 'xlsx']),
      /** Why names and phones have to stand there in clear; null = masked. */
      clear: z.string().trim().min(2).max(200).nullable().default(null),
    }),
    reply: z.object({ fileName: z.string(), mediaType: z.string(), rows: z.int(), base64: z.string() }),
  },
})
