import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { linkedMiniprogram, list, number, openid, queryNumber, templateData, text, wideId } from './shapes.ts'

const sendErrors = [40003, 40036, 40037, 41030, 43101, 43104, 45009, 47003]

/** Subscribe messages (订阅通知): of official accounts (`bizSend`) and mini-programs (`send`), and their template library. */
export const subscribe = {
  bizSend: post({
    does: 'Official account: uses up one accept of this person for this template; 43101 where none is left.',
    path: '/cgi-bin/message/subscribe/bizsend',
    body: z.object({
      touser: openid,
      template_id: z.string(),
      page: z.string().optional(),
      miniprogram: linkedMiniprogram.optional(),
      data: templateData,
    }),
    reply: z.object({ msgid: wideId.optional() }),
    errors: sendErrors,
    source: '§3.2 S',
  }),
  send: post({
    does: 'Mini-program: uses up one accept of this person for this template; 43101 where none is left.',
    path: '/cgi-bin/message/subscribe/send',
    body: z.object({
      touser: openid,
      template_id: z.string(),
      page: z.string().optional(),
      miniprogram_state: z.enum(['developer', 'trial', 'formal']).optional(),
      lang: z.enum(['zh_CN', 'en_US', 'zh_HK', 'zh_TW']).optional(),
      data: templateData,
    }),
    reply: z.object({ msgid: wideId.optional() }),
    errors: sendErrors,
    source: '§4.2 D',
  }),
  categories: get({
    does: "The account's categories.",
    path: '/wxaapi/newtmpl/getcategory',
    reply: z.object({ data: list(z.object({ id: number, name: z.string() })) }),
    source: '§3.2 S',
  }),
  library: get({
    does: 'Templates of the library under categories.',
    path: '/wxaapi/newtmpl/getpubtemplatetitles',
    query: z.object({
      ids: z.string().describe('category ids, comma between'),
      start: queryNumber,
      limit: queryNumber.describe('≤ 30'),
    }),
    reply: z.object({
      count: number.default(0),
      data: list(
        z.object({ tid: text, title: z.string(), type: number.describe('2 one-off, 3 long-term'), categoryId: text }),
      ),
    }),
    errors: [200016, 200017],
    source: '§3.2 S',
  }),
  keywords: get({
    does: 'The parameters a library template offers.',
    path: '/wxaapi/newtmpl/getpubtemplatekeywords',
    query: z.object({ tid: z.string() }),
    reply: z.object({
      count: number.default(0),
      data: list(z.object({ kid: number, name: z.string(), example: z.string().optional(), rule: z.string() })),
    }),
    errors: [200014],
    source: '§3.2 S',
  }),
  templates: get({
    does: "The account's own templates.",
    path: '/wxaapi/newtmpl/gettemplate',
    reply: z.object({
      data: list(
        z.object({
          priTmplId: z.string(),
          title: z.string(),
          content: z.string(),
          example: z.string().optional(),
          type: number.describe('2 one-off, 3 long-term'),
        }),
      ),
    }),
    source: '§3.2 S',
  }),
  addTemplate: post({
    does: 'Adds a template with the chosen parameters (≤ 50).',
    path: '/wxaapi/newtmpl/addtemplate',
    body: z.object({
      tid: z.string(),
      kidList: z.array(z.number().int()).describe('2–5, in order'),
      sceneDesc: z.string().optional().describe('≤ 15 characters'),
    }),
    reply: z.object({ priTmplId: z.string() }),
    errors: [200011, 200012, 200013, 200014, 200018, 200019, 200020, 200021],
    source: '§3.2 S',
  }),
  removeTemplate: post({
    does: 'Removes a template.',
    path: '/wxaapi/newtmpl/deltemplate',
    body: z.object({ priTmplId: z.string() }),
    idempotent: true,
    errors: [200014],
    source: '§3.2 S',
  }),
}
