import type { Writable } from './document.ts'

/** One entry of a reply with articles. WeChat shows the first only (protocol note §1.8). */
export interface ReplyArticle {
  title: string
  description?: string
  pictureUrl?: string
  url: string
}

/**
 * What may be answered in the response to a push (protocol note §1.8). Mini-programs take `handOver` only. `mediaId` is of
 * media.upload or materials.add; a text holds at most 2,048 bytes.
 */
export type Reply =
  | { kind: 'text'; text: string }
  | { kind: 'image'; mediaId: string }
  | { kind: 'voice'; mediaId: string }
  | { kind: 'video'; mediaId: string; title?: string; description?: string }
  | { kind: 'music'; thumbMediaId: string; title?: string; description?: string; url?: string; hqUrl?: string }
  | { kind: 'news'; articles: readonly ReplyArticle[] }
  /** To WeChat's own desk, or to one account of it. */
  | { kind: 'handOver'; deskAccount?: string }

const present = (fields: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))

const articles = (given: readonly ReplyArticle[]): Record<string, Writable> => ({
  MsgType: 'news',
  ArticleCount: given.length,
  Articles: {
    item: given.map(({ title, description, pictureUrl, url }) =>
      present({ Title: title, Description: description ?? '', PicUrl: pictureUrl ?? '', Url: url }),
    ),
  },
})

/** A reply as WeChat's fields, without the header. */
export const replyFields = (reply: Reply): Record<string, Writable> => {
  switch (reply.kind) {
    case 'text':
      return { MsgType: 'text', Content: reply.text }
    case 'image':
      return { MsgType: 'image', Image: { MediaId: reply.mediaId } }
    case 'voice':
      return { MsgType: 'voice', Voice: { MediaId: reply.mediaId } }
    case 'video':
      return {
        MsgType: 'video',
        Video: present({ MediaId: reply.mediaId, Title: reply.title, Description: reply.description }),
      }
    case 'music':
      return {
        MsgType: 'music',
        Music: present({
          Title: reply.title,
          Description: reply.description,
          MusicUrl: reply.url,
          HQMusicUrl: reply.hqUrl,
          ThumbMediaId: reply.thumbMediaId,
        }),
      }
    case 'news':
      return articles(reply.articles)
    case 'handOver':
      return {
        MsgType: 'transfer_customer_service',
        ...(reply.deskAccount === undefined ? {} : { TransInfo: { KfAccount: reply.deskAccount } }),
      }
  }
}
