import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

/** Documents were written or replaced (≤ 200 a row); sales itself listens, to link members. */
export const documentsApplied = event(
  'sales.documentsApplied',
  z.object({ documents: z.array(z.object({ id: z.string(), revision: z.int() })).max(200) }),
)

/** Documents whose content or member is new and settled (≤ 200 a row): points and others take the difference. */
export const documentsSettled = event('sales.documentsSettled', z.object({ documentIds: z.array(z.string()).max(200) }))
