import { type Fields, inside, listOf, textOf } from './document.ts'
import { type AuthorizedData, revokedData } from './revocation.ts'

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

/**
 * What became of a mass send, in people: `total` it was meant for; `filtered` leaves out those who had their four of the
 * month (filtered = sent + failed).
 */
export interface MassCounts {
  total: number
  filtered: number
  sent: number
  failed: number
}

/** How a template message ended. */
export type TemplateOutcome = 'delivered' | 'blocked' | 'failed'

/**
 * What a push is about (wechat-protocol §1.6); everything not named here is `other`, with its fields in `Inbound.fields`.
 * `latitude` and `longitude` are degrees (GCJ-02), `precision` is metres.
 */
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
  /** A menu entry that scans, takes a picture or picks a place; `action` is the event's name, `scanned` what a scan read. */
  | { kind: 'menuActed'; key: string; action: string; scanned: string | null }
  | { kind: 'whereabouts'; latitude: number; longitude: number; precision: number }
  | { kind: 'massSent'; msgId: string; ok: boolean; status: string; counts: MassCounts }
  /** `status` as in publish.status: '0' is done. */
  | { kind: 'published'; publishId: string; status: string; articleId: string | null }
  | { kind: 'deskSession'; change: 'opened' | 'closed' | 'switched'; account: string; before: string | null }
  | { kind: 'mediaChecked'; traceId: string; suggest: string; label: string }
  | { kind: 'templateSent'; msgId: string; outcome: TemplateOutcome; status: string }
  | { kind: 'subscribeAnswered'; entries: SubscribeEntry[] }
  | { kind: 'subscribeChanged'; entries: SubscribeEntry[] }
  | { kind: 'subscribeSent'; results: SubscribeResult[] }
  | { kind: 'serviceSessionEntered'; from: string }
  /** Somebody has taken back what they had let the account know; it has to be deleted. `openid` is theirs, the push's sender is the platform. */
  | { kind: 'authorizationRevoked'; openid: string; unionid: string | null; info: string; data: AuthorizedData[] }
  /** WeChat has cleaned somebody's nickname or avatar: kept copies are to be read anew or deleted. */
  | { kind: 'profileChanged'; openid: string; unionid: string | null }
  /** Somebody has closed their WeChat account for good. */
  | { kind: 'accountClosed'; openid: string; unionid: string | null }
  | { kind: 'other' }

/** '' is how WeChat says "none". */
export const orNull = (text: string): string | null => (text === '' ? null : text)

// The status is spelled "failed:user block" and "failed: system failed" in different sources, so spaces are ignored.
const outcomeOf = (status: string): TemplateOutcome => {
  const plain = status.replaceAll(' ', '').toLowerCase()
  if (plain === 'success') return 'delivered'
  return plain.includes('block') ? 'blocked' : 'failed'
}

/** The entries of a subscribe_msg_* event. JSON has no wrapper: "List" is then top level, an array or (with one element) a bare object. */
export const subscribeList = (fields: Fields, wrapper: string): Fields[] => {
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

// Both "send success" and "sendsuccess" are seen; everything else is "send fail" or err(code).
const massOf = (fields: Fields): Content => {
  const status = textOf(fields, 'Status')
  const count = (name: string): number => Number(textOf(fields, name)) || 0
  return {
    kind: 'massSent',
    msgId: textOf(fields, 'MsgID') || textOf(fields, 'MsgId'),
    ok: status.replaceAll(' ', '') === 'sendsuccess',
    status,
    counts: {
      total: count('TotalCount'),
      filtered: count('FilterCount'),
      sent: count('SentCount'),
      failed: count('ErrorCount'),
    },
  }
}

const publishedOf = (fields: Fields): Content => {
  const info = inside(fields, 'PublishEventInfo')
  return {
    kind: 'published',
    publishId: textOf(info, 'publish_id'),
    status: textOf(info, 'publish_status'),
    articleId: orNull(textOf(info, 'article_id')),
  }
}

const menuActed = (fields: Fields): Content => ({
  kind: 'menuActed',
  key: textOf(fields, 'EventKey'),
  action: textOf(fields, 'Event'),
  scanned: orNull(textOf(inside(fields, 'ScanCodeInfo'), 'ScanResult')),
})

const deskSession =
  (change: 'opened' | 'closed' | 'switched', account: string, before?: string) =>
  (fields: Fields): Content => ({
    kind: 'deskSession',
    change,
    account: textOf(fields, account),
    before: before === undefined ? null : orNull(textOf(fields, before)),
  })

// The sender of these is the platform; whom they are about is spelled both ways (wechat-protocol §1.6).
const meant = (fields: Fields): { openid: string; unionid: string | null } => ({
  openid: textOf(fields, 'OpenID') || textOf(fields, 'openid'),
  unionid: orNull(textOf(fields, 'UnionID') || textOf(fields, 'unionid')),
})

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
  scancode_push: menuActed,
  scancode_waitmsg: menuActed,
  pic_sysphoto: menuActed,
  pic_photo_or_album: menuActed,
  pic_weixin: menuActed,
  location_select: menuActed,
  LOCATION: fields => ({
    kind: 'whereabouts',
    latitude: Number(textOf(fields, 'Latitude')),
    longitude: Number(textOf(fields, 'Longitude')),
    precision: Number(textOf(fields, 'Precision')),
  }),
  MASSSENDJOBFINISH: massOf,
  // The official sample has the first name, other SDKs' fixtures the second.
  PUBLISHJOBFINISH: publishedOf,
  FREEPUBLISHJOBFINISH: publishedOf,
  kf_create_session: deskSession('opened', 'KfAccount'),
  kf_close_session: deskSession('closed', 'KfAccount'),
  kf_switch_session: deskSession('switched', 'ToKfAccount', 'FromKfAccount'),
  wxa_media_check: fields => ({
    kind: 'mediaChecked',
    traceId: textOf(fields, 'trace_id'),
    suggest: textOf(inside(fields, 'result'), 'suggest'),
    label: textOf(inside(fields, 'result'), 'label'),
  }),
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
    ...meant(fields),
    info: textOf(fields, 'RevokeInfo'),
    data: revokedData(textOf(fields, 'RevokeInfo')),
  }),
  user_info_modified: fields => ({ kind: 'profileChanged', ...meant(fields) }),
  user_authorization_cancellation: fields => ({ kind: 'accountClosed', ...meant(fields) }),
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

/** What a push of a type is about; `other` for types this library does not know. */
export const readContent = (type: string, fields: Fields): Content =>
  (Object.hasOwn(messages, type) ? messages[type]?.(fields) : null) ?? { kind: 'other' }
