import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { PageQuery } from '../../../kernel/page.ts'
import { MemberParams } from './desk.ts'

/** What a member's timeline tells of; each kind can be asked for alone. */
export const TimelineKind = z.enum([
  'receipt',
  'points',
  'coupon',
  'tier',
  'campaign',
  'message',
  'ticket',
  'consent',
  'identity',
  'log',
])
export type TimelineKind = z.output<typeof TimelineKind>

/** One thing that happened. `what` is a word of its kind (a receipt’s type, an entry’s reason, a coupon’s step …). */
export const TimelineRow = z.object({
  entryId: z.string(),
  kind: TimelineKind,
  at: Instant,
  what: z.string(),
  /** A second word of the kind: the route of a message, the purpose and channel of a consent, the kind of an identity. */
  detail: z.string().nullable(),
  /** What it is about: a receipt number, the name of a coupon or campaign, the text of a message. */
  text: z.string().nullable(),
  /** Why, in the reader’s language or as staff wrote it. */
  note: z.string().nullable(),
  /** Yuan as the ERP states them. */
  amount: z.string().nullable(),
  fen: z.int().nullable(),
  points: z.int().nullable(),
  storeCode: z.string().nullable(),
  /** The id by which it is opened: a receipt’s, an entry’s, a ticket’s, a campaign’s, another member’s. */
  refId: z.string().nullable(),
  by: z.string().nullable(),
})
export type TimelineRow = z.output<typeof TimelineRow>

/** Everything that happened with a member, in one list. */
export const timelineOperations = operations({
  timeline: {
    method: 'GET',
    path: '/admin/members/:memberId/timeline',
    access: 'staff:members.read',
    summary: 'Everything that happened with a member, newest first; what the caller may not see is left out',
    params: MemberParams,
    query: PageQuery.extend({ kind: TimelineKind.optional() }),
    reply: z.object({
      items: z.array(TimelineRow),
      next: z.string().nullable(),
      /** The kinds that the caller may see. */
      kinds: z.array(TimelineKind),
    }),
  },
})
