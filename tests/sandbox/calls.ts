import { type SandboxAccount, officialAccount, startSandbox } from '../../sandbox/index.ts'
import type { SandboxOptions } from '../../sandbox/index.ts'
import type { Person } from '../../sandbox/state/person.ts'
import { addPerson } from '../../sandbox/state/world.ts'

/** What WeChat's API answers, as it stands on the wire. */
export type Wire = Record<string, unknown> & { errcode?: number }

/** A sandbox without a shop, called by hand: bodies and answers as on the wire. */
export const platform = async (options: SandboxOptions = {}) => {
  const sandbox = await startSandbox(options)
  const tokens = new Map<string, string>()
  const ask = async (method: string, path: string, body?: unknown): Promise<Wire> => {
    const reply = await fetch(sandbox.url + path, {
      method,
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    return (await reply.json()) as Wire
  }
  const tokenOf = async ({ appId, secret }: SandboxAccount): Promise<string> => {
    const known = tokens.get(appId)
    if (known !== undefined) return known
    const body = { grant_type: 'client_credential', appid: appId, secret }
    const { access_token } = await ask('POST', '/cgi-bin/stable_token', body)
    tokens.set(appId, String(access_token))
    return String(access_token)
  }
  const withToken = async (path: string, account: SandboxAccount): Promise<string> =>
    `${path}${path.includes('?') ? '&' : '?'}access_token=${await tokenOf(account)}`
  return {
    sandbox,
    ask,
    withToken,
    post: async (path: string, body: unknown, account = officialAccount) =>
      ask('POST', await withToken(path, account), body),
    get: async (path: string, account = officialAccount) => ask('GET', await withToken(path, account)),
    upload: async (path: string, name: string, bytes: Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}) => {
      const form = new FormData()
      for (const [key, value] of Object.entries(fields)) form.set(key, value)
      form.set('media', new Blob([bytes]), name)
      return ask('POST', await withToken(path, officialAccount), form)
    },
    /** Forgets the tokens at hand, after the clock has moved. */
    forget: () => tokens.clear(),
    follower: (name?: string): { person: Person; openid: string } => {
      const person = addPerson(sandbox.world, name === undefined ? {} : { name })
      sandbox.actions.follow(person, officialAccount)
      return { person, openid: person.openids[officialAccount.appId] ?? '' }
    },
    later: (ms: number) => sandbox.world.clock.advance(ms),
  }
}

/** What `platform` makes. */
export type Platform = Awaited<ReturnType<typeof platform>>

/** What a person was shown by accounts. */
export const shownTo = (person: Person) => person.entries.filter(entry => entry.from === 'account')

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs
