import { z } from 'zod'
import type { Pushes } from '../callbacks/pushes.ts'
import { sendMedia } from '../pages/files.ts'
import { payOf } from '../pay/state.ts'
import type { Actions } from '../state/actions.ts'
import type { World } from '../state/world.ts'
import { AdminError, type AdminRoute } from './routes.ts'

const ClockChange = z.object({
  advanceMs: z.number().min(0).exactOptional(),
  to: z.iso.datetime({ offset: true }).exactOptional(),
  freeze: z.boolean().exactOptional(),
  /** Wait after each moment until the product has acknowledged what it was told. */
  settle: z.boolean().default(false),
})

const OneEvent = z.object({
  openid: z.string(),
  event: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
})

/** The first message after a seq; they stand in order. */
const firstAfter = (messages: World['messages'], after: number): number => {
  let [low, high] = [0, messages.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((messages[middle]?.entry.seq ?? 0) > after) high = middle
    else low = middle + 1
  }
  return low
}

/** `/__sim/…`: the clock, the dice, what phones show, codes, files, mass messages and the payment keys. */
export const platformRoutes = (world: World, pushes: Pushes, actions: Actions): AdminRoute[] => {
  const clock = () => ({
    now: new Date(world.now()).toISOString(),
    shiftMs: world.clock.shiftMs,
    frozen: world.clock.frozen(),
    ...world.clock.due(),
  })
  const matching = (query: URLSearchParams) => {
    const names = ['kind', 'templateId', 'appId', 'way', 'clientMsgId'] as const
    const wanted = names.flatMap(name => (query.has(name) ? [[name, query.get(name)] as const] : []))
    return (entry: World['messages'][number]['entry']): boolean =>
      wanted.every(([name, value]) => entry[name] === value)
  }

  return [
    { method: 'GET', path: '/__sim/clock', run: () => ({ json: clock() }) },
    {
      method: 'POST',
      path: '/__sim/clock',
      run: async ({ body }) => {
        const { advanceMs, to, freeze, settle } = ClockChange.parse(body)
        if (freeze === true) world.clock.freeze()
        if (freeze === false) world.clock.resume()
        const ms = to === undefined ? advanceMs : Date.parse(to) - world.now()
        if (ms !== undefined && ms < 0) throw new AdminError(409, 'the clock does not go back')
        if (ms !== undefined) await world.clock.advance(ms, settle ? pushes.settled : undefined)
        world.changes.count++
        return { json: clock() }
      },
    },
    {
      method: 'POST',
      path: '/__sim/seed',
      run: ({ body }) => {
        world.chance.seed(z.object({ seed: z.int() }).parse(body).seed)
        return { json: { ok: true } }
      },
    },
    {
      // What all phones show, for reports that must equal it: one row per message, in order of arrival.
      method: 'GET',
      path: '/__sim/messages',
      run: ({ query }) => {
        const wanted = matching(query)
        const limit = Number(query.get('limit') ?? Infinity)
        const rows = []
        let count = 0
        for (let at = firstAfter(world.messages, Number(query.get('after') ?? 0)); at < world.messages.length; at++) {
          const found = world.messages[at]
          if (found === undefined || !wanted(found.entry)) continue
          count++
          if (query.has('count')) continue
          const { person, entry } = found
          rows.push({ personId: person.id, openid: person.openids[entry.appId ?? ''] ?? null, ...entry })
          if (rows.length >= limit) break
        }
        return { json: query.has('count') ? { count } : { messages: rows } }
      },
    },
    {
      method: 'GET',
      path: '/__sim/qrcodes',
      run: ({ query }) => ({
        json: [...world.consoles].flatMap(([appId, desk]) =>
          query.has('appId') && query.get('appId') !== appId
            ? []
            : [...desk.codes.values()]
                .slice(-Number(query.get('limit') ?? 200))
                .toReversed()
                .map(code => ({ ...code, expired: code.expiresAt !== null && code.expiresAt <= world.now() })),
        ),
      }),
    },
    {
      // Where a link into a mini-program leads, for whoever taps it on the phone (wechat-protocol §4.2).
      method: 'GET',
      path: '/__sim/links',
      run: ({ query }) => {
        const [url = '', more = ''] = (query.get('url') ?? '').split(/\?cq=(.*)/s)
        for (const desk of world.consoles.values()) {
          const link = desk.links.get(url)
          if (link === undefined) continue
          if (link.expiresAt !== null && link.expiresAt <= world.now()) throw new AdminError(410, '链接已过期')
          return { json: { ...link, query: [link.query, more].filter(one => one !== '').join('&') } }
        }
        throw new AdminError(404, 'no such link')
      },
    },
    {
      method: 'GET',
      path: '/__sim/media/:appId/:mediaId',
      run: ({ params, raw }) => {
        sendMedia(world, params['appId'] ?? '', params['mediaId'] ?? '', raw.response)
        return { handled: true }
      },
    },
    {
      // The administrator's phone: mass messages that wait for a yes (wechat-protocol §3.4).
      method: 'GET',
      path: '/__sim/mass',
      run: () => ({
        json: [...world.consoles].flatMap(([appId, desk]) =>
          [...desk.masses.values()].map(({ msgId, status, confirm }) => ({
            appId,
            msgId,
            status,
            waits: confirm !== null,
          })),
        ),
      }),
    },
    {
      method: 'POST',
      path: '/__sim/mass/:msgId/confirm',
      run: ({ params, body }) => {
        const { yes } = z.object({ yes: z.boolean().default(true) }).parse(body ?? {})
        for (const desk of world.consoles.values()) {
          const mass = desk.masses.get(params['msgId'] ?? '')
          if (mass === undefined) continue
          if (mass.confirm === null) throw new AdminError(409, 'nothing waits for the administrator')
          mass.confirm(yes)
          return { json: { status: mass.status } }
        }
        throw new AdminError(404, 'no such mass message')
      },
    },
    {
      // Any event from anybody (wechat-protocol §7.2, 11).
      method: 'POST',
      path: '/__sim/users/:openid/actions',
      run: ({ params, body }) => {
        const found = world.byOpenid.get(params['openid'] ?? '')
        const account = world.accounts.get(found?.appId ?? '')
        if (found === undefined || account === undefined) throw new AdminError(404, 'no such openid')
        const { event, fields } = OneEvent.omit({ openid: true }).parse(body)
        actions.raise(found.person, account, event, fields)
        return { json: { ok: true } }
      },
    },
    {
      // Keys of both sides: this twin guards nothing.
      method: 'GET',
      path: '/__sim/pay/merchant',
      run: () => {
        const { platformPrivateKeyPem: _, ...merchant } = payOf(world).merchant()
        return { json: merchant }
      },
    },
    {
      method: 'GET',
      path: '/__sim/pay/orders',
      run: () => ({ json: [...payOf(world).orders.values()] }),
    },
  ]
}
