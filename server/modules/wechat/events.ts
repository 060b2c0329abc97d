import { z } from 'zod'
import { event } from '../../kernel/events/event.ts'

/** Someone follows the official account; comes after WeChat was asked for the unionid (null = the account has none). */
export const followed = event(
  'wechat.followed',
  z.object({
    appId: z.string(),
    openid: z.string(),
    unionid: z.string().nullable(),
    scene: z.string(),
    at: z.iso.datetime(),
  }),
)

/** Someone no longer follows; what the official account knew of them is deleted. */
export const unfollowed = event(
  'wechat.unfollowed',
  z.object({ appId: z.string(), openid: z.string(), at: z.iso.datetime() }),
)

/**
 * A person has taken back in WeChat what they had let an account know before `at`, or has closed their WeChat account
 * (`data` is then ['account']): whoever keeps a copy deletes it. `data` names it as wechat-api-ts does: phone, pictures …
 */
export const dataRevoked = event(
  'wechat.dataRevoked',
  z.object({
    appId: z.string(),
    openid: z.string(),
    unionid: z.string().nullable(),
    data: z.array(z.string()).min(1),
    at: z.iso.datetime(),
  }),
)

/** A follower wrote to the official account. */
export const messageReceived = event(
  'wechat.messageReceived',
  z.object({
    inboundId: z.string(),
    appId: z.string(),
    openid: z.string(),
    unionid: z.string().nullable(),
    /** text, image, voice … */
    kind: z.string(),
    /** What was written; a picture or a voice is named in brackets. */
    text: z.string(),
    at: z.iso.datetime(),
    /** A reply rule has answered it: people need not. */
    answered: z.boolean().default(false),
  }),
)

/** Messages of the group `now` were planned and wait to be sent. */
export const messagesPlanned = event('wechat.messagesPlanned', z.object({ group: z.string() }))

/** Messages ended without reaching anybody; `errorCode` is WeChat's. */
export const messagesFailed = event(
  'wechat.messagesFailed',
  z.object({
    group: z.string(),
    messages: z.array(
      z.object({ key: z.string(), state: z.string(), errorCode: z.int().nullable(), reason: z.string() }),
    ),
  }),
)

/** WeChat says that something has become of a 商品券, by our code of it; what, it has to be asked. */
export const productCouponChanged = event('wechat.productCouponChanged', z.object({ couponCode: z.string() }))
