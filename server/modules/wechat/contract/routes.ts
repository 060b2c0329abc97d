import { z } from 'zod'

/** Why a message is sent: about the shopper's own affair, or to make them buy. */
export const Purpose = z.enum(['service', 'marketing'])
export type Purpose = z.output<typeof Purpose>

/**
 * The ways to a person: template (official account), subscribe (one accept = one message, mini-program or official account),
 * customer_service (the windows of a conversation), one_off (the official account's older one-off subscription), mass (4 a month).
 */
export const Route = z.enum(['template', 'subscribe', 'customer_service', 'one_off', 'mass'])
export type Route = z.output<typeof Route>
