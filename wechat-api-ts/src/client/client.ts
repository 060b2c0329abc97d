import type { z } from 'zod'
import { type Endpoint, endpoints } from './endpoints.ts'
import { WechatError } from './errors.ts'
import type { Menu, SubscribeMessage, TemplateData, TemplateMessage } from './requests.ts'
import { parseReply } from './reply.ts'
import { memoryTokenStore, type TokenStore } from './token-stores.ts'
import { tokenProvider } from './tokens.ts'
import { nodeTransport, type Transport } from './transport.ts'

/** One account and how to reach WeChat for it. */
export interface WechatAccount {
  appId: string
  secret: string
  /** Default https://api.weixin.qq.com; each account may have its own, for example a sandbox. */
  baseUrl?: string
  /** Shared between processes in production: `redisTokenStore`. Default: this process only. */
  tokenStore?: TokenStore
  transport?: Transport
  /** Default 10 s. */
  timeoutMs?: number
  /** Unix milliseconds; for tests. */
  now?: () => number
}

/** WeChat's own host. */
export const officialBaseUrl = 'https://api.weixin.qq.com'

const values = (data: TemplateData): Record<string, { value: string }> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }]))

let shared: Transport | null = null

/** A client for one account. Calls throw `WechatError`; a refused token is replaced and the call repeated, once. */
export const wechatClient = (account: WechatAccount) => {
  const { appId, secret, timeoutMs = 10_000, now = Date.now } = account
  const baseUrl = (account.baseUrl ?? officialBaseUrl).replace(/\/+$/, '')
  const transport = account.transport ?? (shared ??= nodeTransport())
  const store = account.tokenStore ?? memoryTokenStore(now)
  const tokens = tokenProvider({ appId, secret, baseUrl, store, transport, timeoutMs, now })

  const once = async <Reply extends z.ZodType>(
    { method, path, reply }: Endpoint<Reply>,
    query: Record<string, string>,
    body: unknown,
  ): Promise<z.output<Reply>> => {
    const url = `${baseUrl}${path}?${new URLSearchParams(query).toString()}`
    const payload = body === undefined ? {} : { body: JSON.stringify(body) }
    return parseReply(path, await transport({ method, url, path, timeoutMs, ...payload }), reply)
  }

  const call = async <Reply extends z.ZodType>(
    endpoint: Endpoint<Reply>,
    query: Record<string, string> = {},
    body?: unknown,
  ): Promise<z.output<Reply>> => {
    if (endpoint.auth === 'secret') return once(endpoint, { appid: appId, secret, ...query }, body)
    const token = await tokens.get()
    try {
      return await once(endpoint, { access_token: token, ...query }, body)
    } catch (error) {
      // An error code proves that nothing was done, so repeating is safe, also for a message.
      if (!(error instanceof WechatError) || error.reaction !== 'token') throw error
      return once(endpoint, { access_token: await tokens.replace(token), ...query }, body)
    }
  }

  return {
    appId,
    /** Sends a template message (service account). With `clientMsgId` a repeat within WeChat's window is not shown twice. */
    sendTemplate: async (message: TemplateMessage): Promise<{ msgId: string }> => {
      const { openid, templateId, data, clientMsgId, url, miniprogram } = message
      const reply = await call(
        endpoints.template,
        {},
        {
          touser: openid,
          template_id: templateId,
          ...(url === undefined ? {} : { url }),
          ...(miniprogram === undefined
            ? {}
            : { miniprogram: { appid: miniprogram.appId, pagepath: miniprogram.path } }),
          ...(clientMsgId === undefined ? {} : { client_msg_id: clientMsgId }),
          data: values(data),
        },
      )
      return { msgId: reply.msgid }
    },
    /** Sends a mini-program subscribe message; uses up one accept of this person for this template. */
    sendSubscribe: async (message: SubscribeMessage): Promise<{ msgId: string | null }> => {
      const { openid, templateId, data, page, state } = message
      const reply = await call(
        endpoints.subscribe,
        {},
        {
          touser: openid,
          template_id: templateId,
          ...(page === undefined ? {} : { page }),
          miniprogram_state: state ?? 'formal',
          lang: 'zh_CN',
          data: values(data),
        },
      )
      return { msgId: reply.msgid ?? null }
    },
    /** Sends a customer-service text, allowed only inside the person's window. There is no key: it cannot be deduplicated. */
    sendText: async (openid: string, text: string): Promise<void> => {
      await call(endpoints.custom, {}, { touser: openid, msgtype: 'text', text: { content: text } })
    },
    /** What WeChat still tells about a person: whether they follow, since when, how, and the unionid. */
    user: async (openid: string) => {
      const user = await call(endpoints.user, { openid, lang: 'zh_CN' })
      return {
        openid: user.openid,
        following: user.subscribe === 1,
        unionid: user.unionid ?? null,
        followedAt: user.subscribe_time === undefined ? null : new Date(user.subscribe_time * 1000),
        scene: user.subscribe_scene ?? null,
        qrScene: user.qr_scene_str === undefined || user.qr_scene_str === '' ? null : user.qr_scene_str,
      }
    },
    /** One page (≤ 10,000) of followers; pass `next` to go on, null at the end. */
    followers: async (from = '') => {
      const page = await call(endpoints.followers, from === '' ? {} : { next_openid: from })
      return {
        total: page.total,
        openids: page.data?.openid ?? [],
        next: page.next_openid === '' ? null : page.next_openid,
      }
    },
    /** Replaces the account's menu. */
    createMenu: async (menu: Menu): Promise<void> => {
      await call(endpoints.menu, {}, menu)
    },
    /** Exchanges a mini-program's log-in code (one use, 5 min). */
    login: async (code: string) => {
      const session = await call(endpoints.login, { js_code: code, grant_type: 'authorization_code' })
      return { openid: session.openid, sessionKey: session.session_key, unionid: session.unionid ?? null }
    },
    /** Exchanges the code of WeChat's phone button (one use, 5 min); with `openid` WeChat checks that it is theirs. */
    phoneNumber: async (code: string, openid?: string) => {
      const { phone_info: phone } = await call(
        endpoints.phone,
        {},
        { code, ...(openid === undefined ? {} : { openid }) },
      )
      return { phone: phone.purePhoneNumber, countryCode: phone.countryCode, withCountry: phone.phoneNumber }
    },
  }
}

/** What `wechatClient` makes. */
export type WechatClient = ReturnType<typeof wechatClient>
