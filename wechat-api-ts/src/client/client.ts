import { endpoints, type Endpoint, type Host } from '../endpoints/index.ts'
import { changed, WechatError } from '../errors/error.ts'
import { type Args, type Call, caller, type CallNeeds, type Output } from './call.ts'
import { type Conveniences, conveniences } from './conveniences.ts'
import { jsSdkConfig, type JsSdkConfig } from './js-sdk.ts'
import { type Issued, keeper, type Keeper } from './keeper.ts'
import { memoryTokenStore, type TokenStore } from './token-stores.ts'
import { nodeTransport, type Transport } from './transport.ts'

/** One account and how to reach WeChat for it. */
export interface WechatAccount {
  appId: string
  secret: string
  /** Where all three hosts are, for example a sandbox or a proxy. */
  baseUrl?: string
  /** Single hosts, for example `{ api: 'https://api2.weixin.qq.com' }`; wins over `baseUrl`. */
  hosts?: Partial<Record<Host, string>>
  /** Shared between processes in production: `redisTokenStore`. Default: this process only. */
  tokenStore?: TokenStore
  transport?: Transport
  /** For one exchange; default 10 s. */
  timeoutMs?: number
  /**
   * How often a call is repeated after `-1` or a broken line, backing off 1 s, 2 s, 4 s …: only where repeating does no harm (nothing was
   * done, or the endpoint is idempotent). Default 0: what keeps a ledger of messages repeats by itself.
   */
  retries?: number
  /** Unix milliseconds; for tests. */
  now?: () => number
}

/** WeChat's own hosts. */
export const officialHosts: Readonly<Record<Host, string>> = {
  api: 'https://api.weixin.qq.com',
  mp: 'https://mp.weixin.qq.com',
  open: 'https://open.weixin.qq.com',
}

type Table = typeof endpoints
/** Every endpoint of the table as a function: `client.users.info({ openid })`. */
export type Operations = {
  readonly [Area in keyof Table]: {
    readonly [Name in keyof Table[Area]]: Table[Area][Name] extends Endpoint
      ? (...args: Args<Table[Area][Name]>) => Promise<Output<Table[Area][Name]>>
      : never
  }
}

const mapValues = <Value, Result>(record: Readonly<Record<string, Value>>, map: (value: Value) => Result) =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))

const operationsOf = (call: Call): Operations =>
  // Object.fromEntries forgets the names; the mapped type above is the same walk over the same table.
  mapValues<Record<string, Endpoint>, unknown>(endpoints, rows =>
    mapValues(
      rows,
      row =>
        (...args: Args<Endpoint>) =>
          call(row, ...args),
    ),
  ) as unknown as Operations

const hostsOf = ({ baseUrl, hosts = {} }: WechatAccount): Record<Host, string> => {
  const all = {
    ...officialHosts,
    ...(baseUrl === undefined ? {} : { api: baseUrl, mp: baseUrl, open: baseUrl }),
    ...hosts,
  }
  const trimmed = (host: string): string => host.replace(/\/+$/, '')
  return { api: trimmed(all.api), mp: trimmed(all.mp), open: trimmed(all.open) }
}

let shared: Transport | null = null

/** Without a token there has been no call: whatever became of asking for it, the message was not sent. */
const notDone = <Result>(asking: Promise<Result>): Promise<Result> =>
  asking.catch((error: unknown) => {
    throw error instanceof WechatError ? changed(error, { fate: 'notDone' }) : error
  })

const tokensOf = (needs: CallNeeds, store: TokenStore): Keeper => {
  // Asking for the token needs none: this caller never touches its keeper.
  const ask = caller(needs, { get: () => Promise.reject(new Error('no token')), replace: async bad => bad })
  return keeper({
    key: needs.appId,
    store,
    now: needs.now,
    forcible: true,
    ask: async (force): Promise<Issued> => {
      const grant = { grant_type: 'client_credential', force_refresh: force } as const
      const reply = await notDone(ask(endpoints.credentials.stableToken, grant))
      return { value: reply.access_token, lifeMs: reply.expires_in * 1000 }
    },
  })
}

const ticketsOf = (needs: CallNeeds, store: TokenStore, call: Call, type: 'jsapi' | 'wx_card'): Keeper =>
  keeper({
    key: `${needs.appId}:${type}`,
    store,
    now: needs.now,
    forcible: false,
    ask: async (): Promise<Issued> => {
      const { ticket, expires_in } = await call(endpoints.credentials.ticket, { type })
      return { value: ticket, lifeMs: expires_in * 1000 }
    },
  })

/** A client for one account: every endpoint by area and name, and the calls most applications make in their own words. */
export interface WechatClient extends Operations, Conveniences {
  appId: string
  /** Calls a row of the table, also one of your own making. */
  call: Call
  /** The access token in use, for calls that are not in the table; never log it. */
  accessToken: () => Promise<string>
  /** The ticket in use for page (`jsapi`) or card (`wx_card`) signatures, cached like the token. */
  ticket: (type: 'jsapi' | 'wx_card') => Promise<string>
  /** What `wx.config` needs on the page at `url`; check its host against your own before. */
  jsSdk: (url: string) => Promise<JsSdkConfig>
}

/** A client for one account. Calls throw `WechatError`; a refused token is replaced and the call repeated, once. */
export const wechatClient = (account: WechatAccount): WechatClient => {
  const { appId, secret, timeoutMs = 10_000, retries = 0, now = Date.now } = account
  const transport = account.transport ?? (shared ??= nodeTransport())
  const store = account.tokenStore ?? memoryTokenStore(now)
  const needs: CallNeeds = { appId, secret, hosts: hostsOf(account), transport, timeoutMs, retries, now }
  const tokens = tokensOf(needs, store)
  const call = caller(needs, tokens)
  const tickets = { jsapi: ticketsOf(needs, store, call, 'jsapi'), wx_card: ticketsOf(needs, store, call, 'wx_card') }

  return {
    appId,
    ...operationsOf(call),
    ...conveniences(appId, call),
    call,
    accessToken: tokens.get,
    ticket: type => tickets[type].get(),
    jsSdk: async url => jsSdkConfig({ appId, ticket: await tickets.jsapi.get(), url, nowMs: now() }),
  }
}
