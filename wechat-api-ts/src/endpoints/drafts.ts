import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { list, number, text, wideDigits, wideId } from './shapes.ts'

const comments = { need_open_comment: z.number().optional(), only_fans_can_comment: z.number().optional() }
const Article = z.object({
  article_type: z.enum(['news', 'newspic']).optional(),
  title: z.string().describe('≤ 32 characters'),
  author: z.string().optional(),
  digest: z.string().optional(),
  content: z.string().describe('HTML, < 20,000 characters, < 1 MB; pictures from media.uploadArticleImage only'),
  content_source_url: z.string().optional(),
  thumb_media_id: z.string().optional().describe('a permanent picture; needed for news'),
  image_info: z
    .object({ image_list: z.array(z.object({ image_media_id: z.string() })) })
    .optional()
    .describe('newspic'),
  ...comments,
})
const Written = z.object({
  title: text.optional(),
  author: text.optional(),
  digest: text.optional(),
  content: z.string().optional(),
  content_source_url: z.string().optional(),
  thumb_media_id: z.string().optional(),
  thumb_url: z.string().optional(),
  url: z.string().optional(),
  is_deleted: z.boolean().optional(),
  article_type: z.string().optional(),
})
const page = {
  offset: z.number().int(),
  count: z.number().int().describe('≤ 20'),
  no_content: z.union([z.literal(0), z.literal(1)]).optional(),
}
const Content = z.object({ news_item: list(Written), create_time: number.optional(), update_time: number.optional() })

/** Articles before they are published or sent. */
export const drafts = {
  add: post({
    does: 'Writes a draft of one or more articles.',
    path: '/cgi-bin/draft/add',
    body: z.object({ articles: z.array(Article) }),
    reply: z.object({ media_id: z.string() }),
    daily: 1000,
    errors: [40007, 45003, 45004, 45166, 53404, 53405, 53406],
    source: '§3.8 D',
  }),
  get: post({
    does: 'The articles of a draft.',
    path: '/cgi-bin/draft/get',
    body: z.object({ media_id: z.string() }),
    reply: Content,
    idempotent: true,
    daily: 500,
    errors: [40007],
    source: '§3.8 D',
  }),
  remove: post({
    does: 'Removes a draft.',
    path: '/cgi-bin/draft/delete',
    body: z.object({ media_id: z.string() }),
    idempotent: true,
    daily: 1000,
    errors: [40007],
    source: '§3.8 D',
  }),
  update: post({
    does: 'Replaces one article of a draft.',
    path: '/cgi-bin/draft/update',
    body: z.object({ media_id: z.string(), index: z.number().int().describe('0 is the first'), articles: Article }),
    idempotent: true,
    daily: 1000,
    errors: [40007, 40114],
    source: '§3.8 D',
  }),
  count: get({
    does: 'How many drafts there are.',
    path: '/cgi-bin/draft/count',
    reply: z.object({ total_count: number }),
    daily: 1000,
    source: '§3.8 D',
  }),
  list: post({
    does: 'One page of drafts.',
    path: '/cgi-bin/draft/batchget',
    body: z.object(page),
    reply: z.object({
      total_count: number,
      item_count: number,
      item: list(z.object({ media_id: z.string(), content: Content, update_time: number.optional() })),
    }),
    idempotent: true,
    daily: 1000,
    source: '§3.8 D',
  }),
}

/** Publishing articles to the account's page; unlike a mass send nobody is notified. */
export const publish = {
  submit: post({
    does: 'Publishes a draft; the end comes as an event or by publish.status.',
    path: '/cgi-bin/freepublish/submit',
    body: z.object({ media_id: z.string() }),
    reply: z.object({ publish_id: wideId, msg_data_id: wideId.optional() }),
    daily: 100,
    errors: [40007, 53503, 53504, 53505],
    source: '§3.8 D',
  }),
  status: post({
    does: 'How far a publication is: 0 done, 1 under way, 2 not original, 3 failed, 4 rejected, 5 deleted, 6 banned.',
    path: '/cgi-bin/freepublish/get',
    body: z.object({ publish_id: wideDigits }),
    reply: z.object({
      publish_id: wideId,
      publish_status: number,
      article_id: z.string().optional(),
      article_detail: z
        .object({ count: number, item: list(z.object({ idx: number, article_url: z.string() })) })
        .optional(),
      fail_idx: list(number),
    }),
    idempotent: true,
    daily: 100,
    source: '§3.8 D',
  }),
  article: post({
    does: 'The articles of a publication.',
    path: '/cgi-bin/freepublish/getarticle',
    body: z.object({ article_id: z.string() }),
    reply: Content,
    idempotent: true,
    daily: 100,
    errors: [53600],
    source: '§3.8 D',
  }),
  remove: post({
    does: 'Takes a publication back, one article (index from 1) or all (0).',
    path: '/cgi-bin/freepublish/delete',
    body: z.object({ article_id: z.string(), index: z.number().int().optional() }),
    idempotent: true,
    daily: 10,
    errors: [53600],
    source: '§3.8 D',
  }),
  list: post({
    does: 'One page of publications.',
    path: '/cgi-bin/freepublish/batchget',
    body: z.object(page),
    reply: z.object({
      total_count: number,
      item_count: number,
      item: list(z.object({ article_id: z.string(), content: Content, update_time: number.optional() })),
    }),
    idempotent: true,
    daily: 100,
    source: '§3.8 D',
  }),
}
