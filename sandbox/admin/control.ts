import { z } from 'zod'
import { serverAccounts } from '../accounts.ts'
import type { Pushes } from '../callbacks/pushes.ts'
import { defaultSettings, type Settings } from '../settings.ts'
import type { Actions } from '../state/actions.ts'
import type { World } from '../state/world.ts'
import { AdminError, type AdminRoute } from './routes.ts'

const Fault = z.discriminatedUnion('do', [
  z.object({ do: z.literal('errcode'), errcode: z.int(), errmsg: z.string().exactOptional() }),
  z.object({ do: z.literal('httpStatus'), status: z.int() }),
  z.object({ do: z.literal('delay'), ms: z.number().min(0) }),
  z.object({ do: z.literal('drop'), when: z.enum(['before', 'after']) }),
  z.object({ do: z.literal('truncate'), bytes: z.int().min(0) }),
  z.object({ do: z.literal('malformed') }),
  z.object({ do: z.literal('killToken') }),
])

const Rule = z.object({
  match: z
    .object({
      path: z.string().exactOptional(),
      appId: z.string().exactOptional(),
      contains: z.string().exactOptional(),
    })
    .default({}),
  fault: Fault,
  skip: z.int().min(0).default(0),
  /** Once where nothing is said; for ever where a chance is given. */
  times: z.int().min(1).nullable().optional(),
  chance: z.number().min(0).max(1).default(1),
})

const settingOf = (value: Settings[keyof Settings]): z.ZodType => {
  if (typeof value === 'boolean') return z.boolean()
  if (typeof value === 'object') return z.record(z.string(), z.number().min(0))
  return typeof value === 'string' ? z.string() : z.number()
}

const SettingsChange = z.strictObject(
  Object.fromEntries(Object.entries(defaultSettings).map(([name, value]) => [name, settingOf(value).optional()])),
)

const AccountChange = z.object({
  callbackUrl: z
    .url({ protocol: /^http$/ })
    .nullable()
    .exactOptional(),
  mode: z.enum(['plain', 'compatible', 'safe']).exactOptional(),
  format: z.enum(['xml', 'json']).exactOptional(),
  token: z.string().exactOptional(),
  aesKey: z.string().length(43).exactOptional(),
  secret: z.string().exactOptional(),
  ipWhitelist: z.array(z.string()).exactOptional(),
  webDomain: z.string().exactOptional(),
  pages: z.array(z.string()).exactOptional(),
  /** Save although the address did not prove itself. */
  anyway: z.boolean().default(false),
})

const Addresses = z.object({ serverUrl: z.url().exactOptional(), miniprogramUrl: z.url().exactOptional() })

const Sms = z.object({
  phone: z.string().optional(),
  to: z.string().optional(),
  text: z.string().optional(),
  content: z.string().optional(),
})

/** `/__sim/…`: accounts, settings, clock, faults, journal, what phones show, and the SMS gateway. */
export const controlRoutes = (world: World, pushes: Pushes, actions: Actions): AdminRoute[] => [
  {
    method: 'GET',
    path: '/__sim/accounts',
    // Without anything secret; the menu is everybody's, `people/:id/menu` is one person's.
    run: () => ({
      json: [...world.accounts.values()].map(({ secret: _secret, aesKey: _key, token: _token, ...account }) => ({
        ...account,
        menu: world.menus.get(account.appId) ?? null,
      })),
    }),
  },
  {
    // The accounts as the product's WECHAT_ACCOUNTS wants them: nothing here is a secret.
    method: 'GET',
    path: '/__sim/server-accounts',
    run: () => ({ json: serverAccounts(world.addresses.ownUrl, [...world.accounts.values()]) }),
  },
  {
    method: 'PATCH',
    path: '/__sim/accounts/:appId',
    run: async ({ params, body }) => {
      const account = world.accounts.get(params['appId'] ?? '')
      if (account === undefined) throw new AdminError(404, 'no such account')
      const { anyway, ...change } = AccountChange.parse(body)
      const before = { ...account }
      Object.assign(account, change)
      const verified = await pushes.verify(account)
      // As the console: an address, token or key that does not prove itself is not saved (wechat-protocol §1.2).
      const proven = Object.keys(change).some(name =>
        ['callbackUrl', 'token', 'aesKey', 'mode', 'format'].includes(name),
      )
      const saved = verified || !proven || anyway || account.callbackUrl === null
      if (!saved) Object.assign(account, before)
      return { json: { verified, saved } }
    },
  },
  {
    method: 'GET',
    path: '/__sim/templates',
    run: ({ query }) => {
      const appId = query.get('appId')
      const accounts = [...world.accounts.values()].filter(account => appId === null || account.appId === appId)
      return { json: accounts.flatMap(account => Object.values(account.templates)) }
    },
  },
  { method: 'GET', path: '/__sim/config', run: () => ({ json: world.addresses }) },
  {
    method: 'PATCH',
    path: '/__sim/config',
    run: ({ body }) => ({ json: Object.assign(world.addresses, Addresses.parse(body)) }),
  },
  { method: 'GET', path: '/__sim/settings', run: () => ({ json: world.settings }) },
  {
    method: 'PATCH',
    path: '/__sim/settings',
    run: ({ body }) => ({ json: Object.assign(world.settings, SettingsChange.parse(body)) }),
  },
  { method: 'GET', path: '/__sim/faults', run: () => ({ json: world.faults.list() }) },
  {
    method: 'POST',
    path: '/__sim/faults',
    run: ({ body }) => {
      const { times, ...rule } = Rule.parse(body)
      const often = times === undefined ? (rule.chance < 1 ? null : 1) : times
      return { json: world.faults.add({ ...rule, times: often }) }
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/faults',
    run: () => {
      world.faults.remove(null)
      return { json: { ok: true } }
    },
  },
  {
    method: 'DELETE',
    path: '/__sim/faults/:id',
    run: ({ params }) => {
      world.faults.remove(params['id'] ?? '')
      return { json: { ok: true } }
    },
  },
  {
    method: 'POST',
    path: '/__sim/settle',
    run: async () => {
      await pushes.settled()
      return { json: { pending: pushes.pending() } }
    },
  },
  {
    method: 'GET',
    path: '/__sim/live',
    run: ({ raw }) => {
      world.live.join('*', raw.response)
      return { handled: true }
    },
  },
  {
    method: 'GET',
    path: '/__sim/sms',
    run: ({ query }) => {
      const phone = query.get('phone')
      return { json: world.sms.filter(sms => phone === null || sms.phone === phone) }
    },
  },
  {
    // The gateway that SMS_URL names: any phone is accepted; a person with that phone sees it.
    method: 'POST',
    path: '/sms/send',
    run: ({ body }) => {
      const sms = Sms.parse(body)
      const phone = sms.phone ?? sms.to
      const text = sms.text ?? sms.content
      if (phone === undefined || text === undefined) throw new AdminError(400, 'phone and text are needed')
      return { json: { ok: true, id: actions.receiveSms(phone.replace(/^\+?86/, ''), text) } }
    },
  },
]
