import { createHash } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'

/** One thing a person sees on the phone, newest last; `thread` is an appId, `service` (服务通知) or `sms`. */
export interface Entry {
  /** Rises over the whole sandbox. */
  seq: number
  /** Unix milliseconds of the sandbox's clock. */
  at: number
  thread: string
  from: 'me' | 'account' | 'system'
  kind: 'text' | 'template' | 'subscribe' | 'sms' | 'notice' | 'menu' | 'followed'
  appId?: string
  text?: string
  templateId?: string
  title?: string
  fields?: { label: string; value: string }[]
  /** Mini-program page or address that a tap opens. */
  page?: string
  pageAppId?: string
  url?: string
  msgId?: string
  clientMsgId?: string
  /** How a text came: answer in the callback, or customer-service message. */
  way?: 'passive' | 'custom'
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
  /** By appId; message = they wrote, touch = they followed, tapped a menu key or scanned. */
  windows: Record<string, { message?: Window; touch?: Window }>
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
  windows: {},
  entries: [],
  seen: {},
})
