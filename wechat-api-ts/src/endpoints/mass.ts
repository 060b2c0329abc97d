import { z } from 'zod'
import { post } from './endpoint.ts'
import { number, text, wideDigits, wideId } from './shapes.ts'

const Media = z.object({ media_id: z.string() })
/** What a mass send may carry, told apart by msgtype; articles come from drafts.add. */
const content = {
  mpnews: { mpnews: Media, send_ignore_reprint: z.union([z.literal(0), z.literal(1)]).optional() },
  text: { text: z.object({ content: z.string().min(1) }) },
  voice: { voice: Media },
  image: {
    images: z.object({
      media_ids: z.array(z.string()),
      recommend: z.string().optional(),
      need_open_comment: z.number().optional(),
      only_fans_can_comment: z.number().optional(),
    }),
  },
  mpvideo: { mpvideo: Media.extend({ title: z.string().optional(), description: z.string().optional() }) },
  wxcard: { wxcard: z.object({ card_id: z.string() }) },
}

const carrying = <Address extends z.ZodRawShape>(address: Address) =>
  z.discriminatedUnion('msgtype', [
    z.object({ ...address, msgtype: z.literal('mpnews'), ...content.mpnews }),
    z.object({ ...address, msgtype: z.literal('text'), ...content.text }),
    z.object({ ...address, msgtype: z.literal('voice'), ...content.voice }),
    z.object({ ...address, msgtype: z.literal('image'), ...content.image }),
    z.object({ ...address, msgtype: z.literal('mpvideo'), ...content.mpvideo }),
    z.object({ ...address, msgtype: z.literal('wxcard'), ...content.wxcard }),
  ])

const clientmsgid = z
  .string()
  .optional()
  .describe('≤ 64 bytes; the same one within 24 h answers 45065 and the first msg_id')
const Submitted = z.object({ msg_id: wideId, msg_data_id: wideId.optional() })
const sendErrors = [40003, 40007, 40008, 40031, 40032, 40130, 43004, 45002, 45028, 45065, 45066, 45067, 48003, 48005]

/** Mass sends: ≤ 4 a calendar month for each follower (more are filtered), ≤ 60 requests a minute. */
export const mass = {
  byTag: post({
    does: 'Sends to all followers (once a day, 4 a month) or to those with a tag.',
    path: '/cgi-bin/message/mass/sendall',
    body: carrying({
      filter: z.object({ is_to_all: z.boolean(), tag_id: z.number().int().optional() }),
      clientmsgid,
    }),
    reply: Submitted,
    daily: 100,
    errors: sendErrors,
    source: '§3.4 D',
  }),
  byOpenid: post({
    does: 'Sends to 2–10,000 followers of a service account.',
    path: '/cgi-bin/message/mass/send',
    body: carrying({ touser: z.array(z.string()).describe('2–10,000; fewer answer 40130'), clientmsgid }),
    reply: Submitted,
    daily: 100,
    errors: sendErrors,
    source: '§3.4 D',
  }),
  preview: post({
    does: 'Shows a mass message to one person (100 a day).',
    path: '/cgi-bin/message/mass/preview',
    body: carrying({
      touser: z.string().optional(),
      towxname: z.string().optional().describe('a WeChat id; wins over touser'),
    }),
    reply: z.object({ msg_id: wideId.optional() }),
    daily: 100,
    errors: [40003, 40007, 43004],
    source: '§3.4 D',
  }),
  status: post({
    does: 'How far a mass send is.',
    path: '/cgi-bin/message/mass/get',
    body: z.object({ msg_id: wideDigits }),
    reply: z.object({ msg_id: wideId, msg_status: z.string().describe('SEND_SUCCESS, SENDING, SEND_FAIL or DELETE') }),
    idempotent: true,
    errors: [40059],
    source: '§3.4 S',
  }),
  remove: post({
    does: 'Takes a sent article back; the message itself stays with who has it.',
    path: '/cgi-bin/message/mass/delete',
    body: z.object({ msg_id: wideDigits, article_idx: z.number().int().optional(), url: z.string().optional() }),
    idempotent: true,
    daily: 10,
    errors: [40059],
    source: '§3.4 S',
  }),
  speed: post({
    does: 'How fast mass sends go.',
    path: '/cgi-bin/message/mass/speed/get',
    reply: z.object({ speed: number, realspeed: text.optional() }),
    idempotent: true,
    source: '§3.4 S',
  }),
  setSpeed: post({
    does: 'Sets how fast mass sends go: 0–4 for 800,000, 600,000, 450,000, 300,000 and 100,000 a minute.',
    path: '/cgi-bin/message/mass/speed/set',
    body: z.object({ speed: z.number().int().min(0).max(4) }),
    idempotent: true,
    errors: [45083, 45084],
    source: '§3.4 S',
  }),
}
