import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

const Id = z.string().length(26)

/** What was exchanged or won has been laid ready at its store. */
export const orderReady = event('rewards.orderReady', z.object({ orderId: Id, memberId: Id }))

/** An exchange came to its end: handed over, cancelled with its points given back, or not picked up in time. */
export const orderEnded = event(
  'rewards.orderEnded',
  z.object({ orderId: Id, memberId: Id, how: z.enum(['pickedUp', 'shipped', 'cancelled', 'returned']) }),
)
