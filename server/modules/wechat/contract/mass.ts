import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { Purpose } from './routes.ts'

/** Whom a mass message is for: everybody, the holders of a WeChat tag, or people named by openid (2 to 10,000). */
export const MassTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('tag'), tagId: z.int() }),
  z.object({ kind: z.literal('openids'), openids: z.array(z.string().min(1).max(64)).min(2).max(10_000) }),
])
export type MassTarget = z.output<typeof MassTarget>

/** What a mass message says: a text, or an article, picture, voice or video of the account's materials. */
export const MassBody = z.discriminatedUnion('msgtype', [
  z.object({ msgtype: z.literal('text'), text: z.object({ content: z.string().trim().min(1).max(600) }) }),
  z.object({
    msgtype: z.literal('mpnews'),
    mpnews: z.object({ media_id: z.string().min(1) }),
    send_ignore_reprint: z.union([z.literal(0), z.literal(1)]).default(0),
  }),
  z.object({ msgtype: z.literal('voice'), voice: z.object({ media_id: z.string().min(1) }) }),
  z.object({ msgtype: z.literal('image'), images: z.object({ media_ids: z.array(z.string().min(1)).min(1).max(9) }) }),
  z.object({ msgtype: z.literal('mpvideo'), mpvideo: z.object({ media_id: z.string().min(1) }) }),
])
export type MassBody = z.output<typeof MassBody>

/** submitted = WeChat has it and is sending; sent carries WeChat's own counts. */
export const MassState = z.enum(['planned', 'sending', 'submitted', 'sent', 'failed', 'unknown', 'withdrawn'])

export const MassView = z.object({
  id: z.string(),
  appId: z.string(),
  purpose: Purpose,
  target: z.enum(['all', 'tag', 'openids']),
  tagId: z.int().nullable(),
  state: MassState,
  reason: z.string(),
  /** How many it was for, as far as we know; null = the holders of a tag. */
  people: z.int().nullable(),
  /** As WeChat counts them; filtered ones have had their four of the month, or refuse. */
  counts: z.object({ total: z.int(), filtered: z.int(), sent: z.int(), failed: z.int() }).nullable(),
  createdAt: Instant,
  settledAt: Instant.nullable(),
})

/** Mass messages of the official account. */
export const massOperations = operations({
  masses: {
    method: 'GET',
    path: '/admin/wechat/masses',
    access: 'staff:wechat.read',
    summary: 'Mass messages, newest first, with what WeChat counted',
    query: PageQuery,
    reply: pageOf(MassView),
  },
  sendMass: {
    method: 'POST',
    path: '/admin/wechat/masses',
    access: 'staff:wechat.manage',
    summary:
      'Plan a mass message; the same key is one message for ever. For named people each holds a slot of the month',
    body: z.object({
      key: z.string().min(8).max(80),
      purpose: Purpose,
      target: MassTarget,
      body: MassBody,
    }),
    reply: MassView,
  },
  previewMass: {
    method: 'POST',
    path: '/admin/wechat/masses/preview',
    access: 'staff:wechat.manage',
    summary: 'Show a mass message to one person by openid or WeChat id (100 a day)',
    body: z.object({ openid: z.string().max(64).default(''), wxname: z.string().max(64).default(''), body: MassBody }),
    reply: z.void(),
  },
  withdrawMass: {
    method: 'POST',
    path: '/admin/wechat/masses/:massId/withdraw',
    access: 'staff:wechat.manage',
    summary: 'Withdraw a mass message that has not left',
    params: z.object({ massId: z.string().length(26) }),
    reply: MassView,
  },
})
