import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { number, text } from './shapes.ts'

const Token = z.object({ access_token: z.string().min(1), expires_in: number })

/** Access tokens and tickets. The client fetches and keeps them by itself; these rows are what it uses. */
export const credentials = {
  token: get({
    does: 'A new access token; the one before ends within 5 minutes. Prefer stableToken.',
    path: '/cgi-bin/token',
    auth: 'secret',
    query: z.object({ grant_type: z.literal('client_credential') }),
    reply: Token,
    idempotent: false,
    daily: 2000,
    errors: [40001, 40002, 40013, 40125, 40164, 41002, 41004],
    source: '§2.1 D',
  }),
  stableToken: post({
    does: 'The access token: the same one until its last 5 minutes. force_refresh ends the previous at once (20 a day, 30 s apart).',
    path: '/cgi-bin/stable_token',
    auth: 'secret',
    body: z.object({ grant_type: z.literal('client_credential'), force_refresh: z.boolean().optional() }),
    reply: Token,
    idempotent: true,
    daily: 500_000,
    errors: [40001, 40002, 40013, 40125, 40164, 41002, 41004, 43002],
    source: '§2.1 D',
  }),
  ticket: get({
    does: 'The ticket that JS-SDK signatures (jsapi) or card signatures (wx_card) are made with; 2 hours, to be cached like the token.',
    path: '/cgi-bin/ticket/getticket',
    query: z.object({ type: z.enum(['jsapi', 'wx_card']) }),
    reply: z.object({ ticket: z.string().min(1), expires_in: number }),
    source: '§2.2 S',
  }),
}

const IpList = z.object({ ip_list: z.array(z.string()) })

/** What WeChat tells about its own machines and whether it reaches ours. */
export const network = {
  callbackIps: get({
    does: 'Addresses from which WeChat sends callbacks.',
    path: '/cgi-bin/getcallbackip',
    reply: IpList,
    source: '§3.11 S',
  }),
  apiIps: get({
    does: 'Addresses at which the API answers.',
    path: '/cgi-bin/get_api_domain_ip',
    reply: IpList,
    source: '§3.11 S',
  }),
  check: post({
    does: 'Lets WeChat try to resolve and reach the callback address.',
    path: '/cgi-bin/callback/check',
    body: z.object({
      action: z.enum(['dns', 'ping', 'all']),
      check_operator: z.enum(['CHINANET', 'UNICOM', 'CAP', 'DEFAULT']),
    }),
    reply: z.object({
      dns: z.array(z.object({ ip: z.string(), real_operator: text.optional() })).optional(),
      ping: z
        .array(
          z.object({
            ip: z.string(),
            from_operator: text.optional(),
            package_loss: text.optional(),
            time: text.optional(),
          }),
        )
        .optional(),
    }),
    idempotent: true,
    source: '§3.11 S',
  }),
}
