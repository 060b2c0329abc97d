import { z } from 'zod'
import type { MassContent } from '../../contract/index.ts'
import type { Account } from '../accounts.ts'
import type { Materials } from '../replies/materials.ts'

const Media = z.object({ media_id: z.string() })

/** A mass message as WeChat takes it (wechat-protocol §3.4). */
export const MassBody = z.discriminatedUnion('msgtype', [
  z.object({ msgtype: z.literal('text'), text: z.object({ content: z.string() }) }),
  z.object({
    msgtype: z.literal('mpnews'),
    mpnews: Media,
    send_ignore_reprint: z.union([z.literal(0), z.literal(1)]).default(0),
  }),
  z.object({ msgtype: z.literal('voice'), voice: Media }),
  z.object({ msgtype: z.literal('image'), images: z.object({ media_ids: z.array(z.string()) }) }),
  z.object({ msgtype: z.literal('mpvideo'), mpvideo: Media }),
])
export type MassBody = z.output<typeof MassBody>

/** What staff wrote as WeChat takes it; uploads materials that the account does not have yet. Throws materialRefused. */
export async function massBody(account: Account, content: MassContent, materials: Materials): Promise<MassBody> {
  const mediaOf = async (materialId: string): Promise<string> => (await materials.atWechat(account, materialId)).mediaId
  switch (content.type) {
    case 'text':
      return { msgtype: 'text', text: { content: content.text } }
    case 'article':
      return {
        msgtype: 'mpnews',
        mpnews: { media_id: content.mediaId },
        send_ignore_reprint: content.asReprint ? 1 : 0,
      }
    case 'voice':
      return { msgtype: 'voice', voice: { media_id: await mediaOf(content.materialId) } }
    case 'image': {
      const media_ids: string[] = []
      for (const materialId of content.materialIds) media_ids.push(await mediaOf(materialId))
      return { msgtype: 'image', images: { media_ids } }
    }
  }
}
