import { z } from 'zod'
import { get, post } from './endpoint.ts'
import { number } from './shapes.ts'

const numbered = z.object({
  scene: z.object({ scene_id: z.number().int().describe('temporary: 32 bits, not 0; permanent: 1–100000') }),
})
const named = z.object({ scene: z.object({ scene_str: z.string().min(1).max(64) }) })
const expire_seconds = z.number().int().positive().max(2_592_000).optional().describe('≤ 30 days; 60 s where not told')

/** QR codes that carry a scene. */
export const qrcodes = {
  create: post({
    does: 'Makes a temporary (≤ 30 days) or permanent (≤ 100,000 ever) QR code; draw `url` yourself or fetch qrcodes.image.',
    path: '/cgi-bin/qrcode/create',
    body: z.discriminatedUnion('action_name', [
      z.object({ action_name: z.literal('QR_SCENE'), action_info: numbered, expire_seconds }),
      z.object({ action_name: z.literal('QR_STR_SCENE'), action_info: named, expire_seconds }),
      z.object({ action_name: z.literal('QR_LIMIT_SCENE'), action_info: numbered }),
      z.object({ action_name: z.literal('QR_LIMIT_STR_SCENE'), action_info: named }),
    ]),
    reply: z.object({ ticket: z.string().min(1), url: z.string(), expire_seconds: number.optional() }),
    daily: 100_000,
    errors: [40053, 45029],
    source: '§3.7 D',
  }),
  image: get({
    does: 'The picture of a QR code by its ticket; HTTP 404 for a bad one.',
    host: 'mp',
    path: '/cgi-bin/showqrcode',
    auth: 'none',
    query: z.object({ ticket: z.string() }),
    answer: 'file',
    quota: null,
    source: '§3.7 D',
  }),
}
