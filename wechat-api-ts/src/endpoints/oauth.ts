import { z } from 'zod'
import { get } from './endpoint.ts'
import { number, text } from './shapes.ts'

const userToken = z.string().describe("the person's token from oauth.exchange, not the API's")
const Grant = z.object({
  access_token: z.string().min(1),
  expires_in: number,
  refresh_token: z.string(),
  openid: z.string().min(1),
  scope: z.string(),
  unionid: z.string().optional(),
  is_snapshotuser: number.optional().describe('1: a virtual person of a snapshot page, never to be stored'),
})

/** Log-in on web pages inside WeChat. */
export const oauth = {
  authorize: get({
    does: 'The page that sends the person back to redirect_uri with code and state; the address ends in #wechat_redirect.',
    host: 'open',
    path: '/connect/oauth2/authorize',
    auth: 'none',
    query: z.object({
      appid: z.string(),
      redirect_uri: z.string().describe('its host must be the configured one, exactly'),
      response_type: z.literal('code'),
      scope: z.enum(['snsapi_base', 'snsapi_userinfo']),
      state: z.string().optional().describe('≤ 128 of a-zA-Z0-9'),
      forcePopup: z.string().optional(),
    }),
    answer: 'page',
    quota: null,
    source: '§3.9 D',
  }),
  exchange: get({
    does: 'Exchanges the code (one use, 5 minutes) for the openid; for is_snapshotuser=1 both ids are virtual.',
    path: '/sns/oauth2/access_token',
    auth: 'secret',
    query: z.object({ code: z.string(), grant_type: z.literal('authorization_code') }),
    reply: Grant,
    idempotent: false,
    quota: null,
    errors: [40029, 40163, 42003],
    source: '§3.9 D',
  }),
  refresh: get({
    does: "Renews a person's token (refresh token: 30 days).",
    path: '/sns/oauth2/refresh_token',
    auth: 'none',
    query: z.object({ appid: z.string(), grant_type: z.literal('refresh_token'), refresh_token: z.string() }),
    reply: Grant,
    quota: null,
    errors: [40030, 42002, 42007],
    source: '§3.9 D',
  }),
  userInfo: get({
    does: 'Nickname, picture and unionid of a person who agreed to snsapi_userinfo; sex and region are no longer told.',
    path: '/sns/userinfo',
    auth: 'none',
    query: z.object({ access_token: userToken, openid: z.string(), lang: z.string().optional() }),
    reply: z.object({
      openid: z.string(),
      nickname: text.optional(),
      headimgurl: z.string().optional(),
      unionid: z.string().optional(),
      is_snapshotuser: number.optional(),
    }),
    quota: null,
    errors: [40001, 40003, 42007, 48001, 50001],
    source: '§3.9 D',
  }),
  check: get({
    does: "Says whether a person's token is still good (errcode 0).",
    path: '/sns/auth',
    auth: 'none',
    query: z.object({ access_token: userToken, openid: z.string() }),
    quota: null,
    errors: [40003],
    source: '§3.9 S',
  }),
}
