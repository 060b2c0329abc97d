import { endpoints } from '../endpoints/index.ts'
import type { Call } from './call.ts'
import type { Menu, SubscribeMessage, TemplateData, TemplateMessage } from './requests.ts'

const values = (data: TemplateData): Record<string, { value: string }> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, { value }]))

/** The calls most applications make, in their words instead of WeChat's. */
export const conveniences = (appId: string, call: Call) => ({
  /** Sends a template message (service account). With `clientMsgId` a repeat within WeChat's window is not shown twice. */
  sendTemplate: async (message: TemplateMessage): Promise<{ msgId: string }> => {
    const { openid, templateId, data, clientMsgId, url, miniprogram } = message
    const reply = await call(endpoints.templates.send, {
      touser: openid,
      template_id: templateId,
      ...(url === undefined ? {} : { url }),
      ...(miniprogram === undefined ? {} : { miniprogram: { appid: miniprogram.appId, pagepath: miniprogram.path } }),
      ...(clientMsgId === undefined ? {} : { client_msg_id: clientMsgId }),
      data: values(data),
    })
    return { msgId: reply.msgid }
  },
  /** Sends a mini-program subscribe message; uses up one accept of this person for this template. */
  sendSubscribe: async (message: SubscribeMessage): Promise<{ msgId: string | null }> => {
    const { openid, templateId, data, page, state } = message
    const reply = await call(endpoints.subscribe.send, {
      touser: openid,
      template_id: templateId,
      ...(page === undefined ? {} : { page }),
      miniprogram_state: state ?? 'formal',
      lang: 'zh_CN',
      data: values(data),
    })
    return { msgId: reply.msgid ?? null }
  },
  /** Sends a customer-service text, allowed only inside the person's window. There is no key: it cannot be deduplicated. */
  sendText: async (openid: string, text: string): Promise<void> => {
    await call(endpoints.service.send, { touser: openid, msgtype: 'text', text: { content: text } })
  },
  /** What WeChat still tells about a person: whether they follow, since when, how, and the unionid. */
  user: async (openid: string) => {
    const user = await call(endpoints.users.info, { openid, lang: 'zh_CN' })
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
    const page = await call(endpoints.users.list, from === '' ? {} : { next_openid: from })
    const openids = page.data?.openid ?? []
    return { total: page.total ?? 0, openids, next: page.next_openid === '' ? null : page.next_openid }
  },
  /** Replaces the account's menu. */
  createMenu: async (menu: Menu): Promise<void> => {
    await call(endpoints.menus.create, menu)
  },
  /** Exchanges a mini-program's log-in code (one use, 5 min). */
  login: async (code: string) => {
    const session = await call(endpoints.miniprogram.login, { js_code: code, grant_type: 'authorization_code' })
    return { openid: session.openid, sessionKey: session.session_key, unionid: session.unionid ?? null }
  },
  /** Exchanges the code of WeChat's phone button (one use, 5 min); with `openid` WeChat checks that it is theirs. */
  phoneNumber: async (code: string, openid?: string) => {
    const { phone_info: phone } = await call(endpoints.miniprogram.phoneNumber, {
      code,
      ...(openid === undefined ? {} : { openid }),
    })
    return { phone: phone.purePhoneNumber, countryCode: phone.countryCode, withCountry: phone.phoneNumber }
  },
  /** The page that lets a person log in on the web; `state` comes back and must be checked (≤ 128 letters and digits). */
  webLoginUrl: ({ redirectUri, state, profile = false }: { redirectUri: string; state: string; profile?: boolean }) =>
    call(endpoints.oauth.authorize, {
      appid: appId,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: profile ? 'snsapi_userinfo' : 'snsapi_base',
      state,
    }),
  /** Exchanges the code that the page came back with; `virtual` people (snapshot pages) must not become customers. */
  webLogin: async (code: string) => {
    const grant = await call(endpoints.oauth.exchange, { code, grant_type: 'authorization_code' })
    return {
      openid: grant.openid,
      unionid: grant.unionid ?? null,
      virtual: grant.is_snapshotuser === 1,
      accessToken: grant.access_token,
      refreshToken: grant.refresh_token,
      scope: grant.scope,
      expiresInSeconds: grant.expires_in,
    }
  },
  /** Renews a person's token of the web log-in. */
  renewWebLogin: (refreshToken: string) =>
    call(endpoints.oauth.refresh, { appid: appId, grant_type: 'refresh_token', refresh_token: refreshToken }),
  /** The page where a person agrees to one message (legacy one-off subscription). */
  oneOffPageUrl: (page: { scene: number; templateId: string; redirectUrl: string; reserved?: string }) =>
    call(endpoints.templates.oneOffPage, {
      action: 'get_confirm',
      appid: appId,
      scene: page.scene,
      template_id: page.templateId,
      redirect_url: page.redirectUrl,
      ...(page.reserved === undefined ? {} : { reserved: page.reserved }),
    }),
})

/** What `conveniences` makes. */
export type Conveniences = ReturnType<typeof conveniences>
