import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { WechatError, withFate } from './errors.ts'
import { parseReply } from './reply.ts'
import type { StoredToken, TokenStore } from './token-stores.ts'
import type { Transport } from './transport.ts'

/** What a token provider needs. */
export interface TokenNeeds {
  appId: string
  secret: string
  baseUrl: string
  store: TokenStore
  transport: Transport
  timeoutMs: number
  now: () => number
}

/** Gives the access token of one account. */
export interface TokenProvider {
  /** The token to use now. */
  get: () => Promise<string>
  /** A token other than the one WeChat just refused; at most one refresh, however many callers ask. */
  replace: (badToken: string) => Promise<string>
}

const TokenReply = z.object({ access_token: z.string().min(1), expires_in: z.number() })

const path = '/cgi-bin/stable_token'
const lockMs = 10_000
const pollMs = 100
const patienceMs = 3000
const marginMs = 300_000

/** A provider over `stable_token`: one request at a time in this process and, by the store's lock, in all others. */
export const tokenProvider = (needs: TokenNeeds): TokenProvider => {
  const { appId, secret, store, transport, now } = needs
  let known: StoredToken | null = null
  let underWay: Promise<StoredToken> | null = null

  const ask = async (force: boolean): Promise<StoredToken> => {
    const body = JSON.stringify({ grant_type: 'client_credential', appid: appId, secret, force_refresh: force })
    const exchange = { method: 'POST' as const, url: needs.baseUrl + path, path, body, timeoutMs: needs.timeoutMs }
    const reply = await transport(exchange)
      .then(text => parseReply(path, text, TokenReply))
      .catch((error: unknown) => {
        // Whatever happened here, the call that needed the token has not been made.
        throw error instanceof WechatError ? withFate(error, 'notDone') : error
      })
    const lifeMs = reply.expires_in * 1000
    // In its last five minutes stable_token hands out the next token, so that is when to ask; a shorter life
    // than that (right after such a change) is used half way.
    const refreshAt = now() + (lifeMs > marginMs ? lifeMs - marginMs : lifeMs / 2)
    return { token: reply.access_token, refreshAt, expiresAt: now() + lifeMs }
  }

  const usable = (stored: StoredToken | null, bad: string | null): stored is StoredToken =>
    stored !== null && stored.token !== bad && stored.refreshAt > now()

  const fresh = async (bad: string | null): Promise<StoredToken> => {
    const token = await ask(false)
    if (token.token !== bad) return token
    if (await store.mayForce(appId)) return ask(true)
    const detail = 'the refused token is still the newest one and no forced refresh is left'
    throw new WechatError({ kind: 'refused', fate: 'notDone', path, code: 40001, detail })
  }

  const refresh = async (bad: string | null): Promise<StoredToken> => {
    if (bad !== null) await store.drop(appId, bad)
    for (let waited = 0; ; waited += pollMs) {
      const stored = await store.read(appId)
      if (usable(stored, bad)) return stored
      const fence = await store.lock(appId, lockMs)
      if (fence !== null) {
        try {
          const token = await fresh(bad)
          await store.save(appId, token, fence)
          return token
        } finally {
          await store.unlock(appId, fence)
        }
      }
      // Whoever holds the lock hangs: asking beside it does no harm, stable_token gives both the same token.
      if (waited >= patienceMs) return fresh(bad)
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
    replace: async badToken => {
      if (known !== null && known.token !== badToken && usable(known, null)) return known.token
      known = null
      const token = (await singleFlight(badToken)).token
      // Joined a refresh that began before the refusal: it may have brought the very token that failed.
      return token === badToken ? (await singleFlight(badToken)).token : token
    },
  }
}
