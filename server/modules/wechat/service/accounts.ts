import { callbackCodec, redisTokenStore, wechatClient, type CallbackCodec, type WechatClient } from 'wechat-api-ts'
import type { Config } from '../../../kernel/config.ts'
import type { Redis } from '../../../kernel/redis.ts'
import { wechatErrors } from '../contract/index.ts'

/** One connected account: what it is called, its client for sending and its codec for callbacks. */
export interface Account {
  readonly appId: string
  readonly kind: 'official' | 'miniprogram'
  readonly mode: 'plain' | 'compatible' | 'safe'
  readonly client: WechatClient
  readonly codec: CallbackCodec
  /** Template ids by our own names. */
  readonly templates: Readonly<Record<string, string>>
}

export interface Accounts {
  readonly all: readonly Account[]
  /** The account of an appId; null when it is not connected. */
  byId(appId: string): Account | null
  /** The official account; throws noAccount. */
  official(): Account
  /** The mini-program; throws noAccount. */
  mini(): Account
  /** The template id under one of our names; null when it is not configured. */
  templateOf(kind: Account['kind'], name: string): string | null
}

/** An answer that takes longer counts as lost; the lease of a claimed message is longer than that. */
const TIMEOUT_MS = 5_000

/** The accounts of the configuration; tokens are shared by all processes through Redis. */
export function createAccounts(config: Config, redis: Redis): Accounts {
  const tokenStore = redisTokenStore(redis, { prefix: `${config.REDIS_PREFIX}:wx` })
  const all = config.WECHAT_ACCOUNTS.map((account): Account => {
    const { appId, secret, kind, mode, token, baseUrl, templates, aesKey, previousAesKey } = account
    const keys = {
      ...(aesKey === undefined ? {} : { aesKey }),
      ...(previousAesKey === undefined ? {} : { previousAesKey }),
    }
    return {
      appId,
      kind,
      mode,
      templates,
      client: wechatClient({ appId, secret, baseUrl, tokenStore, timeoutMs: TIMEOUT_MS }),
      codec: callbackCodec({ appId, token, mode, ...keys }),
    }
  })
  const first = (kind: Account['kind'], zh: string): Account => {
    const found = all.find(account => account.kind === kind)
    if (found === undefined) throw wechatErrors.noAccount({ kind: zh })
    return found
  }
  return {
    all,
    byId: appId => all.find(account => account.appId === appId) ?? null,
    official: () => first('official', '公众号'),
    mini: () => first('miniprogram', '小程序'),
    templateOf: (kind, name) => all.find(account => account.kind === kind)?.templates[name] ?? null,
  }
}
