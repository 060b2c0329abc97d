import { z } from 'zod'
import { errors } from '../../../kernel/errors.ts'
import { operations } from '../../../kernel/http/contract.ts'
import { Quote, QuoteBody } from '../contract.ts'

/** A moment as ISO text: till replies are kept as text and given again. */
const At = z.iso.datetime()

/** A basket that waits, as the till lists it. */
export const HeldBasket = z.object({
  holdId: z.string(),
  label: z.string(),
  cashier: z.string(),
  lineCount: z.int(),
  /** Fen, as the goods stood when it was put aside. */
  total: z.int(),
  hasMember: z.boolean(),
  heldAt: At,
})
export type HeldBasket = z.output<typeof HeldBasket>

const Key = z.string().min(8).max(64)
const HoldBody = QuoteBody.extend({
  key: Key,
  label: z.string().trim().max(40).default(''),
  cashier: z.string().max(32).default(''),
})
export type HoldBody = z.output<typeof HoldBody>

/** A basket that goes on: what it was, and what it costs now. */
export const Resumed = z.object({
  holdId: z.string(),
  label: z.string(),
  basket: QuoteBody,
  quote: Quote,
  /** The member's code is no longer good (it had turned, or the card is closed): scan it again. */
  memberGone: z.boolean(),
})
export type Resumed = z.output<typeof Resumed>

export const holdErrors = errors('till', {
  noHold: [404, '找不到这张挂单', 'No such held sale'],
  holdGone: [409, '这张挂单已取走', 'Resumed already'],
  tooManyHolds: [409, '挂单已满，请先取单', 'Too many: resume one first'],
})

/** Hold and resume (挂单/取单): a basket waits at its till until its shift is closed. */
export const holdOperations = operations({
  hold: {
    method: 'POST',
    path: '/till/holds',
    access: 'till',
    summary: 'Put a basket aside; nothing is locked for it',
    body: HoldBody,
    reply: HeldBasket,
  },
  holds: {
    method: 'GET',
    path: '/till/holds',
    access: 'till',
    summary: 'Baskets that wait at this till, oldest first',
    reply: z.object({ items: z.array(HeldBasket) }),
  },
  resume: {
    method: 'POST',
    path: '/till/holds/:holdId/resume',
    access: 'till',
    summary: 'Take a basket up again: once, quoted anew',
    params: z.object({ holdId: z.string().max(26) }),
    body: z.object({ key: Key }),
    reply: Resumed,
  },
  dropHold: {
    method: 'POST',
    path: '/till/holds/:holdId/drop',
    access: 'till',
    summary: 'Throw a waiting basket away',
    params: z.object({ holdId: z.string().max(26) }),
    body: z.object({ key: Key }),
    reply: z.object({ holdId: z.string() }),
  },
})
