import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { linkedMiniprogram, list, openid, text, templateData, wideId } from './shapes.ts'

const Industry = z.object({ first_class: z.string(), second_class: z.string() }).partial()

/** Template messages of service accounts; never for marketing (48004, 50004). */
export const templates = {
  send: post({
    does: 'Sends a template message; how it ended comes as TEMPLATESENDJOBFINISH. With client_msg_id a repeat within some minutes is not shown twice.',
    path: '/cgi-bin/message/template/send',
    body: z.object({
      touser: openid,
      template_id: z.string(),
      url: z.string().optional(),
      miniprogram: linkedMiniprogram.optional().describe('wins over url'),
      client_msg_id: z.string().optional(),
      data: templateData,
    }),
    reply: z.object({ msgid: wideId }),
    daily: 100_000,
    errors: [40003, 40036, 40037, 40165, 40166, 40173, 43004, 43019, 45012, 45013, 45014, 47003, 48002, 48004, 50004],
    source: '§3.1 D',
  }),
  setIndustry: post({
    does: 'Sets the two industries of the account (once a month).',
    path: '/cgi-bin/template/api_set_industry',
    body: z.object({ industry_id1: z.string(), industry_id2: z.string() }),
    idempotent: true,
    errors: [43100],
    source: '§3.1 S',
  }),
  industry: get({
    does: 'The two industries of the account.',
    path: '/cgi-bin/template/get_industry',
    reply: z.object({ primary_industry: Industry.optional(), secondary_industry: Industry.optional() }),
    source: '§3.1 S',
  }),
  add: post({
    does: 'Adds a template from the library (≤ 25).',
    path: '/cgi-bin/template/api_add_template',
    body: z.object({ template_id_short: z.string(), keyword_name_list: z.array(z.string()).optional() }),
    reply: z.object({ template_id: z.string() }),
    errors: [40037, 45026],
    source: '§3.1 S',
  }),
  list: get({
    does: 'All templates of the account.',
    path: '/cgi-bin/template/get_all_private_template',
    reply: z.object({
      template_list: list(
        z.object({
          template_id: z.string(),
          title: z.string(),
          content: z.string(),
          example: z.string().optional(),
          primary_industry: z.string().optional(),
          deputy_industry: z.string().optional(),
        }),
      ),
    }),
    source: '§3.1 S',
  }),
  remove: post({
    does: 'Removes a template.',
    path: '/cgi-bin/template/del_private_template',
    body: z.object({ template_id: z.string() }),
    idempotent: true,
    errors: [40037],
    source: '§3.1 S',
  }),
  sendOneOff: post({
    does: 'Sends the one message a person agreed to on the subscription page; they need not follow.',
    path: '/cgi-bin/message/template/subscribe',
    body: z.object({
      touser: openid,
      template_id: z.string(),
      url: z.string().optional(),
      miniprogram: linkedMiniprogram.optional(),
      scene: z.string().describe('as on the page: 0–10000'),
      title: z.string().describe('≤ 15 characters'),
      data: z.object({ content: z.object({ value: z.string().describe('≤ 200'), color: z.string().optional() }) }),
    }),
    errors: [40003, 40037, 43101, 47003],
    source: '§3.2 S',
  }),
  oneOffPage: get({
    does: 'The page where a person agrees to one message; it sends back openid, template_id, action (confirm, cancel), scene and reserved.',
    host: 'mp',
    path: '/mp/subscribemsg',
    auth: 'none',
    query: z.object({
      action: z.literal('get_confirm'),
      appid: z.string(),
      scene: text.describe('0–10000'),
      template_id: z.string(),
      redirect_url: z.string(),
      reserved: z.string().optional(),
    }),
    answer: 'page',
    quota: null,
    source: '§3.2 S',
  }),
}
