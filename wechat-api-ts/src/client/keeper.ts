import { setTimeout as sleep } from 'node:timers/promises'
import { WechatError } from '../errors/error.ts'
import type { StoredToken, TokenStore } from './token-stores.ts'

/** What WeChat hands out for a time: an access token or a ticket. */
export interface Issued {
  value: string
  lifeMs: number
}

/** What a keeper needs. */
export interface KeeperNeeds {
  /** Under which name the store keeps it: the appid, or appid and kind of ticket. */
  key: string
  store: TokenStore
  now: () => number
  /** Asks WeChat; `force` ends the one before at once. */
  ask: (force: boolean) => Promise<Issued>
  /** Whether WeChat knows a forced refresh of this; the store counts them. */
  forcible: boolean
}

/** Keeps what WeChat hands out, so that it is asked for once, however many callers and processes need it. */
export interface Keeper {
  /** The one to use now. */
  get: () => Promise<string>
  /** Another than the one WeChat just refused; at most one refresh, however many callers ask. */
  replace: (bad: string) => Promise<string>
}

const lockMs = 10_000
const pollMs = 100
const patienceMs = 3000
// In its last five minutes WeChat hands out the next one while the old one still counts: that is when to ask.
const marginMs = 300_000

/** One request at a time in this process and, by the store's lock, in all others. */
export const keeper = ({ key, store, now, ask, forcible }: KeeperNeeds): Keeper => {
  let known: StoredToken | null = null
  let underWay: Promise<StoredToken> | null = null

  const issue = async (force: boolean): Promise<StoredToken> => {
    const { value, lifeMs } = await ask(force)
    // A life shorter than the margin (right after a change) is used half way.
    const refreshAt = now() + (lifeMs > marginMs ? lifeMs - marginMs : lifeMs / 2)
    return { token: value, refreshAt, expiresAt: now() + lifeMs }
  }

  const usable = (stored: StoredToken | null, bad: string | null): stored is StoredToken =>
    stored !== null && stored.token !== bad && stored.refreshAt > now()

  const fresh = async (bad: string | null): Promise<StoredToken> => {
    const token = await issue(false)
    if (token.token !== bad) return token
    if (forcible && (await store.mayForce(key))) return issue(true)
    // Nothing was done and a forced refresh will be allowed again, so the caller may wait.
    const detail = 'the refused token is still the newest one and no forced refresh is allowed now'
    throw new WechatError({
      kind: 'refused',
      fate: 'notDone',
      path: '/cgi-bin/stable_token',
      code: 40001,
      detail,
      reaction: 'rate',
    })
  }

  const renew = async (stored: StoredToken | null, bad: string | null): Promise<StoredToken> => {
    try {
      return await fresh(bad)
    } catch (error) {
      // Renewing early has failed, but the old one still counts: it serves until its end.
      if (error instanceof WechatError && stored !== null && stored.token !== bad && stored.expiresAt > now())
        return stored
      throw error
    }
  }

  const refresh = async (bad: string | null): Promise<StoredToken> => {
    if (bad !== null) await store.drop(key, bad)
    for (let waited = 0; ; waited += pollMs) {
      const stored = await store.read(key)
      if (usable(stored, bad)) return stored
      const fence = await store.lock(key, lockMs)
      if (fence !== null) {
        try {
          // Between reading and locking another may have finished: then this is its token.
          const newest = await store.read(key)
          if (usable(newest, bad)) return newest
          const token = await renew(newest, bad)
          if (token !== newest) await store.save(key, token, fence)
          return token
        } finally {
          await store.unlock(key, fence)
        }
      }
      // Whoever holds the lock hangs: asking beside it does no harm, stable_token gives both the same token.
      if (waited >= patienceMs) return renew(stored, bad)
      await sleep(pollMs)
    }
  }

  const singleFlight = (bad: string | null): Promise<StoredToken> => {
    underWay ??= refresh(bad)
      .then(token => (known = token))
      .finally(() => (underWay = null))
    return underWay
  }

  return {
    get: async () => (usable(known, null) ? known : await singleFlight(null)).token,
    replace: async bad => {
      if (known !== null && known.token !== bad && usable(known, null)) return known.token
      known = null
      const token = (await singleFlight(bad)).token
      // Joined a refresh that began before the refusal: it may have brought the very token that failed.
      return token === bad ? (await singleFlight(bad)).token : token
    },
  }
}
