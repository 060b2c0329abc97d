import { createHash } from 'node:crypto'
import { type Content, orNull, readContent, subscribeList } from './content.ts'
import { type Fields, textOf } from './document.ts'

/** One push, parsed: the common header, what it is about, and every field as it came. */
export interface Inbound {
  appId: string
  /** The account's original id (gh_…). */
  toUser: string
  /** The sender's openid. */
  fromUser: string
  /** Unix seconds. */
  createTime: number
  /** MsgType as sent, for example `text` or `event`. */
  type: string
  /** Event as sent, `null` for messages. */
  event: string | null
  /** 64-bit id of a message, as text; events have none. */
  msgId: string | null
  content: Content
  fields: Fields
}

/** Reads the fields of a push into a message; null when a field of the common header is missing. */
export const readMessage = (appId: string, fields: Fields): Inbound | null => {
  const type = textOf(fields, 'MsgType')
  const createTime = Number(textOf(fields, 'CreateTime'))
  const toUser = textOf(fields, 'ToUserName')
  const fromUser = textOf(fields, 'FromUserName')
  if (type === '' || toUser === '' || fromUser === '' || !Number.isSafeInteger(createTime) || createTime <= 0)
    return null
  return {
    appId,
    toUser,
    fromUser,
    createTime,
    type,
    event: type === 'event' ? textOf(fields, 'Event') : null,
    msgId: orNull(textOf(fields, 'MsgId')),
    content: readContent(type, fields),
    fields,
  }
}

const eventIdentity = [
  'EventKey',
  'Ticket',
  'MsgID',
  'MenuId',
  'CardId',
  'UserCardCode',
  // What the platform tells of a person comes from the same sender for everybody.
  'OpenID',
  'openid',
  'RevokeInfo',
  'trace_id',
]
const lists = ['SubscribeMsgPopupEvent', 'SubscribeMsgChangeEvent', 'SubscribeMsgSentEvent']

/**
 * The key under which a push and its re-deliveries are one; at most 64 characters.
 * Messages are known by MsgId; events by sender, second and everything that tells two events of one second apart.
 */
export const dedupeKey = (message: Inbound): string => {
  if (message.msgId !== null) return `m:${message.appId}:${message.msgId}`
  const { fields } = message
  const parts = [message.appId, message.fromUser, String(message.createTime), message.type, message.event ?? '']
  parts.push(...eventIdentity.map(name => textOf(fields, name)))
  for (const wrapper of lists)
    for (const one of subscribeList(fields, wrapper))
      parts.push(textOf(one, 'TemplateId'), textOf(one, 'MsgID'), textOf(one, 'SubscribeStatusString'))
  // What tells two events apart that this library does not know is unknown too: then every field counts.
  if (message.content.kind === 'other' || message.content.kind === 'published') parts.push(JSON.stringify(fields))
  return `e:${createHash('sha1').update(parts.join('|')).digest('hex')}`
}
