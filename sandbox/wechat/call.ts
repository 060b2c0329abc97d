import type { SandboxAccount } from '../accounts.ts'
import type { World } from '../state/world.ts'
import type { Pushes } from '../callbacks/pushes.ts'
import type { Answer } from './answer.ts'

/** One call to the WeChat API, authorised, with its JSON parsed. */
export interface Call {
  world: World
  pushes: Pushes
  account: SandboxAccount
  query: URLSearchParams
  data: Record<string, unknown>
}

/** One endpoint of the simulator. */
export interface Endpoint {
  method: 'GET' | 'POST' | 'any'
  /** `token` an access_token in the query · `secret` appid and secret in the query · `body` both in the body. */
  auth: 'token' | 'secret' | 'body'
  run: (call: Call) => Answer
}

/** A field as text; '' where it is absent or of another kind. */
export const text = (data: Record<string, unknown>, name: string): string => {
  const value = data[name]
  return typeof value === 'string' ? value : ''
}

/** A field as an object; null where it is absent or of another kind. */
export const object = (data: Record<string, unknown>, name: string): Record<string, unknown> | null => {
  const value = data[name]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}
