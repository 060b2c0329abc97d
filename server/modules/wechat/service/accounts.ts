import { callbackCodec, redisTokenStore, wechatClient, type CallbackCodec, type WechatClient } from 'wechat-api-ts'
import { isDatabaseDown } from '../../../kernel/db.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { wechatErrors } from '../contract/index.ts'
import { accountRows } from '../repository/accounts.ts'
import { inForce, openRow, type AccountRow, type Settings } from './accounts/settings.ts'

/** One connected account: what it is called, its client for sending and its codec for callbacks. */
export interface Account {
  readonly appId: string
  readonly kind: 'official' | 'miniprogram'
  /** What staff call it; empty for one of the environment. */
  readonly name: string
  /** gh_…, the account's own name in pushes; empty when it was not given. */
  readonly originalId: string
  /** The one that is meant where no account is named. */
  readonly isDefault: boolean
  readonly mode: 'plain' | 'compatible' | 'safe'
  readonly client: WechatClient
  readonly codec: CallbackCodec
  /** Template ids by our own names. */
  readonly templates: Readonly<Record<string, string>>
}

/** The accounts that are connected and in use; a change is seen by every process within seconds. */
export interface Accounts {
  /** The default of each kind comes first. */
  readonly all: readonly Account[]
  /** The account of an appId; null when it is not connected or switched off. */
  byId(appId: string): Account | null
  /** The default official account; throws noAccount. */
  official(): Account
  /** The default mini-program; throws noAccount. */
  mini(): Account
  /** The template id of the default account of a kind, under one of our names; null when it is not configured. */
  templateOf(kind: Account['kind'], name: string): string | null
}

/** The accounts with what is behind them, for their own room. */
export interface AccountDirectory extends Accounts {
  /** Every account as it is set up, also those that are switched off or removed; secrets in clear. */
  readonly settings: readonly Settings[]
  /** Reads the database anew. */
  refresh(): Promise<void>
  /** Reads the database, waiting for it if need be, and goes on reading every two seconds. */
  start(): Promise<void>
  stop(): void
}

/** How soon the other processes see a change. */
const REFRESH_MS = 2_000

/** Where an account's calls go: WeChat's own hosts, unless it names one address for them all. */
export const hostsOf = (baseUrl: string): { baseUrl?: string } =>
  baseUrl === 'https://api.weixin.qq.com' ? {} : { baseUrl }

type Needs = Pick<Kernel, 'config' | 'redis' | 'db' | 'vault' | 'log'>

/** The accounts of the database and of the environment; tokens are shared by all processes through Redis. */
export function createAccounts({ config, redis, db, vault, log }: Needs): AccountDirectory {
  const timeoutMs = config.WECHAT_TIMEOUT_SECONDS * 1000
  const tokenStore = redisTokenStore(redis, { prefix: `${config.REDIS_PREFIX}:wx` })
  let settings: readonly Settings[] = []
  let all: readonly Account[] = []
  let known = new Map<string, Account>()
  let seen = ''
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  function connect(one: Settings): Account {
    const { appId, kind, name, originalId, isDefault, secret, mode, token, baseUrl, templates } = one
    const keys = {
      ...(one.aesKey === undefined ? {} : { aesKey: one.aesKey }),
      ...(one.previousAesKey === undefined ? {} : { previousAesKey: one.previousAesKey }),
    }
    return {
      appId,
      kind,
      name,
      originalId,
      isDefault,
      mode,
      templates,
      client: wechatClient({ appId, secret, ...hostsOf(baseUrl), tokenStore, timeoutMs }),
      codec: callbackCodec({ appId, token, mode, ...keys }),
    }
  }

  function take(rows: readonly Settings[]): void {
    const before = new Map(settings.map(one => [one.appId, one]))
    settings = inForce(config.WECHAT_ACCOUNTS, rows)
    all = settings.flatMap(one => {
      if (one.state !== 'active') return []
      const old = before.get(one.appId)
      const kept = known.get(one.appId)
      // Who has not changed keeps its client, and with it the token it knows.
      if (kept !== undefined && old?.version === one.version && old.isDefault === one.isDefault) return [kept]
      try {
        return [connect(one)]
      } catch (error) {
        log.error({ err: error, appId: one.appId }, 'account not usable as it is set up')
        return []
      }
    })
    known = new Map(all.map(account => [account.appId, account]))
  }

  function open(row: AccountRow): Settings[] {
    try {
      return [openRow(row, vault)]
    } catch (error) {
      log.error({ err: error, appId: row.appId }, 'secrets of an account cannot be opened: is its vault key there?')
      // It is there, and hides the environment's: but nothing can be done with it.
      return [{ ...openRow({ ...row, ...NO_SECRETS }, vault), state: 'disabled' }]
    }
  }

  async function refresh(): Promise<void> {
    const rows = await accountRows(db)
    const versions = rows.map(row => `${row.appId} ${row.version}`).join()
    if (versions === seen) return
    take(rows.flatMap(open))
    seen = versions
  }

  function later(): void {
    if (stopped) return
    timer = setTimeout(() => {
      void refresh()
        .catch((error: unknown) => {
          if (!isDatabaseDown(error)) log.error({ err: error }, 'accounts not read anew')
        })
        .then(later)
    }, REFRESH_MS)
    timer.unref()
  }

  const first = (kind: Account['kind'], zh: string): Account => {
    const found = all.find(account => account.kind === kind)
    if (found === undefined) throw wechatErrors.noAccount({ kind: zh })
    return found
  }

  take([])
  return {
    get all() {
      return all
    },
    get settings() {
      return settings
    },
    byId: appId => known.get(appId) ?? null,
    official: () => first('official', '公众号'),
    mini: () => first('miniprogram', '小程序'),
    templateOf: (kind, name) => all.find(account => account.kind === kind)?.templates[name] ?? null,
    refresh,
    async start() {
      for (;;) {
        try {
          await refresh()
          return later()
        } catch (error) {
          if (stopped || !isDatabaseDown(error)) throw error
          log.warn('waiting for the database to know the WeChat accounts')
          await new Promise(resolve => setTimeout(resolve, 1_000))
        }
      }
    },
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

const NO_SECRETS = { secretSealed: '', tokenSealed: '', aesKeySealed: null, previousAesKeySealed: null }
