import { z } from 'zod'
import { post } from './endpoint.ts'
import { number, text } from './shapes.ts'

const cgi_path = z.string().describe('path of the endpoint, e.g. /cgi-bin/message/custom/send')

/** What is left of the day's calls. */
export const quota = {
  get: post({
    does: 'Limit, use and rest of one endpoint today.',
    path: '/cgi-bin/openapi/quota/get',
    body: z.object({ cgi_path }),
    reply: z.object({ quota: z.object({ daily_limit: number, used: number, remain: number }) }),
    idempotent: true,
    errors: [76021, 76022],
    source: '§3.11 D',
  }),
  clearAll: post({
    does: 'Gives all endpoints their day anew (10 a month).',
    path: '/cgi-bin/clear_quota',
    body: z.object({ appid: z.string() }),
    errors: [48006],
    source: '§3.11 D',
  }),
  clearAllBySecret: post({
    does: 'The same without a token, for when the token endpoint itself is used up.',
    path: '/cgi-bin/clear_quota/v2',
    auth: 'secret',
    secretField: 'appsecret',
    errors: [40013, 40125, 48006],
    source: '§3.11 D',
  }),
  clear: post({
    does: 'Gives one endpoint its day anew (50 a month).',
    path: '/cgi-bin/openapi/quota/clear',
    body: z.object({ cgi_path }),
    errors: [48006, 76021, 76022],
    source: '§3.11 D',
  }),
  explainRequest: post({
    does: 'What WeChat knows about a failed request by its rid, for 7 days.',
    path: '/cgi-bin/openapi/rid/get',
    body: z.object({ rid: z.string() }),
    reply: z.object({
      request: z.object({
        invoke_time: number.optional(),
        cost_in_ms: number.optional(),
        request_url: z.string().optional(),
        request_body: text.optional(),
        response_body: text.optional(),
        client_ip: z.string().optional(),
      }),
    }),
    idempotent: true,
    errors: [76001, 76002, 76003, 76004],
    source: '§2.3 S',
  }),
}
