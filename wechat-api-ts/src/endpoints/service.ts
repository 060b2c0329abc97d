import { z } from 'zod'
import { post } from './endpoint.ts'
import { openid } from './shapes.ts'

const kind = <Type extends string, Shape extends z.ZodRawShape>(msgtype: Type, shape: Shape) =>
  z.object({
    touser: openid,
    msgtype: z.literal(msgtype),
    customservice: z.object({ kf_account: z.string() }).optional().describe('speaks as this desk account'),
    ...shape,
  })
const Media = z.object({ media_id: z.string() })
const id = z.union([z.string(), z.number()])

/** Every kind of customer-service message, told apart by msgtype. */
export const ServiceMessage = z.discriminatedUnion('msgtype', [
  kind('text', { text: z.object({ content: z.string().min(1).describe('may hold <a href> and mini-program links') }) }),
  kind('image', { image: Media }),
  kind('voice', { voice: Media }),
  kind('video', {
    video: Media.extend({
      thumb_media_id: z.string(),
      title: z.string().optional(),
      description: z.string().optional(),
    }),
  }),
  kind('music', {
    music: z.object({
      title: z.string().optional(),
      description: z.string().optional(),
      musicurl: z.string(),
      hqmusicurl: z.string(),
      thumb_media_id: z.string(),
    }),
  }),
  kind('news', {
    news: z.object({
      articles: z
        .array(
          z.object({
            title: z.string(),
            description: z.string().optional(),
            url: z.string(),
            picurl: z.string().optional(),
          }),
        )
        .describe('1'),
    }),
  }),
  kind('mpnews', { mpnews: Media }),
  kind('mpnewsarticle', { mpnewsarticle: z.object({ article_id: z.string() }) }),
  kind('msgmenu', {
    msgmenu: z.object({
      head_content: z.string(),
      list: z.array(z.object({ id, content: z.string() })),
      tail_content: z.string().optional(),
    }),
  }),
  kind('wxcard', { wxcard: z.object({ card_id: z.string() }) }),
  kind('miniprogrampage', {
    miniprogrampage: z.object({
      title: z.string(),
      appid: z.string().optional().describe('official accounts only: the linked mini-program'),
      pagepath: z.string(),
      thumb_media_id: z.string(),
    }),
  }),
  kind('link', {
    link: z.object({ title: z.string(), description: z.string(), url: z.string(), thumb_url: z.string() }),
  }),
])

/** Customer-service messages, inside the windows that a person's own actions open. */
export const service = {
  send: post({
    does: 'Sends a message of any kind: 5 within 48 h of a message, 3 within 1 minute of a menu tap, follow or scan. There is no key: it cannot be deduplicated.',
    path: '/cgi-bin/message/custom/send',
    body: ServiceMessage,
    daily: 500_000,
    errors: [40003, 40007, 40008, 43004, 43019, 44004, 45002, 45008, 45015, 45047, 45098, 45099, 48002],
    source: '§3.3 D',
  }),
  typing: post({
    does: 'Shows or hides "the other side is typing" for some seconds; only within 30 s of an interaction.',
    path: '/cgi-bin/message/custom/typing',
    body: z.object({ touser: openid, command: z.enum(['Typing', 'CancelTyping']) }),
    idempotent: true,
    errors: [45072, 45080, 45081],
    source: '§3.3 S',
  }),
}
