import type { wechat } from '../../api/index.ts'

export type ReplyRule = Awaited<ReturnType<typeof wechat.replyRules>>['items'][number]
export type ReplyKind = ReplyRule['kind']
export type ReplyMessage = ReplyRule['messages'][number]
export type ReplyType = ReplyMessage['type']
export type Tried = Awaited<ReturnType<typeof wechat.tryReply>>
/** A rule as it is being written. */
export type ReplyDraft = Pick<ReplyRule, 'kind' | 'name' | 'active' | 'match' | 'hours' | 'messages' | 'toDesk'>

export const kinds: readonly ReplyKind[] = ['welcome', 'text', 'click', 'default']
export const types: readonly ReplyType[] = [
  'text',
  'image',
  'news',
  'miniprogram',
  'menu',
  'video',
  'voice',
  'music',
  'handOver',
]
/** What a text may say of the member it is for. */
export const values = ['会员名', '昵称', '积分', '等级', '券张数', '门店'] as const
const HOLE = new RegExp(`\\{(${values.join('|')})\\}`)

/** Whether a text asks for something about the member. */
export const asksFor = (text: string): boolean => HOLE.test(text)

/** An empty message of a type. */
export function freshMessage(type: ReplyType): ReplyMessage {
  switch (type) {
    case 'text':
      return { type, text: '', plain: '' }
    case 'image':
    case 'voice':
      return { type, materialId: '' }
    case 'video':
      return { type, materialId: '', title: '', description: '' }
    case 'music':
      return { type, title: '', description: '', url: '', hqUrl: '', thumbId: '' }
    case 'news':
      return { type, title: '', description: '', materialId: null, url: '' }
    case 'menu':
      return { type, head: '', items: [], tail: '' }
    case 'miniprogram':
      return { type, title: '', appId: '', path: '', thumbId: '' }
    case 'handOver':
      return { type }
  }
}

/** The types that WeChat takes as an answer at once; the others go as customer-service messages. */
const atOnce = new Set<ReplyType>(['text', 'image', 'voice', 'video', 'music', 'news', 'handOver'])

/** Why a message cannot be said where it stands; null when it can. A film only as the answer itself, the hand-over only alone. */
export function misplaced(
  messages: readonly ReplyMessage[],
  at: number,
  kind: ReplyKind,
): 'filmFirst' | 'handOverToWords' | null {
  const type = messages[at]?.type
  if (type === 'video' && at > 0) return 'filmFirst'
  if (type === 'handOver' && (kind === 'welcome' || kind === 'click')) return 'handOverToWords'
  return null
}

/** Whether a message is the answer itself, not one that follows it. */
export const isAtOnce = (message: ReplyMessage): boolean => atOnce.has(message.type)

const isAddress = (text: string): boolean => /^https?:\/\/\S+\.\S+/.test(text)

/** Fields of a message that are still missing or wrong. */
export function missingIn(message: ReplyMessage): readonly string[] {
  const wrong = (checks: Readonly<Record<string, boolean>>): string[] =>
    Object.keys(checks).filter(name => checks[name] === true)
  switch (message.type) {
    case 'text':
      return wrong({ text: message.text.trim() === '', plain: asksFor(message.text) && message.plain.trim() === '' })
    case 'image':
    case 'voice':
    case 'video':
      return wrong({ materialId: message.materialId === '' })
    case 'music':
      return wrong({
        title: message.title.trim() === '',
        url: !isAddress(message.url),
        hqUrl: message.hqUrl !== '' && !isAddress(message.hqUrl),
        thumbId: message.thumbId === '',
      })
    case 'news':
      return wrong({ title: message.title.trim() === '', url: !isAddress(message.url) })
    case 'menu':
      return wrong({ head: message.head.trim() === '', items: message.items.length === 0 || message.items.length > 10 })
    case 'miniprogram':
      return wrong({
        title: message.title.trim() === '',
        appId: message.appId === '',
        path: message.path.trim() === '',
        thumbId: message.thumbId === '',
      })
    case 'handOver':
      return []
  }
}

/** Where the picture of a message can be looked at; '' where it has none. */
export function pictureOf(message: ReplyMessage): string {
  const id = 'thumbId' in message ? message.thumbId : 'materialId' in message ? message.materialId : null
  return id === null || id === '' || message.type === 'voice' || message.type === 'video'
    ? ''
    : `/api/admin/wechat/materials/${id}/file`
}

/** The word of a day of the week; 1 = Monday. */
export const dayKey = (day: number): string => `d${day}`
