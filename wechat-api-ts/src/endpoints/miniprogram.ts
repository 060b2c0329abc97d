import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { list, number, text } from './shapes.ts'

const session = {
  openid: z.string(),
  signature: z.string().describe('HMAC-SHA256 of the empty text by session_key, hex'),
  sig_method: z.literal('hmac_sha256'),
}

/** Who a mini-program's visitor is. */
export const miniprogram = {
  login: get({
    does: 'Exchanges the code of wx.login (one use, 5 minutes) for openid and session key; the key never leaves the server.',
    path: '/sns/jscode2session',
    auth: 'secret',
    query: z.object({ js_code: z.string(), grant_type: z.literal('authorization_code') }),
    reply: z.object({ openid: z.string().min(1), session_key: z.string(), unionid: z.string().optional() }),
    idempotent: false,
    errors: [40029, 40163, 40226, 45011],
    source: '§4.1 D',
  }),
  phoneNumber: post({
    does: 'Exchanges the code of the phone button (one use, 5 minutes); with openid WeChat checks that it is theirs. Paid by the call.',
    path: '/wxa/business/getuserphonenumber',
    body: z.object({ code: z.string(), openid: z.string().optional() }),
    reply: z.object({
      phone_info: z.object({
        phoneNumber: text.describe('with the country code where it is foreign'),
        purePhoneNumber: text,
        countryCode: text,
      }),
    }),
    errors: [40013, 40029, 40163],
    source: '§4.2 D',
  }),
  checkSession: get({
    does: 'Says whether a session key is still good (errcode 0).',
    path: '/wxa/checksession',
    query: z.object(session),
    errors: [87009],
    source: '§4.1 U',
  }),
  resetSession: get({
    does: 'Ends a session key and gives a new one.',
    path: '/wxa/resetusersessionkey',
    query: z.object(session),
    reply: z.object({ openid: z.string(), session_key: z.string() }),
    idempotent: false,
    errors: [87009],
    source: '§4.1 U',
  }),
}

const envVersion = z.enum(['release', 'trial', 'develop']).optional()
const expiry = {
  expire_type: z
    .union([z.literal(0), z.literal(1)])
    .optional()
    .describe('0 at expire_time, 1 after expire_interval days'),
  expire_time: z.number().int().optional().describe('Unix seconds, ≤ 30 days from now'),
  expire_interval: z.number().int().optional().describe('days, ≤ 30'),
}
const linkErrors = [40165, 40212, 44990, 45009, 85079, 85401, 85402]

/** Links from outside into a mini-program (500,000 a day of both kinds together; released versions only). */
export const links = {
  urlLink: post({
    does: 'A link that opens the mini-program from messages, mails and browsers.',
    path: '/wxa/generate_urllink',
    body: z.object({
      path: z.string().optional(),
      query: z.string().optional().describe('≤ 1024 characters'),
      env_version: envVersion,
      ...expiry,
      cloud_base: z.record(z.string(), z.unknown()).optional(),
    }),
    reply: z.object({ url_link: z.string() }),
    daily: 500_000,
    errors: linkErrors,
    source: '§4.2 D',
  }),
  queryUrlLink: post({
    does: 'What a link opens and until when.',
    path: '/wxa/query_urllink',
    body: z.object({ url_link: z.string(), query_type: z.number().int().optional() }),
    reply: z.object({
      url_link_info: z
        .object({
          appid: z.string(),
          path: z.string().optional(),
          query: z.string().optional(),
          create_time: number.optional(),
          expire_time: number.optional(),
          env_version: z.string().optional(),
        })
        .optional(),
    }),
    idempotent: true,
    source: '§4.2 S',
  }),
  scheme: post({
    does: 'A weixin:// address that opens the mini-program from apps and pages.',
    path: '/wxa/generatescheme',
    body: z.object({
      jump_wxa: z
        .object({ path: z.string().optional(), query: z.string().optional(), env_version: envVersion })
        .optional(),
      is_expire: z.boolean().optional(),
      ...expiry,
    }),
    reply: z.object({ openlink: z.string() }),
    daily: 500_000,
    errors: linkErrors,
    source: '§4.2 D',
  }),
  shortLink: post({
    does: 'A short link that works inside WeChat only.',
    path: '/wxa/genwxashortlink',
    body: z.object({ page_url: z.string(), page_title: z.string().optional(), is_permanent: z.boolean().optional() }),
    reply: z.object({ link: z.string() }),
    errors: linkErrors,
    source: '§4.2 S',
  }),
}

const look = {
  width: z.number().int().optional().describe('pixels, 280–1280; 430 where not told'),
  auto_color: z.boolean().optional(),
  line_color: z.object({ r: z.number(), g: z.number(), b: z.number() }).optional(),
  is_hyaline: z.boolean().optional(),
}

/** Codes that open a mini-program. */
export const codes = {
  unlimited: post({
    does: 'A code with a scene of 1–32 characters; any number of them (5,000 a minute).',
    path: '/wxa/getwxacodeunlimit',
    body: z.object({
      scene: z.string().describe("1–32 of A-Za-z0-9!#$&'()*+,/:;=?@-._~"),
      page: z.string().optional().describe('no leading slash'),
      check_path: z.boolean().optional(),
      env_version: envVersion,
      ...look,
    }),
    answer: 'file',
    idempotent: true,
    errors: [40097, 40129, 41030, 45009, 85096],
    source: '§4.2 D',
  }),
  limited: post({
    does: 'A code for a path; 100,000 of these and the square ones ever.',
    path: '/wxa/getwxacode',
    body: z.object({ path: z.string(), env_version: envVersion, ...look }),
    answer: 'file',
    idempotent: true,
    errors: [40159, 41030, 45029, 85096],
    source: '§4.2 S',
  }),
  square: post({
    does: 'A square code for a path; counted with the round ones.',
    path: '/cgi-bin/wxaapp/createwxaqrcode',
    body: z.object({ path: z.string(), width: look.width }),
    answer: 'file',
    idempotent: true,
    errors: [40159, 45029],
    source: '§4.2 S',
  }),
}

/** Checks of what people write and show. */
export const checks = {
  text: post({
    does: 'Whether a text may be shown; the person must have visited within 2 hours (61010).',
    path: '/wxa/msg_sec_check',
    body: z.object({
      version: z.literal(2),
      openid: z.string(),
      scene: z.number().int().describe('1 profile, 2 comment, 3 forum, 4 social log'),
      content: z.string().describe('≤ 2,500 characters'),
      nickname: z.string().optional(),
      title: z.string().optional(),
      signature: z.string().optional(),
    }),
    reply: z.object({
      trace_id: z.string(),
      result: z.object({ suggest: z.enum(['pass', 'review', 'risky']), label: number }),
      detail: list(
        z.object({
          strategy: z.string().optional(),
          errcode: number.optional(),
          suggest: z.string().optional(),
          label: number.optional(),
          prob: number.optional(),
          keyword: z.string().optional(),
        }),
      ),
    }),
    idempotent: true,
    errors: [40003, 61010, 87014],
    source: '§4.2 D',
  }),
  media: post({
    does: 'Has a picture or sound (≤ 10 MB) looked at; the answer comes as wxa_media_check.',
    path: '/wxa/media_check_async',
    body: z.object({
      media_url: z.string(),
      media_type: z.union([z.literal(1), z.literal(2)]).describe('1 sound, 2 picture'),
      version: z.literal(2),
      openid: z.string(),
      scene: z.number().int(),
    }),
    reply: z.object({ trace_id: z.string() }),
    daily: 200_000,
    errors: [40003, 61010],
    source: '§4.2 S',
  }),
  riskRank: post({
    does: 'How risky a person is: 0 to 4.',
    path: '/wxa/getuserriskrank',
    body: z.object({
      appid: z.string(),
      openid: z.string(),
      scene: z.number().int().describe('0 sign-up, 1 marketing'),
      client_ip: z.string(),
      mobile_no: z.string().optional(),
      is_test: z.boolean().optional(),
    }),
    reply: z.object({ risk_rank: number, unoin_id: text.optional() }),
    idempotent: true,
    errors: [61010],
    source: '§4.2 S',
  }),
}
