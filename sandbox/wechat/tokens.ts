import { randomBytes } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import type { Token, World } from '../state/world.ts'
import { type Answer, ok, refuse } from './answer.ts'
import { both, type Endpoints, judging, official } from './call.ts'

// When forced refreshes happened, per world and app; not worth a place in the snapshot.
const forcings = new WeakMap<World, Map<string, number[]>>()

const newest = (world: World, appId: string, family: Token['family']): Token | undefined => {
  const token = world.newestToken.get(`${appId} ${family}`)
  return token?.dead === true ? undefined : token
}

const issue = (world: World, appId: string, family: Token['family']): Token => {
  const now = world.now()
  // In the order of their making, so the first that is young enough ends the search.
  for (const [key, token] of world.tokens) {
    if (token.expiresAt >= now - 86_400_000) break
    world.tokens.delete(key)
  }
  const made: Token = {
    token: `${family === 'stable' ? 'S' : 'P'}_${randomBytes(96).toString('base64url')}`,
    appId,
    family,
    expiresAt: now + world.settings.tokenLifeMs,
    dead: false,
  }
  world.tokens.set(made.token, made)
  world.newestToken.set(`${appId} ${family}`, made)
  return made
}

const given = (world: World, token: Token): Answer => ({
  access_token: token.token,
  expires_in: Math.floor((token.expiresAt - world.now()) / 1000),
})

/** wechat-protocol §2.1, /token: every call makes a new token; the old one stays usable for the overlap. */
const plainToken = (world: World, account: SandboxAccount): Answer => {
  const old = newest(world, account.appId, 'plain')
  if (old !== undefined) old.expiresAt = Math.min(old.expiresAt, world.now() + world.settings.tokenOverlapMs)
  return given(world, issue(world, account.appId, 'plain'))
}

/** wechat-protocol §2.1, stable_token: the same token until its last minutes; force kills it, 20 a day, 30 s apart. */
const stableToken = (world: World, account: SandboxAccount, force: boolean): Answer => {
  const now = world.now()
  const { settings } = world
  const current = newest(world, account.appId, 'stable')
  if (force) {
    const byApp = forcings.get(world) ?? new Map<string, number[]>()
    forcings.set(world, byApp)
    const times = (byApp.get(account.appId) ?? []).filter(at => at > now - 86_400_000)
    if (times.length >= settings.forcedTokensADay) return refuse(45009)
    if ((times.at(-1) ?? -Infinity) <= now - settings.forcedTokensApartMs) {
      byApp.set(account.appId, [...times, now])
      // Only one can be alive beside the newest, in the overlap; both die.
      for (const token of world.tokens.values())
        if (token.appId === account.appId && token.family === 'stable') token.dead = true
      return given(world, issue(world, account.appId, 'stable'))
    }
  }
  const lasting = current !== undefined && current.expiresAt - now > settings.tokenOverlapMs
  return given(world, lasting ? current : issue(world, account.appId, 'stable'))
}

/** The token endpoints, whose families do not know each other, and the tickets (wechat-protocol §2.1, §2.2). */
export const tokenEndpoints: Endpoints = {
  '/cgi-bin/token': judging(
    both(({ world, account, query }) =>
      query.get('grant_type') === 'client_credential' ? plainToken(world, account) : refuse(40002),
    ),
  ),
  '/cgi-bin/stable_token': judging(
    both(({ world, account, data }) =>
      data['grant_type'] === 'client_credential'
        ? stableToken(world, account, data['force_refresh'] === true)
        : refuse(40002),
    ),
  ),
  '/cgi-bin/ticket/getticket': official(({ world, desk, query }) => {
    const type = query.get('type') ?? ''
    if (type !== 'jsapi' && type !== 'wx_card') return refuse(40097)
    const now = world.now()
    const known = desk.ticket[type]
    const ticket =
      known !== undefined && known.expiresAt - now > world.settings.tokenOverlapMs
        ? known
        : { ticket: randomBytes(64).toString('base64url'), expiresAt: now + world.settings.tokenLifeMs }
    desk.ticket[type] = ticket
    return ok({ ticket: ticket.ticket, expires_in: Math.floor((ticket.expiresAt - now) / 1000) })
  }),
}

/** The account of a token, or why not: 41001 missing, 40001 unknown or replaced, 42001 over. */
export const accountOf = (world: World, token: string | null): SandboxAccount | Answer => {
  if (token === null || token === '') return refuse(41001)
  const known = world.tokens.get(token)
  if (known === undefined) return refuse(world.settings.unknownTokenCode)
  if (known.dead) return refuse(40001)
  if (known.expiresAt <= world.now()) return refuse(42001)
  return world.accounts.get(known.appId) ?? refuse(40013)
}

/** The account of an appid and a secret, or why not; endpoints that give tokens also look where the call comes from. */
export const accountBySecret = (world: World, appId: string, secret: string, ip: string): SandboxAccount | Answer => {
  if (appId === '') return refuse(41002)
  const account = world.accounts.get(appId)
  if (account === undefined) return refuse(40013)
  if (secret === '') return refuse(41004)
  if (account.secret !== secret) return refuse(40125)
  if (account.ipWhitelist !== undefined && !account.ipWhitelist.includes(ip))
    return refuse(40164, `invalid ip ${ip} ipv6 ::ffff:${ip}, not in whitelist`)
  return account
}
