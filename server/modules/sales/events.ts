import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

/** As many documents as one event tells of at most. */
export const DOCUMENTS_PER_EVENT = 500

/** Documents were written or replaced; sales itself listens, to link members. */
export const documentsApplied = event(
  'sales.documentsApplied',
  z.object({ documents: z.array(z.object({ id: z.string(), revision: z.int() })).max(DOCUMENTS_PER_EVENT) }),
)

/** Documents whose content or member is new and settled: points and others take the difference. */
export const documentsSettled = event(
  'sales.documentsSettled',
  z.object({ documentIds: z.array(z.string()).max(DOCUMENTS_PER_EVENT) }),
)
