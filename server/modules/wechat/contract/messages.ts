import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { Reach } from './rights.ts'
import { Purpose, Route } from './routes.ts'

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

/** One message that was sent, or was to be sent, to somebody; `reason` in the reader's language. */
export const MessageView = z.object({
  id: z.string(),
  appId: z.string(),
  route: Route,
  purpose: Purpose,
  /** Our name of the template; '' where there is none. */
  template: z.string(),
  /** What it says, in short; '' once it has been emptied by age. */
  text: z.string(),
  state: MessageState,
  reason: z.string(),
  plannedAt: Instant,
  /** When it ended; null while it has not. */
  settledAt: Instant.nullable(),
})

/** A message of which nobody knows whether it arrived. */
export const UnknownMessage = MessageView.extend({
  /** Who it was for; null when the person is no member. */
  memberId: z.string().nullable(),
  /** Masked by the server. */
  name: z.string(),
  attempts: z.int(),
})

/** What a person has found out about an unknown message: it arrived · it did not, leave it · it did not, send it again. */
export const Decision = z.enum(['arrived', 'givenUp', 'sendAgain'])
export type Decision = z.output<typeof Decision>

/** What staff see and do about messages that go out. */
export const messageOperations = operations({
  sending: {
    method: 'GET',
    path: '/admin/wechat/sending',
    access: 'staff:wechat.read',
    summary: 'The health of the sending queue (counts only)',
    reply: SendingHealth,
  },
  unknownMessages: {
    method: 'GET',
    path: '/admin/wechat/unknown-messages',
    access: 'staff:wechat.read',
    summary: 'Messages of which nobody knows whether they arrived, newest first',
    query: PageQuery,
    reply: pageOf(UnknownMessage),
  },
  decideMessage: {
    method: 'POST',
    path: '/admin/wechat/unknown-messages/:messageId/decision',
    access: 'staff:wechat.manage',
    summary: 'Settle an unknown message: it arrived, it did not, or send it again under a new key; audited',
    params: z.object({ messageId: z.string().length(26) }),
    body: z.object({ decision: Decision }),
    reply: z.object({ state: MessageState }),
  },
  memberMessages: {
    method: 'GET',
    path: '/admin/members/:memberId/messages',
    access: 'staff:members.read',
    summary: 'Every message to a member, newest first: what was sent, and why not where it was not',
    params: z.object({ memberId: z.string().length(26) }),
    query: PageQuery,
    reply: pageOf(MessageView),
  },
  memberWays: {
    method: 'GET',
    path: '/admin/members/:memberId/ways',
    access: 'staff:members.read',
    summary: 'By which routes a member can be reached now, until when and how often, and why not by the others',
    params: z.object({ memberId: z.string().length(26) }),
    query: z.object({ purpose: Purpose.default('service') }),
    /** blacklisted: on the blacklist (黑名单) of an account of ours. */
    reply: Reach.extend({ blacklisted: z.boolean() }),
  },
})
