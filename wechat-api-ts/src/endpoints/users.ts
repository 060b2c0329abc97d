import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { list, number, openid, text } from './shapes.ts'

const User = z.object({
  subscribe: number.describe('0: not following; then only openid is told'),
  openid: z.string(),
  unionid: z.string().optional(),
  subscribe_time: number.optional().describe('Unix seconds'),
  subscribe_scene: z.string().optional(),
  qr_scene: number.optional(),
  qr_scene_str: text.optional(),
  remark: z.string().optional(),
  language: z.string().optional(),
  groupid: number.optional(),
  tagid_list: list(number),
})

/** A page of openids: `next_openid` is empty at the end. */
export const OpenidPage = z.object({
  total: number.optional(),
  count: number.default(0),
  data: z.object({ openid: list(z.string()) }).optional(),
  next_openid: z.string().default(''),
})

/** Followers of an official account. */
export const users = {
  list: get({
    does: 'One page (≤ 10,000) of followers; next_openid goes on.',
    path: '/cgi-bin/user/get',
    query: z.object({ next_openid: z.string().optional() }),
    reply: OpenidPage,
    daily: 500,
    errors: [40003],
    source: '§3.6 D',
  }),
  info: get({
    does: 'Whether a person follows, since when, how, and the unionid; nickname and picture are no longer told.',
    path: '/cgi-bin/user/info',
    query: z.object({ openid, lang: z.enum(['zh_CN', 'zh_TW', 'en']).optional() }),
    reply: User,
    daily: 5_000_000,
    errors: [40003, 46004],
    source: '§3.6 D',
  }),
  infoBatch: post({
    does: 'The same for up to 100 followers at once.',
    path: '/cgi-bin/user/info/batchget',
    body: z.object({
      user_list: z.array(z.object({ openid, lang: z.string().optional() })).describe('≤ 100'),
    }),
    reply: z.object({ user_info_list: list(User) }),
    idempotent: true,
    errors: [40003, 40031, 40032],
    source: '§3.6 D',
  }),
  remark: post({
    does: 'Sets our note about a follower.',
    path: '/cgi-bin/user/info/updateremark',
    body: z.object({ openid, remark: z.string().describe('< 30 characters') }),
    idempotent: true,
    daily: 10_000,
    errors: [40003],
    source: '§3.6 S',
  }),
  changedOpenids: post({
    does: 'Old openids to new ones after an account has moved (≤ 100).',
    path: '/cgi-bin/changeopenid',
    body: z.object({ from_appid: z.string(), openid_list: z.array(z.string()).describe('≤ 100') }),
    reply: z.object({
      result_list: list(
        z.object({ ori_openid: z.string(), new_openid: z.string().optional(), err_msg: z.string().optional() }),
      ),
    }),
    idempotent: true,
    errors: [40003, 63178],
    source: '§3.6 S',
  }),
}
