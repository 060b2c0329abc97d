import { z } from 'zod'
import { operations } from '../../../kernel/http/contract.ts'
import { Instant } from '../../../kernel/http/instant.ts'

const Id = z.string().length(26)
const AppId = z.string().min(1).max(32)
const line = (most: number) => z.string().trim().min(1).max(most)
const Address = z.url({ protocol: /^https?$/ }).max(1024)

/** What is said of the person in a text: {会员名} and the like. WeChat tells no nickname any more: it is the member's name. */
export const REPLY_VALUES = ['昵称', '会员名', '积分', '等级', '券张数', '门店'] as const
export type ReplyValue = (typeof REPLY_VALUES)[number]

/** One message of a reply. Texts may hold {会员名} and the like; `plain` is said where a value is not known or late. */
export const ReplyMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('text'), text: line(600), plain: z.string().trim().max(600).default('') }),
  z.object({ type: z.literal('image'), materialId: Id }),
  z.object({ type: z.literal('voice'), materialId: Id }),
  z.object({
    type: z.literal('video'),
    materialId: Id,
    title: z.string().trim().max(60).default(''),
    description: z.string().trim().max(200).default(''),
  }),
  z.object({
    type: z.literal('music'),
    title: line(60),
    description: z.string().trim().max(200).default(''),
    url: Address,
    hqUrl: z.union([z.literal(''), Address]).default(''),
    thumbId: Id,
  }),
  z.object({
    type: z.literal('news'),
    title: line(60),
    description: z.string().trim().max(200).default(''),
    materialId: Id.nullable().default(null),
    url: Address,
  }),
  z.object({
    type: z.literal('menu'),
    head: line(200),
    items: z.array(line(30)).min(1).max(10),
    tail: z.string().trim().max(200).default(''),
  }),
  z.object({
    type: z.literal('miniprogram'),
    title: line(60),
    appId: AppId,
    path: line(200),
    thumbId: Id,
  }),
  /** To WeChat's own customer-service client; nothing else can be said with it. */
  z.object({ type: z.literal('handOver') }),
])
export type ReplyMessage = z.output<typeof ReplyMessage>

/** The kinds a push can be answered with at once (wechat-protocol §1.8); the others go as customer-service messages. */
export const PASSIVE_TYPES: readonly ReplyMessage['type'][] = [
  'text',
  'image',
  'voice',
  'video',
  'music',
  'news',
  'handOver',
]

/** When a rule listens: welcome (a follow), text (what somebody writes), click (a tap on the menu), default (all else). */
export const ReplyKind = z.enum(['welcome', 'text', 'click', 'default'])
export type ReplyKind = z.output<typeof ReplyKind>

/** Something that is looked for in a text: as a whole, somewhere in it, or by a regular expression (RE2, linear time). */
export const Pattern = z.object({ how: z.enum(['exact', 'contains', 'regex']), text: line(200) })
export type Pattern = z.output<typeof Pattern>

/** What a rule listens for: patterns of a text rule, keys of a menu rule (none = every key that no other rule has). */
export const ReplyMatch = z.object({
  patterns: z.array(Pattern).max(30).default([]),
  keys: z.array(line(128)).max(15).default([]),
})
export type ReplyMatch = z.output<typeof ReplyMatch>

const Time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/)
/** Hours of the shop's zone on days of the week (1 = Monday); an end before the start is in the next morning. */
export const ReplyHours = z.object({ days: z.array(z.int().min(1).max(7)).min(1).max(7), from: Time, to: Time })
export type ReplyHours = z.output<typeof ReplyHours>

/** A rule as it is written. */
export const ReplyRuleInput = z.object({
  kind: ReplyKind,
  name: line(60),
  active: z.boolean().default(true),
  match: ReplyMatch.default({ patterns: [], keys: [] }),
  hours: ReplyHours.nullable().default(null),
  messages: z.array(ReplyMessage).min(1).max(3),
  /** The people at the desk get to see the message too, although it is answered. */
  toDesk: z.boolean().default(false),
})
export type ReplyRuleInput = z.output<typeof ReplyRuleInput>

/** A rule as it stands in the list. */
export const ReplyRule = ReplyRuleInput.extend({
  ruleId: Id,
  appId: AppId,
  position: z.int(),
  version: z.int(),
  changedAt: Instant,
  changedBy: z.string(),
  hitsToday: z.int(),
  hitsWeek: z.int(),
})

/** Why a rule does not answer: switched off, outside its hours, listens for something else, does not fit, another came first. */
export const Unfit = z.enum(['off', 'hours', 'otherKind', 'noMatch', 'earlier', 'nothingToSay'])
export type Unfit = z.output<typeof Unfit>

/** What would be said, and by which rule. */
export const Tried = z.object({
  /** Null when no rule fits: the message goes to the people at the desk. */
  ruleId: z.string().nullable(),
  ruleName: z.string(),
  messages: z.array(z.object({ message: ReplyMessage, at: z.enum(['once', 'later']) })),
  /** Whether the people at the desk get it. */
  toDesk: z.boolean(),
  steps: z.array(
    z.object({
      ruleId: z.string().nullable(),
      name: z.string(),
      kind: ReplyKind,
      fits: z.boolean(),
      why: Unfit.nullable(),
      /** The pattern or key that fitted. */
      by: z.string(),
    }),
  ),
})

/** A picture, sound or film that can be chosen. */
export const Material = z.object({
  materialId: Id,
  kind: z.enum(['image', 'voice', 'video', 'thumb']),
  name: z.string(),
  title: z.string(),
  description: z.string(),
  size: z.int(),
  mediaType: z.string(),
  createdAt: Instant,
  createdBy: z.string(),
})
const MaterialKind = z.enum(['image', 'voice', 'video', 'thumb'])

const rule = { params: z.object({ ruleId: Id }) }
const read = 'staff:wechat.read'
const manage = 'staff:wechat.manage'

/** Automatic replies and what they are made of, for staff. */
export const replyOperations = operations({
  replyRules: {
    method: 'GET',
    path: '/admin/wechat/replies',
    access: read,
    summary: 'The automatic replies of an official account, in the order in which they are asked, with their hits',
    query: z.object({ appId: AppId.optional() }),
    reply: z.object({ appId: z.string(), name: z.string(), items: z.array(ReplyRule) }),
  },
  createReplyRule: {
    method: 'POST',
    path: '/admin/wechat/replies',
    access: manage,
    summary: 'A new rule, asked after those of its kind',
    body: ReplyRuleInput.extend({ appId: AppId }),
    reply: z.object({ ruleId: Id }),
  },
  updateReplyRule: {
    method: 'PUT',
    path: '/admin/wechat/replies/:ruleId',
    access: manage,
    summary: 'Change a rule; refused when somebody has changed it meanwhile',
    ...rule,
    body: ReplyRuleInput.extend({ version: z.int() }),
    reply: z.object({ version: z.int() }),
  },
  switchReplyRule: {
    method: 'POST',
    path: '/admin/wechat/replies/:ruleId/active',
    access: manage,
    summary: 'Switch a rule on or off',
    ...rule,
    body: z.object({ active: z.boolean() }),
    reply: z.void(),
  },
  removeReplyRule: {
    method: 'DELETE',
    path: '/admin/wechat/replies/:ruleId',
    access: manage,
    summary: 'Remove a rule; its hits are kept',
    ...rule,
    reply: z.void(),
  },
  orderReplyRules: {
    method: 'PUT',
    path: '/admin/wechat/reply-order',
    access: manage,
    summary: 'In which order the rules are asked: all of an account, first to last',
    body: z.object({ appId: AppId, ruleIds: z.array(Id).max(500) }),
    reply: z.void(),
  },
  tryReply: {
    method: 'POST',
    path: '/admin/wechat/replies/try',
    access: read,
    summary: 'What would be answered now, by which rule, and why not by the others; nothing is sent or counted',
    body: z.object({
      appId: AppId,
      saying: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('text'), text: z.string().min(1).max(600) }),
        z.object({ kind: z.literal('click'), key: z.string().min(1).max(128) }),
        z.object({ kind: z.literal('welcome'), scene: z.string().max(64).default('') }),
      ]),
      /** Who says it; their values are filled in, as far as the caller may see the member. */
      memberId: Id.optional(),
      /** When it is said; now, if not told. */
      at: z.iso.datetime().optional(),
      /** A rule as it is being written, in place of the saved one (ruleId) or as the last of its kind (null). */
      draft: z.object({ ruleId: Id.nullable(), rule: ReplyRuleInput }).optional(),
    }),
    reply: Tried,
  },
  replyHits: {
    method: 'GET',
    path: '/admin/wechat/replies/:ruleId/hits',
    access: read,
    summary: 'How often a rule has answered on each of the last 30 days',
    ...rule,
    reply: z.object({ items: z.array(z.object({ day: z.string(), hits: z.int() })) }),
  },
  materials: {
    method: 'GET',
    path: '/admin/wechat/materials',
    access: read,
    summary: 'The newest 200 pictures, sounds or films of a kind',
    query: z.object({ kind: MaterialKind }),
    reply: z.object({ items: z.array(Material) }),
  },
  addMaterial: {
    method: 'POST',
    path: '/admin/wechat/materials',
    access: manage,
    summary: 'Upload a picture, sound or film (multipart); WeChat’s limits of size and type are checked',
    query: z.object({ kind: MaterialKind }),
    upload: true,
    reply: Material,
  },
  materialFile: {
    method: 'GET',
    path: '/admin/wechat/materials/:materialId/file',
    access: read,
    summary: 'Our own copy of a material',
    params: z.object({ materialId: Id }),
    reply: z.void(),
    raw: true,
  },
})
