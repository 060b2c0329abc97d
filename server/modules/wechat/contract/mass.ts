import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../../kernel/page.ts'
import { Purpose } from './routes.ts'

const Id = z.string().length(26)

/** Whom a mass message is for: everybody who follows, those under a tag, the people of a segment, or people named by openid. */
export const MassTarget = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('tag'), tagId: Id }),
  z.object({ kind: z.literal('segment'), segmentId: Id }),
  z.object({ kind: z.literal('openids'), openids: z.array(z.string().min(1).max(64)).min(2).max(10_000) }),
])
export type MassTarget = z.output<typeof MassTarget>

/** What a mass message says, as staff write it: materials are ours, an article is a draft at WeChat. */
export const MassContent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: z.string().trim().min(1).max(600) }),
  z.object({ type: z.literal('image'), materialIds: z.array(Id).min(1).max(9) }),
  z.object({
    type: z.literal('article'),
    mediaId: z.string().min(1).max(128),
    title: z.string().trim().max(64).default(''),
    /** Send on as a reprint where an article turns out to be somebody else's; else WeChat stops it. */
    asReprint: z.boolean().default(false),
  }),
  z.object({ type: z.literal('voice'), materialId: Id }),
])
export type MassContent = z.output<typeof MassContent>

/** submitted = WeChat has it and is sending; sent carries WeChat's own counts. */
export const MassState = z.enum(['planned', 'sending', 'submitted', 'sent', 'failed', 'unknown', 'withdrawn'])
export type MassState = z.output<typeof MassState>

export const MassView = z.object({
  id: z.string(),
  appId: z.string(),
  title: z.string(),
  purpose: Purpose,
  target: z.enum(['all', 'tag', 'segment', 'openids']),
  /** What the tag or segment was called when it was planned. */
  targetName: z.string(),
  /** Null for one that was planned before what staff wrote was kept. */
  content: MassContent.nullable(),
  part: z.int(),
  parts: z.int(),
  state: MassState,
  reason: z.string(),
  /** How many people hold a slot for it. */
  people: z.int().nullable(),
  /** As WeChat counts them: of all, those who could still get one this month, then reached or not. */
  counts: z.object({ total: z.int(), filtered: z.int(), sent: z.int(), failed: z.int() }).nullable(),
  /** When it is to leave; null = at once. */
  sendAt: Instant.nullable(),
  createdAt: Instant,
  settledAt: Instant.nullable(),
  /** When its article was taken back. */
  deletedAt: Instant.nullable(),
})
export type MassView = z.output<typeof MassView>

/** How many people a mass message would reach, and what it costs them. */
export const MassCount = z.object({
  /** Who follows and takes messages. */
  people: z.int(),
  /** Of these, who has a slot left in the month. */
  reachable: z.int(),
  /** Of these, whose last slot of the month it takes. */
  lastSlot: z.int(),
  /** Slots a person has in a month. */
  aMonth: z.int(),
  /** Into how many messages WeChat's limit of 10,000 named people cuts it. */
  parts: z.int(),
  monthEnds: Instant,
})

const params = z.object({ massId: Id })
const read = 'staff:wechat.read'
const manage = 'staff:wechat.manage'
const when = z.iso.datetime().nullable().default(null)

/** Mass messages of the official account. */
export const massOperations = operations({
  masses: {
    method: 'GET',
    path: '/admin/wechat/masses',
    access: read,
    summary: 'Mass messages, newest first, with what WeChat counted',
    query: PageQuery.extend({ search: z.string().trim().max(60).optional(), state: MassState.optional() }),
    reply: pageOf(MassView),
  },
  mass: {
    method: 'GET',
    path: '/admin/wechat/masses/:massId',
    access: read,
    summary: 'One mass message',
    params,
    reply: MassView,
  },
  massDrafts: {
    method: 'GET',
    path: '/admin/wechat/mass-drafts',
    access: manage,
    summary: 'The newest 20 drafts of articles at WeChat',
    reply: z.object({
      items: z.array(z.object({ mediaId: z.string(), titles: z.array(z.string()), picture: z.string(), at: Instant })),
    }),
  },
  countMass: {
    method: 'POST',
    path: '/admin/wechat/masses/count',
    access: manage,
    summary: 'How many people a mass message would reach, and what it takes of their four a month',
    body: z.object({ purpose: Purpose, target: MassTarget, at: when }),
    reply: MassCount,
  },
  sendMass: {
    method: 'POST',
    path: '/admin/wechat/masses',
    access: manage,
    summary: 'Plan a mass message; the same key is one message for ever. Each person holds a slot of the month for it',
    body: z.object({
      key: z.string().min(8).max(80),
      title: z.string().trim().max(60).default(''),
      purpose: Purpose,
      target: MassTarget,
      content: MassContent,
      at: when,
    }),
    reply: MassView,
  },
  previewMass: {
    method: 'POST',
    path: '/admin/wechat/masses/preview',
    access: manage,
    summary: 'Show a mass message to one person by openid or WeChat id (100 a day)',
    body: z.object({
      openid: z.string().max(64).default(''),
      wxname: z.string().trim().max(64).default(''),
      content: MassContent,
    }),
    reply: z.void(),
  },
  withdrawMass: {
    method: 'POST',
    path: '/admin/wechat/masses/:massId/withdraw',
    access: manage,
    summary: 'Withdraw a mass message that has not left',
    params,
    reply: MassView,
  },
  deleteMass: {
    method: 'POST',
    path: '/admin/wechat/masses/:massId/delete',
    access: manage,
    summary: 'Take the article of a mass message back at WeChat: who opens it later sees that it was deleted',
    params,
    reply: MassView,
  },
})
