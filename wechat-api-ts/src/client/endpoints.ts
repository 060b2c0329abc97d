import { z } from 'zod'
import { wideId } from './reply.ts'

/** One WeChat endpoint: where it is, how it is authorised and what it answers. */
export interface Endpoint<Reply extends z.ZodType> {
  method: 'GET' | 'POST'
  path: string
  /** `token` adds access_token, `secret` adds appid and secret. */
  auth: 'token' | 'secret'
  reply: Reply
}

const endpoint = <Reply extends z.ZodType>(
  method: 'GET' | 'POST',
  path: string,
  auth: 'token' | 'secret',
  reply: Reply,
): Endpoint<Reply> => ({ method, path, auth, reply })

const Done = z.object({})

const User = z.object({
  subscribe: z.number(),
  openid: z.string(),
  unionid: z.string().optional(),
  subscribe_time: z.number().optional(),
  subscribe_scene: z.string().optional(),
  qr_scene_str: z.string().optional(),
  remark: z.string().optional(),
  language: z.string().optional(),
})

const Followers = z.object({
  total: z.number(),
  count: z.number(),
  data: z.object({ openid: z.array(z.string()) }).optional(),
  next_openid: z.string().default(''),
})

const Session = z.object({ openid: z.string(), session_key: z.string(), unionid: z.string().optional() })

const Phone = z.object({
  phone_info: z.object({
    phoneNumber: z.string(),
    purePhoneNumber: z.string(),
    countryCode: z.union([z.string(), z.number()]).transform(String),
  }),
})

/** Every endpoint the client calls (protocol note §3, §4). */
export const endpoints = {
  template: endpoint('POST', '/cgi-bin/message/template/send', 'token', z.object({ msgid: wideId })),
  subscribe: endpoint('POST', '/cgi-bin/message/subscribe/send', 'token', z.object({ msgid: wideId.optional() })),
  custom: endpoint('POST', '/cgi-bin/message/custom/send', 'token', Done),
  user: endpoint('GET', '/cgi-bin/user/info', 'token', User),
  followers: endpoint('GET', '/cgi-bin/user/get', 'token', Followers),
  menu: endpoint('POST', '/cgi-bin/menu/create', 'token', Done),
  login: endpoint('GET', '/sns/jscode2session', 'secret', Session),
  phone: endpoint('POST', '/wxa/business/getuserphonenumber', 'token', Phone),
}
