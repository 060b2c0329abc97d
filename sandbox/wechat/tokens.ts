import { randomBytes } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import type { Token, World } from '../state/world.ts'
import { type Answer, refuse } from './answer.ts'
import type { Endpoint } from './call.ts'

const forcedADay = 20
const forcedApartMs = 30_000

// When forced refreshes happened, per world and app; not worth a place in the snapshot.
const forcings = new WeakMap<World, Map<string, number[]>>()

const newest = (world: World, appId: string, family: Token['family']): Token | undefined =>
  [...world.tokens.values()].findLast(token => token.appId === appId && token.family === family && !token.dead)

const issue = (world: World, appId: string, family: Token['family']): Token => {
  const now = world.now()
  for (const [key, token] of world.tokens) if (token.expiresAt < now - 86_400_000) world.tokens.delete(key)
  const made: Token = {
    token: `${family === 'stable' ? 'S' : 'P'}_${randomBytes(96).toString('base64url')}`,
    appId,
    family,
    expiresAt: now + world.settings.tokenLifeMs,
    dead: false,
  }
  world.tokens.set(made.token, made)
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
  const current = newest(world, account.appId, 'stable')
  if (force) {
    const byApp = forcings.get(world) ?? new Map<string, number[]>()
    forcings.set(world, byApp)
    const times = (byApp.get(account.appId) ?? []).filter(at => at > now - 86_400_000)
    if (times.length >= forcedADay) return refuse(45009)
    if ((times.at(-1) ?? -Infinity) <= now - forcedApartMs) {
      byApp.set(account.appId, [...times, now])
      for (const token of world.tokens.values())
        if (token.appId === account.appId && token.family === 'stable') token.dead = true
      return given(world, issue(world, account.appId, 'stable'))
    }
  }
  const lasting = current !== undefined && current.expiresAt - now > world.settings.tokenOverlapMs
  return given(world, lasting ? current : issue(world, account.appId, 'stable'))
}

/** The two token endpoints; their families do not know each other. */
export const tokenEndpoints: Record<string, Endpoint> = {
  '/cgi-bin/token': {
    method: 'any',
    auth: 'secret',
    run: ({ world, account, query }) =>
      query.get('grant_type') === 'client_credential' ? plainToken(world, account) : refuse(40002),
  },
  '/cgi-bin/stable_token': {
    method: 'POST',
    auth: 'body',
    run: ({ world, account, data }) =>
      data['grant_type'] === 'client_credential'
        ? stableToken(world, account, data['force_refresh'] === true)
        : refuse(40002),
  },
}

/** The account of a token, or why not: 41001 missing, 40001 unknown or replaced, 42001 over. */
export const accountOf = (world: World, token: string | null): SandboxAccount | Answer => {
  if (token === null || token === '') return refuse(41001)
  const known = world.tokens.get(token)
  if (known === undefined || known.dead) return refuse(40001)
  if (known.expiresAt <= world.now()) return refuse(42001)
  return world.accounts.get(known.appId) ?? refuse(40013)
}
