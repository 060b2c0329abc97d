import { PASSIVE_TYPES, type ReplyMessage } from '../../contract/index.ts'
import type { Body } from '../body.ts'
import type { Decided } from '../intake/reply.ts'
import { filled, type ReplyValues } from './values.ts'

/** What may be answered to a push. */
type Reply = NonNullable<Decided['reply']>

/** Where an account's WeChat keeps our materials: material → its media id and address there. */
export type Copies = ReadonlyMap<string, { readonly mediaId: string; readonly url: string }>

/** The longest text of a passive reply, in bytes (wechat-protocol §1.8). */
export const LONGEST_TEXT_BYTES = 2048

const cut = (text: string): string => {
  let short = text
  while (Buffer.byteLength(short) > LONGEST_TEXT_BYTES) short = short.slice(0, -10)
  return short
}

/** A message with its values in place; null when it cannot be said to this person. */
function spoken(message: ReplyMessage, values: ReplyValues): ReplyMessage | null {
  if (message.type !== 'text') return message
  const text = filled(message.text, values) ?? message.plain
  return text === '' ? null : { ...message, text: cut(text), plain: '' }
}

const given = <Fields extends Record<string, string>>(fields: Fields): Partial<Fields> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== '')) as Partial<Fields>

/** A message as the answer to a push; null for what cannot be answered so, or whose material WeChat does not have. */
export function passiveOf(message: ReplyMessage, copies: Copies): Reply | null {
  const media = (id: string): string => copies.get(id)?.mediaId ?? ''
  switch (message.type) {
    case 'text':
      return { kind: 'text', text: message.text }
    case 'image':
    case 'voice':
      return media(message.materialId) === '' ? null : { kind: message.type, mediaId: media(message.materialId) }
    case 'video': {
      const { title, description } = message
      const mediaId = media(message.materialId)
      return mediaId === '' ? null : { kind: 'video', mediaId, ...given({ title, description }) }
    }
    case 'music': {
      const { title, description, url, hqUrl } = message
      const thumbMediaId = media(message.thumbId)
      return thumbMediaId === ''
        ? null
        : { kind: 'music', thumbMediaId, ...given({ title, description, url, hqUrl: hqUrl === '' ? url : hqUrl }) }
    }
    case 'news': {
      const { title, description, url, materialId } = message
      const pictureUrl = materialId === null ? '' : (copies.get(materialId)?.url ?? '')
      return { kind: 'news', articles: [{ title, url, ...given({ description, pictureUrl }) }] }
    }
    case 'handOver':
      return { kind: 'handOver' }
    case 'menu':
    case 'miniprogram':
      return null
  }
}

/** A message as a customer-service message (wechat-protocol §3.3); null for what has no such form. */
export function laterOf(message: ReplyMessage, copies: Copies): Body | null {
  if (message.type === 'text') return { text: message.text }
  if (message.type === 'menu') {
    const { head, items, tail } = message
    const list = items.map((content, at) => ({ id: String(at + 1), content }))
    return { content: { msgtype: 'msgmenu', msgmenu: { head_content: head, list, tail_content: tail } } }
  }
  if (message.type === 'miniprogram') {
    const thumb = copies.get(message.thumbId)?.mediaId
    if (thumb === undefined) return null
    const { title, appId, path } = message
    return {
      content: {
        msgtype: 'miniprogrampage',
        miniprogrampage: { title, appid: appId, pagepath: path, thumb_media_id: thumb },
      },
    }
  }
  const reply = passiveOf(message, copies)
  switch (reply?.kind) {
    case 'image':
      return { content: { msgtype: 'image', image: { media_id: reply.mediaId } } }
    case 'voice':
      return { content: { msgtype: 'voice', voice: { media_id: reply.mediaId } } }
    case 'video': {
      const { mediaId, title = '', description = '' } = reply
      return {
        content: { msgtype: 'video', video: { media_id: mediaId, thumb_media_id: mediaId, title, description } },
      }
    }
    case 'music': {
      const { thumbMediaId, title = '', description = '', url = '', hqUrl = '' } = reply
      const music = { title, description, musicurl: url, hqmusicurl: hqUrl, thumb_media_id: thumbMediaId }
      return { content: { msgtype: 'music', music } }
    }
    case 'news': {
      const articles = reply.articles.map(({ title, description = '', url, pictureUrl = '' }) => ({
        title,
        description,
        url,
        picurl: pictureUrl,
      }))
      return { content: { msgtype: 'news', news: { articles } } }
    }
    default:
      return null
  }
}

/** What is said at once, and what follows as customer-service messages. */
export interface Said {
  readonly reply: Reply | null
  readonly later: readonly Body[]
  /** Both, as written: for whoever tries a rule. */
  readonly shown: readonly { message: ReplyMessage; at: 'once' | 'later' }[]
}

/** Puts the messages of a rule into words for one person: the first that can be is the answer, the others follow in order. */
export function say(messages: readonly ReplyMessage[], values: ReplyValues, copies: Copies, atOnce = true): Said {
  const sayable = messages.flatMap(message => spoken(message, values) ?? [])
  const [first] = sayable
  const reply = atOnce && first !== undefined && PASSIVE_TYPES.includes(first.type) ? passiveOf(first, copies) : null
  const rest = reply === null ? sayable : sayable.slice(1)
  const later = rest.flatMap(message => laterOf(message, copies) ?? [])
  return {
    reply,
    later,
    shown: sayable.map((message, at) => ({ message, at: reply !== null && at === 0 ? 'once' : 'later' })),
  }
}

/** The materials that a message needs at WeChat. */
export const materialsIn = (message: ReplyMessage): string[] => [
  ...('materialId' in message && message.materialId !== null ? [message.materialId] : []),
  ...('thumbId' in message ? [message.thumbId] : []),
]
