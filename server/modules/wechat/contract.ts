import { z } from 'zod'
import { errors } from '../../kernel/errors.ts'
import { contract } from '../../kernel/http/contract.ts'
import { Instant } from '../../kernel/http/instant.ts'

/** Why a message is sent: about the shopper's own affair, or to make them buy. */
export const Purpose = z.enum(['service', 'marketing'])
export type Purpose = z.output<typeof Purpose>

/** The ways to a person: template (official account), subscribe (mini-program), customer_service (48-hour window). */
export const Route = z.enum(['template', 'subscribe', 'customer_service'])
export type Route = z.output<typeof Route>

/** What has become of a message; unknown = a crash or a broken line hid whether WeChat took it. */
export const MessageState = z.enum(['planned', 'sending', 'sent', 'failed', 'refused', 'unknown', 'withdrawn'])
export type MessageState = z.output<typeof MessageState>

/** A mini-program session: the token goes into `Authorization: Bearer`. */
export const ShopSession = z.object({
  token: z.string(),
  /** Seconds the token is good for after its last use. */
  expiresIn: z.int(),
  /** Whether this person has a card already. */
  member: z.boolean(),
})

/** A subscribe template the mini-program may ask for, with what the shopper still allows. */
export const SubscribeTemplate = z.object({
  /** Our name of the template: couponArrived, ticketReplied … */
  name: z.string(),
  templateId: z.string(),
  remaining: z.int(),
})

export const WechatAccountRow = z.object({
  appId: z.string(),
  kind: z.enum(['official', 'miniprogram']),
  mode: z.enum(['plain', 'compatible', 'safe']),
  /** The address to enter in WeChat's console. */
  callbackUrl: z.string(),
  followers: z.int().nullable(),
  lastInboundAt: Instant.nullable(),
})

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

export const wechatApi = contract('wechat', {
  openSession: {
    method: 'POST',
    path: '/shop/session',
    access: 'public',
    summary: 'Start a mini-program session from wx.login’s code',
    body: z.object({ code: z.string().min(1).max(128), appId: z.string().max(32).optional() }),
    reply: ShopSession,
  },
  subscribeTemplates: {
    method: 'GET',
    path: '/shop/subscriptions',
    access: 'shopper',
    summary: 'The subscribe templates to ask for, and the messages still allowed',
    reply: z.object({ items: z.array(SubscribeTemplate) }),
  },
  recordSubscriptions: {
    method: 'POST',
    path: '/shop/subscriptions',
    access: 'shopper',
    summary: 'Record what the shopper answered in the subscribe pop-up: one accept = one message',
    body: z.object({
      /** Made anew for each pop-up, so that a repeated request counts once. */
      key: z.string().min(8).max(64),
      accepted: z.array(z.string().min(1).max(64)).max(10),
      rejected: z.array(z.string().min(1).max(64)).max(10).default([]),
    }),
    reply: z.object({ items: z.array(SubscribeTemplate) }),
  },
  accounts: {
    method: 'GET',
    path: '/admin/wechat/accounts',
    access: 'staff:wechat.read',
    summary: 'The connected WeChat accounts',
    reply: z.object({ items: z.array(WechatAccountRow) }),
  },
  sending: {
    method: 'GET',
    path: '/admin/wechat/sending',
    access: 'staff:wechat.read',
    summary: 'The health of the sending queue (counts only)',
    reply: SendingHealth,
  },
})

export const wechatErrors = errors('wechat', {
  noAccount: [503, '尚未接入{kind},请联系管理员', 'No {kind} account is connected; ask your administrator'],
  badLoginCode: [400, '登录已过期,请重新进入小程序', 'The login code is used or expired; open the mini-program again'],
  badPhoneCode: [400, '手机号授权已过期,请再点一次', 'The phone code is used or expired; tap the button again'],
  accountBlocked: [403, '该微信号暂时无法登录', 'WeChat does not let this account log in'],
  platformDown: [503, '微信暂时无法连接,请稍后再试', 'WeChat cannot be reached; try again soon'],
  routeForbidden: [
    422,
    '{purpose}不能走{route}:平台规定模板消息和主动客服消息不得营销',
    'A {purposeEn} message may not go by {routeEn}: WeChat forbids marketing in templates and unasked customer-service messages',
  ],
  contentForbidden: [
    422,
    '{route}里不能出现「{word}」:平台规定不得含卡券、红包或广告',
    'A {routeEn} message may not contain "{word}": WeChat forbids coupons, red packets and advertising there',
  ],
  noSuchTemplate: [422, '没有配置消息模板「{name}」', 'No message template "{name}" is configured'],
})
