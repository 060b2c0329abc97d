import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'

/** Why a message is sent: about the shopper's own affair, or to make them buy. */
export const Purpose = z.enum(['service', 'marketing'])
export type Purpose = z.output<typeof Purpose>

/**
 * The ways to a person: template (official account), subscribe (one accept = one message, mini-program or official account),
 * customer_service (the windows of a conversation), one_off (the official account's older one-off subscription), mass (4 a month).
 */
export const Route = z.enum(['template', 'subscribe', 'customer_service', 'one_off', 'mass'])
export type Route = z.output<typeof Route>

/** What has become of a message; unknown = a crash or a broken line hid whether WeChat took it. */
export const MessageState = z.enum(['planned', 'sending', 'sent', 'failed', 'refused', 'unknown', 'withdrawn'])
export type MessageState = z.output<typeof MessageState>

/** How the sending queue stands: everything not finished, and what went wrong in the last day. */
export const SendingHealth = z.object({
  planned: z.int(),
  sending: z.int(),
  /** Seconds the oldest planned message has waited beyond its time. */
  oldestSeconds: z.int(),
  sentToday: z.int(),
  failedToday: z.int(),
  unknownToday: z.int(),
})

/** What staff see and do about messages that go out. */
export const messageOperations = operations({
  sending: {
    method: 'GET',
    path: '/admin/wechat/sending',
    access: 'staff:wechat.read',
    summary: 'The health of the sending queue (counts only)',
    reply: SendingHealth,
  },
})
