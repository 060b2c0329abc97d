import { createHash } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'

/** What an entry shows; each is drawn as WeChat draws it. */
export type EntryKind =
  | 'text'
  | 'image'
  | 'voice'
  | 'video'
  | 'music'
  | 'news'
  | 'location'
  | 'link'
  /** A card of a mini-program. */
  | 'program'
  /** A question with answers to tap. */
  | 'choices'
  /** A coupon or member card. */
  | 'card'
  | 'template'
  | 'subscribe'
  | 'sms'
  | 'notice'
  | 'menu'
  | 'followed'

/** One article of a news message. */
export interface Article {
  title: string
  description: string
  picUrl: string
  url: string
}

/** One thing a person sees on the phone, newest last; `thread` is an appId, `service` (服务通知) or `sms`. */
export interface Entry {
  /** Rises over the whole sandbox. */
  seq: number
  /** Unix milliseconds of the sandbox's clock. */
  at: number
  thread: string
  from: 'me' | 'account' | 'system'
  kind: EntryKind
  appId?: string
  text?: string
  templateId?: string
  title?: string
  fields?: { label: string; value: string }[]
  /** Mini-program page or address that a tap opens. */
  page?: string
  pageAppId?: string
  url?: string
  /** Address of the picture, sound or film, and of the small picture beside it. */
  mediaUrl?: string
  thumbUrl?: string
  articles?: Article[]
  choices?: { id: string; text: string }[]
  tail?: string
  msgId?: string
  clientMsgId?: string
  /** How it came: answer in the callback, customer-service message, mass message. */
  way?: 'passive' | 'custom' | 'mass'
}

/** How long and how often an account may still write by customer-service message. */
export interface Window {
  until: number
  left: number
}

/** Somebody with a phone. Everything keyed by appId unless said otherwise. */
export interface Person {
  id: string
  name: string
  phone: string
  openids: Record<string, string>
  /** By platform. */
  unionids: Record<string, string>
  /** Unix milliseconds since when they follow. */
  following: Record<string, { since: number; scene: string }>
  /** Receiving switched off: 48002 and "failed:user block". */
  muted: Record<string, boolean>
  /** By `appId templateId`. */
  credits: Record<string, number>
  /** 总是保持以上选择: by `appId templateId`; no pop-up is shown any more. */
  choices: Record<string, 'accept' | 'reject'>
  /** By appId; message = they wrote, touch = they followed, tapped a menu key or scanned. */
  windows: Record<string, { message?: Window; touch?: Window }>
  /** When they last did something that an account is told of. */
  lastDid: Record<string, number>
  /** Ids of the account's tags on them. */
  tags: Record<string, number[]>
  remark: Record<string, string>
  /** On the account's blacklist. */
  blacklisted: Record<string, boolean>
  /** Mass messages taken in a calendar month. */
  mass: Record<string, { month: string; count: number }>
  /** What conditional menus ask for (wechat-protocol §3.5): 1 iOS, 2 Android, 3 others. */
  system: '1' | '2' | '3'
  language: string
  /** How WeChat looks on this phone; mini-programs are told (wx theme). */
  theme: 'light' | 'dark'
  entries: Entry[]
  /** By thread: the last seq they have seen. */
  seen: Record<string, number>
}

const derive = (prefix: string, ...parts: string[]): string =>
  prefix + createHash('sha256').update(parts.join('|')).digest('base64url').slice(0, 27)

/** Makes a person; openids and unionids follow from the id, so the same person is the same after a restart. */
export const makePerson = (
  accounts: readonly SandboxAccount[],
  given: { id: string; name: string; phone: string },
): Person => ({
  ...given,
  openids: Object.fromEntries(accounts.map(({ appId }) => [appId, derive('o', appId, given.id)])),
  unionids: Object.fromEntries(accounts.map(({ platform }) => [platform, derive('u', platform, given.id)])),
  following: {},
  muted: {},
  credits: {},
  choices: {},
  windows: {},
  lastDid: {},
  tags: {},
  remark: {},
  blacklisted: {},
  mass: {},
  system: '1',
  language: 'zh_CN',
  theme: 'light',
  entries: [],
  seen: {},
})

/** What a virtual visitor of a snapshot page is called: never the ids of the person (wechat-protocol §3.9). */
export const snapshotIds = (account: SandboxAccount, person: Person): { openid: string; unionid: string } => ({
  openid: derive('o', 'snapshot', account.appId, person.id),
  unionid: derive('u', 'snapshot', account.platform, person.id),
})
