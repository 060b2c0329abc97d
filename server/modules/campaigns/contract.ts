import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'
import { pageOf, PageQuery } from '../../kernel/page.ts'

export const CampaignPurpose = z.enum(['service', 'marketing'])
/** none: the coupon only waits in the wallet; subscribe: mini-program; template: official account, service only. */
export const CampaignRoute = z.enum(['none', 'subscribe', 'template'])
export const CampaignState = z.enum(['draft', 'scheduled', 'issuing', 'sending', 'paused', 'done', 'stopped'])
export type CampaignState = z.output<typeof CampaignState>

/** What the message says: the values of the template's fields (keys such as thing1), and the page it opens. */
export const CampaignText = z.object({
  /** e.g. { thing1: '满39减5元', time2: '2026-11-30' }; thing ≤ 20 characters. */
  fields: z.record(z.string().regex(/^[a-z_]+\d{1,2}$/), z.string().trim().min(1).max(40)).default({}),
  page: z.string().max(200).default('pages/wallet/wallet'),
})
export type CampaignText = z.output<typeof CampaignText>

export const CampaignDraft = z.object({
  name: z.string().trim().min(1).max(60),
  purpose: CampaignPurpose,
  segmentId: z.string().length(26),
  couponTemplateId: z.string().length(26).nullable().default(null),
  route: CampaignRoute,
  text: CampaignText.default({ fields: {}, page: 'pages/wallet/wallet' }),
  /** null = now, when launched. */
  startAt: z.coerce.date().nullable().default(null),
})
export type CampaignDraft = z.output<typeof CampaignDraft>

/** What has become of everybody; coupons and messages each add up to `audience`. */
export const CampaignTotals = z.object({
  audience: z.int(),
  coupons: z.object({ none: z.int(), waiting: z.int(), issued: z.int(), failed: z.int(), stopped: z.int() }),
  messages: z.object({
    none: z.int(),
    waiting: z.int(),
    sending: z.int(),
    sent: z.int(),
    failed: z.int(),
    refused: z.int(),
    unknown: z.int(),
    noRight: z.int(),
    skipped: z.int(),
    stopped: z.int(),
  }),
})
export type CampaignTotals = z.output<typeof CampaignTotals>

export const CampaignRow = z.object({
  id: z.string(),
  name: z.string(),
  purpose: CampaignPurpose,
  route: CampaignRoute,
  state: CampaignState,
  segmentId: z.string(),
  segmentName: z.string(),
  couponTemplateId: z.string().nullable(),
  startAt: Instant.nullable(),
  createdAt: Instant,
  finishedAt: Instant.nullable(),
  /** 0–100: how much of the audience is settled. */
  percent: z.number(),
  totals: CampaignTotals,
})
export type CampaignRow = z.output<typeof CampaignRow>

export const CampaignDetail = CampaignRow.extend({
  text: CampaignText,
  couponTemplateName: z.string().nullable(),
  stores: z.array(z.string()),
  /** Seconds left at the present pace, null when it cannot be said. */
  secondsLeft: z.int().nullable(),
  /** How often each reason occurs, most frequent first. */
  reasons: z.array(z.object({ outcome: z.string(), reason: z.string(), count: z.int() })),
})

/** The funnel before sending: audience = hadLimit + noStock + willMessage + noIdentity + noConsent + noCredit + noMessage. */
export const Preflight = z.object({
  audience: z.int(),
  /** Coupons that will be issued: audience − hadLimit − noStock, or nobody's where the campaign has none. */
  coupons: z.int(),
  /** Have had the coupon as often as one person may: they get none, and no message about it. */
  hadLimit: z.int(),
  /** Come too late for what is left of the stock: no coupon, and no message about it. */
  noStock: z.int(),
  willMessage: z.int(),
  /** Never seen in the account that the route needs. */
  noIdentity: z.int(),
  /** Seen, but has not agreed to marketing messages, or not any more. */
  noConsent: z.int(),
  /** Seen, but no message right left. */
  noCredit: z.int(),
  /** The route is 'none': nobody gets a message. */
  noMessage: z.int(),
  /** Face value of all coupons, fen. */
  couponFen: z.int(),
  /** Seconds that sending will take at the configured rate. */
  seconds: z.int(),
})
export type Preflight = z.output<typeof Preflight>

export const CampaignRecipientRow = z.object({
  memberId: z.string(),
  /** Masked by the server. */
  name: z.string(),
  phone: z.string(),
  storeCode: z.string().nullable(),
  coupon: z.string(),
  couponReason: z.string(),
  /** none, waiting, sending, sent, failed, refused, unknown, noRight, skipped, stopped. */
  message: z.string(),
  reason: z.string(),
  settledAt: Instant.nullable(),
})

/** What a campaign did for one member, and why not. */
export const MemberReachRow = CampaignRecipientRow.pick({
  coupon: true,
  couponReason: true,
  message: true,
  reason: true,
  settledAt: true,
}).extend({
  campaignId: z.string(),
  name: z.string(),
  purpose: CampaignPurpose,
  route: CampaignRoute,
  startedAt: Instant.nullable(),
})

/** A field of the message that a route sends. */
export const MessageField = z.object({
  key: z.string(),
  zh: z.string(),
  en: z.string(),
  max: z.int(),
  kind: z.enum(['text', 'date']),
})

/** Which route each purpose may take, the sentence why not, and what its message has to say. */
export const RouteOption = z.object({
  purpose: CampaignPurpose,
  route: CampaignRoute,
  allowed: z.boolean(),
  zh: z.string(),
  en: z.string(),
  fields: z.array(MessageField),
})

const params = z.object({ campaignId: z.string().length(26) })

export const campaignsApi = contract('campaigns', {
  list: {
    method: 'GET',
    path: '/admin/campaigns',
    access: 'staff:campaigns.read',
    summary: 'Campaigns with their totals, last changed first',
    query: PageQuery.extend({ q: z.string().trim().max(60).optional(), state: CampaignState.optional() }),
    reply: pageOf(CampaignRow),
  },
  options: {
    method: 'GET',
    path: '/admin/campaigns/options',
    access: 'staff:campaigns.read',
    summary: 'Routes by purpose, locked ones with the reason, and the message fields of each route’s template',
    reply: z.object({ routes: z.array(RouteOption) }),
  },
  create: {
    method: 'POST',
    path: '/admin/campaigns',
    access: 'staff:campaigns.write',
    summary: 'Make a draft',
    body: CampaignDraft,
    reply: CampaignDetail,
  },
  get: {
    method: 'GET',
    path: '/admin/campaigns/:campaignId',
    access: 'staff:campaigns.read',
    summary: 'One campaign with totals, reasons and progress',
    params,
    reply: CampaignDetail,
  },
  update: {
    method: 'PUT',
    path: '/admin/campaigns/:campaignId',
    access: 'staff:campaigns.write',
    summary: 'Change a draft',
    params,
    body: CampaignDraft,
    reply: CampaignDetail,
  },
  remove: {
    method: 'DELETE',
    path: '/admin/campaigns/:campaignId',
    access: 'staff:campaigns.write',
    summary: 'Delete a draft',
    params,
    reply: z.void(),
  },
  preflight: {
    method: 'POST',
    path: '/admin/campaigns/:campaignId/preflight',
    access: 'staff:campaigns.read',
    summary: 'Whom it will reach, as a funnel that adds up',
    params,
    reply: Preflight,
  },
  launch: {
    method: 'POST',
    path: '/admin/campaigns/:campaignId/launch',
    access: 'staff:campaigns.send',
    summary: 'Send now, or at its time; freezes the audience when it starts',
    params,
    reply: CampaignDetail,
  },
  pause: {
    method: 'POST',
    path: '/admin/campaigns/:campaignId/pause',
    access: 'staff:campaigns.send',
    summary: 'Hold; messages already handed to WeChat cannot be called back',
    params,
    reply: CampaignDetail,
  },
  resume: {
    method: 'POST',
    path: '/admin/campaigns/:campaignId/resume',
    access: 'staff:campaigns.send',
    summary: 'Go on where it was held',
    params,
    reply: CampaignDetail,
  },
  stop: {
    method: 'POST',
    path: '/admin/campaigns/:campaignId/stop',
    access: 'staff:campaigns.send',
    summary: 'End it: what has not gone out stays unsent for ever; coupons already issued stay valid',
    params,
    reply: CampaignDetail,
  },
  recipients: {
    method: 'GET',
    path: '/admin/campaigns/:campaignId/recipients',
    access: 'staff:campaigns.read',
    summary: 'The frozen audience, person by person',
    params,
    query: PageQuery.extend({ message: z.string().max(20).optional(), coupon: z.string().max(20).optional() }),
    reply: pageOf(CampaignRecipientRow),
  },
  memberReach: {
    method: 'GET',
    path: '/admin/members/:memberId/campaigns',
    access: 'staff:members.read',
    summary: 'What campaigns did for a member, newest first',
    params: z.object({ memberId: z.string().length(26) }),
    query: PageQuery,
    reply: pageOf(MemberReachRow),
  },
})

export const campaignsErrors = errors('campaigns', {
  notFound: [404, '活动不存在或不在你的门店范围内', 'There is no such campaign within your stores'],
  notDraft: [409, '活动已启动，不能再改', 'The campaign has started and can no longer be changed'],
  wrongState: [409, '活动当前为「{state}」，不能{action}', 'The campaign is {state}: cannot {action}'],
  routeLocked: [422, '{reason}', '{reasonEn}'],
  nothingToDo: [
    422,
    '既不发券也不发消息，请至少选一样',
    'It neither issues a coupon nor sends a message: choose at least one',
  ],
  badText: [
    422,
    '请检查消息内容「{field}」：必填，最多 {max} 个字',
    'Check the message field "{fieldEn}": required, at most {max} characters',
  ],
  badDate: [422, '「{field}」要写成日期，如 2026-11-30', '"{fieldEn}" must be a date such as 2026-11-30'],
  couponByTemplate: [
    422,
    '模板消息不能发券：请改走小程序订阅消息，或不带券',
    'A coupon may not go with a template message: use the mini-program message, or no coupon',
  ],
  noTemplate: [422, '没有配置这条路线的消息模板', 'No message template is configured for this route'],
  couponUnknown: [422, '券模板不存在或已停用', 'The coupon template does not exist or is switched off'],
})
