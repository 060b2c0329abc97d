import type { SandboxAccount } from '../accounts.ts'
import type { Pushes } from '../callbacks/pushes.ts'
import type { Console } from '../state/console.ts'
import type { World } from '../state/world.ts'
import type { Answer, Binary } from './answer.ts'
import type { Part } from './multipart.ts'

/** What a body says. */
export interface Read {
  data: Record<string, unknown>
  /** The files and fields of a form. */
  parts: Part[]
}

/** One call to the WeChat API, authorised, with its body parsed. */
export interface Call extends Read {
  world: World
  pushes: Pushes
  account: SandboxAccount
  /** What the account made so far. */
  desk: Console
  query: URLSearchParams
}

/** How the simulator answers one endpoint; where it is, how it is authorised and what it takes is told by the table. */
export interface Endpoint {
  /** Other kinds of account are told 48001. */
  only?: SandboxAccount['kind']
  /** Judges the body by itself, with finer codes than the table's schema gives. */
  judges?: true
  run: (call: Call) => Answer | Binary
}

/** Endpoints by path. */
export type Endpoints = Record<string, Endpoint>

/** An endpoint of official accounts. */
export const official = (run: Endpoint['run']): Endpoint => ({ run, only: 'official' })

/** An endpoint of mini-programs. */
export const mini = (run: Endpoint['run']): Endpoint => ({ run, only: 'miniprogram' })

/** An endpoint of both. */
export const both = (run: Endpoint['run']): Endpoint => ({ run })

/** An endpoint whose wrong bodies have codes of their own. */
export const judging = (endpoint: Endpoint): Endpoint => ({ ...endpoint, judges: true })

/** Whether it is an object of JSON. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A field as text; '' where it is absent or of another kind. */
export const text = (data: Record<string, unknown>, name: string): string => {
  const value = data[name]
  return typeof value === 'string' ? value : ''
}

/** A field as a whole number; null where it is absent or of another kind. */
export const whole = (data: Record<string, unknown>, name: string): number | null => {
  const value = data[name]
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : null
}

/** A field as an id, which may be written as a number or as text. */
export const idText = (data: Record<string, unknown>, name: string): string => {
  const value = data[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

/** A field as an object; null where it is absent or of another kind. */
export const object = (data: Record<string, unknown>, name: string): Record<string, unknown> | null => {
  const value = data[name]
  return isObject(value) ? value : null
}

/** A field as a list of texts; null where it is absent or anything else is in it. */
export const texts = (data: Record<string, unknown>, name: string): string[] | null => {
  const value = data[name]
  return Array.isArray(value) && value.every(one => typeof one === 'string') ? value : null
}

/** A field as a list of objects; null where it is absent or anything else is in it. */
export const objects = (data: Record<string, unknown>, name: string): Record<string, unknown>[] | null => {
  const value = data[name]
  return Array.isArray(value) && value.every(isObject) ? value : null
}

/** The person of an openid of this account. */
export const personOf = ({ world, account }: Pick<Call, 'world' | 'account'>, openid: string) => {
  const found = world.byOpenid.get(openid)
  return found?.appId === account.appId ? found.person : undefined
}
