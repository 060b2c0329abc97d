import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { list, number, text, wideId } from './shapes.ts'

const uploadErrors = [40004, 40005, 40006, 40009, 40010, 40011, 40012, 40113, 40137, 41005, 45001]

/** Files that WeChat keeps for three days. */
export const media = {
  upload: post({
    does: 'Keeps a file for 3 days: image, voice (2 MB, 60 s, amr or mp3), video (10 MB, mp4), thumb (64 KB, jpg).',
    path: '/cgi-bin/media/upload',
    query: z.object({ type: z.enum(['image', 'voice', 'video', 'thumb']) }),
    upload: 'media',
    reply: z
      .object({
        type: z.string(),
        media_id: z.string().optional(),
        thumb_media_id: z.string().optional(),
        created_at: number,
      })
      .transform(({ thumb_media_id, ...rest }) => ({ ...rest, media_id: rest.media_id ?? thumb_media_id ?? '' })),
    daily: 100_000,
    errors: uploadErrors,
    source: '§3.8 D',
  }),
  get: get({
    does: 'A kept file: its bytes, or for a video the address to fetch it from.',
    path: '/cgi-bin/media/get',
    query: z.object({ media_id: z.string() }),
    answer: 'fileOrJson',
    reply: z.object({ video_url: z.string() }),
    daily: 200_000,
    errors: [40007],
    source: '§3.8 D',
  }),
  getVoice: get({
    does: 'A voice that a page recorded by the JS-SDK, in speex at 16 kHz.',
    path: '/cgi-bin/media/get/jssdk',
    query: z.object({ media_id: z.string() }),
    answer: 'file',
    errors: [40007],
    source: '§3.8 S',
  }),
  uploadArticleImage: post({
    does: 'A picture for the inside of articles (jpg, png, ≤ 1 MB); not counted among the materials.',
    path: '/cgi-bin/media/uploadimg',
    upload: 'media',
    reply: z.object({ url: z.string() }),
    errors: uploadErrors,
    source: '§3.8 S',
  }),
}

const materialType = z.enum(['image', 'voice', 'video', 'thumb'])

/** Files that WeChat keeps for good (100,000 pictures, 1,000 of each other kind). */
export const materials = {
  add: post({
    does: 'Keeps a file for good; a video needs title and introduction (JSON in `description`).',
    path: '/cgi-bin/material/add_material',
    query: z.object({ type: materialType }),
    body: z.object({ description: z.string().optional().describe('video: {"title","introduction"} as JSON') }),
    upload: 'media',
    reply: z.object({ media_id: z.string(), url: z.string().optional() }),
    errors: [...uploadErrors, 45006],
    source: '§3.8 S',
  }),
  get: post({
    does: 'A kept file: its bytes, or for a video its title and address.',
    path: '/cgi-bin/material/get_material',
    body: z.object({ media_id: z.string() }),
    answer: 'fileOrJson',
    reply: z.object({
      title: text.optional(),
      description: text.optional(),
      down_url: z.string().optional(),
      news_item: z.array(z.record(z.string(), z.unknown())).optional(),
    }),
    idempotent: true,
    errors: [40007],
    source: '§3.8 S',
  }),
  remove: post({
    does: 'Removes a kept file; refused while a menu or an automatic reply uses it (48005).',
    path: '/cgi-bin/material/del_material',
    body: z.object({ media_id: z.string() }),
    idempotent: true,
    errors: [40007, 48005],
    source: '§3.8 S',
  }),
  counts: get({
    does: 'How many files of each kind are kept.',
    path: '/cgi-bin/material/get_materialcount',
    reply: z.object({ voice_count: number, video_count: number, image_count: number, news_count: number }),
    source: '§3.8 S',
  }),
  list: post({
    does: 'One page of kept files of a kind.',
    path: '/cgi-bin/material/batchget_material',
    body: z.object({
      type: z.enum(['image', 'voice', 'video', 'news']),
      offset: z.number().int(),
      count: z.number().int().describe('≤ 20'),
    }),
    reply: z.object({
      total_count: number,
      item_count: number,
      item: list(
        z.object({
          media_id: wideId,
          name: text.optional(),
          update_time: number.optional(),
          url: z.string().optional(),
          content: z.record(z.string(), z.unknown()).optional(),
        }),
      ),
    }),
    idempotent: true,
    errors: [40007],
    source: '§3.8 S',
  }),
}
