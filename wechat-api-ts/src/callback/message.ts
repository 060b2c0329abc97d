import { createHash } from 'node:crypto'
import { type Fields, inside, listOf, textOf } from './document.ts'

/** What one push of subscribe_msg_* says about one template. */
export interface SubscribeEntry {
  templateId: string
  accepted: boolean
  /** '0' mini-program, '1' web page, '2' article; '' where not told. */
  scene: string
}

/** The result of one subscribe message, as the platform reports it afterwards. */
export interface SubscribeResult {
  templateId: string
  /** 64-bit id of the send, as text. */
  msgId: string
  ok: boolean
  errorCode: string
  errorStatus: string
}

/** How a template message ended. */
export type TemplateOutcome = 'delivered' | 'blocked' | 'failed'

/** What a push is about; everything not named here is `other`, with its fields in `Inbound.fields`. */
export type Content =
  | { kind: 'text'; content: string; menuItemId: string | null }
  | { kind: 'image'; pictureUrl: string; mediaId: string }
  | { kind: 'voice'; mediaId: string; format: string; recognition: string | null }
  | { kind: 'video'; mediaId: string; thumbMediaId: string }
  | { kind: 'location'; latitude: number; longitude: number; label: string }
  | { kind: 'link'; title: string; description: string; url: string }
  | { kind: 'miniprogramPage'; title: string; appId: string; path: string }
  | { kind: 'followed'; scene: string | null; ticket: string | null }
  | { kind: 'unfollowed' }
  | { kind: 'scanned'; scene: string; ticket: string | null }
  | { kind: 'menuClicked'; key: string }
  | { kind: 'menuViewed'; url: string }
  | { kind: 'menuMiniprogram'; path: string }
  | { kind: 'templateSent'; msgId: string; outcome: TemplateOutcome; status: string }
  | { kind: 'subscribeAnswered'; entries: SubscribeEntry[] }
  | { kind: 'subscribeChanged'; entries: SubscribeEntry[] }
  | { kind: 'subscribeSent'; results: SubscribeResult[] }
  | { kind: 'serviceSessionEntered'; from: string }
  | { kind: 'authorizationRevoked'; openid: string; info: string }
  | { kind: 'other' }

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

const orNull = (text: string): string | null => (text === '' ? null : text)

// The status is spelled "failed:user block" and "failed: system failed" in different sources, so spaces are ignored.
const outcomeOf = (status: string): TemplateOutcome => {
  const plain = status.replaceAll(' ', '').toLowerCase()
  if (plain === 'success') return 'delivered'
  return plain.includes('block') ? 'blocked' : 'failed'
}

// JSON pushes have no wrapper object: "List" is then top level, an array or (with one element) a bare object.
const subscribeList = (fields: Fields, wrapper: string): Fields[] => {
  const wrapped = listOf(inside(fields, wrapper), 'List')
  return wrapped.length > 0 ? wrapped : listOf(fields, 'List')
}

const entriesOf = (fields: Fields, wrapper: string): SubscribeEntry[] =>
  subscribeList(fields, wrapper).map(one => ({
    templateId: textOf(one, 'TemplateId'),
    accepted: textOf(one, 'SubscribeStatusString') === 'accept',
    scene: textOf(one, 'PopupScene'),
  }))

const resultsOf = (fields: Fields): SubscribeResult[] =>
  subscribeList(fields, 'SubscribeMsgSentEvent').map(one => ({
    templateId: textOf(one, 'TemplateId'),
    msgId: textOf(one, 'MsgID'),
    ok: textOf(one, 'ErrorCode') === '0',
    errorCode: textOf(one, 'ErrorCode'),
    errorStatus: textOf(one, 'ErrorStatus'),
  }))

const events: Record<string, (fields: Fields) => Content> = {
  subscribe: fields => ({
    kind: 'followed',
    scene: orNull(textOf(fields, 'EventKey').replace(/^qrscene_/, '')),
    ticket: orNull(textOf(fields, 'Ticket')),
  }),
  unsubscribe: () => ({ kind: 'unfollowed' }),
  SCAN: fields => ({ kind: 'scanned', scene: textOf(fields, 'EventKey'), ticket: orNull(textOf(fields, 'Ticket')) }),
  CLICK: fields => ({ kind: 'menuClicked', key: textOf(fields, 'EventKey') }),
  VIEW: fields => ({ kind: 'menuViewed', url: textOf(fields, 'EventKey') }),
  view_miniprogram: fields => ({ kind: 'menuMiniprogram', path: textOf(fields, 'EventKey') }),
  TEMPLATESENDJOBFINISH: fields => {
    const status = textOf(fields, 'Status')
    return { kind: 'templateSent', msgId: textOf(fields, 'MsgID'), outcome: outcomeOf(status), status }
  },
  subscribe_msg_popup_event: fields => ({
    kind: 'subscribeAnswered',
    entries: entriesOf(fields, 'SubscribeMsgPopupEvent'),
  }),
  subscribe_msg_change_event: fields => ({
    kind: 'subscribeChanged',
    entries: entriesOf(fields, 'SubscribeMsgChangeEvent'),
  }),
  subscribe_msg_sent_event: fields => ({ kind: 'subscribeSent', results: resultsOf(fields) }),
  user_enter_tempsession: fields => ({ kind: 'serviceSessionEntered', from: textOf(fields, 'SessionFrom') }),
  user_authorization_revoke: fields => ({
    kind: 'authorizationRevoked',
    openid: textOf(fields, 'OpenID'),
    info: textOf(fields, 'RevokeInfo'),
  }),
}

const videoOf = (fields: Fields): Content => ({
  kind: 'video',
  mediaId: textOf(fields, 'MediaId'),
  thumbMediaId: textOf(fields, 'ThumbMediaId'),
})

const messages: Record<string, (fields: Fields) => Content> = {
  text: fields => ({
    kind: 'text',
    content: textOf(fields, 'Content'),
    menuItemId: orNull(textOf(fields, 'bizmsgmenuid')),
  }),
  image: fields => ({ kind: 'image', pictureUrl: textOf(fields, 'PicUrl'), mediaId: textOf(fields, 'MediaId') }),
  voice: fields => ({
    kind: 'voice',
    mediaId: textOf(fields, 'MediaId'),
    format: textOf(fields, 'Format'),
    recognition: orNull(textOf(fields, 'Recognition')),
  }),
  video: videoOf,
  shortvideo: videoOf,
  location: fields => ({
    kind: 'location',
    latitude: Number(textOf(fields, 'Location_X')),
    longitude: Number(textOf(fields, 'Location_Y')),
    label: textOf(fields, 'Label'),
  }),
  link: fields => ({
    kind: 'link',
    title: textOf(fields, 'Title'),
    description: textOf(fields, 'Description'),
    url: textOf(fields, 'Url'),
  }),
  miniprogrampage: fields => ({
    kind: 'miniprogramPage',
    title: textOf(fields, 'Title'),
    appId: textOf(fields, 'AppId'),
    path: textOf(fields, 'PagePath'),
  }),
  event: fields => {
    const name = textOf(fields, 'Event')
    return Object.hasOwn(events, name) ? (events[name]?.(fields) ?? { kind: 'other' }) : { kind: 'other' }
  },
}

/** Reads the fields of a push into a message; null when a field of the common header is missing. */
export const readMessage = (appId: string, fields: Fields): Inbound | null => {
  const type = textOf(fields, 'MsgType')
  const createTime = Number(textOf(fields, 'CreateTime'))
  const toUser = textOf(fields, 'ToUserName')
  const fromUser = textOf(fields, 'FromUserName')
  if (type === '' || toUser === '' || fromUser === '' || !Number.isSafeInteger(createTime) || createTime <= 0)
    return null
  const content = Object.hasOwn(messages, type) ? messages[type]?.(fields) : undefined
  return {
    appId,
    toUser,
    fromUser,
    createTime,
    type,
    event: type === 'event' ? textOf(fields, 'Event') : null,
    msgId: orNull(textOf(fields, 'MsgId')),
    content: content ?? { kind: 'other' },
    fields,
  }
}

const eventIdentity = ['EventKey', 'Ticket', 'MsgID', 'MenuId', 'CardId', 'UserCardCode', 'RevokeInfo']
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
  return `e:${createHash('sha1').update(parts.join('|')).digest('hex')}`
}
