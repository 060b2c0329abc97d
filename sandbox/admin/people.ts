import { z } from 'zod'
import type { SandboxAccount } from '../accounts.ts'
import { type Actions, Impossible } from '../state/actions.ts'
import type { Person } from '../state/person.ts'
import { payableOrder, payOrder } from '../pay/actions.ts'
import { addPerson, changed, type World } from '../state/world.ts'
import { menuOf } from '../wechat/menus.ts'
import { AdminError, type AdminRoute } from './routes.ts'

const NewPerson = z.object({
  id: z.string().min(1).max(40).exactOptional(),
  name: z.string().min(1).max(20).exactOptional(),
  phone: z
    .string()
    .regex(/^\d{6,15}$/)
    .exactOptional(),
})

const NewPeople = z.object({
  count: z.int().min(1).max(100_000).exactOptional(),
  people: z.array(NewPerson).exactOptional(),
  /** Follow the service account at once. */
  follow: z.boolean().default(false),
})

const OfAccount = z.object({ appId: z.string().exactOptional() })

const Popup = z.object({
  appId: z.string().exactOptional(),
  /** 总是保持以上选择: no pop-up is shown for these templates any more. */
  always: z.boolean().default(false),
  /** Where it was shown: 0 mini-program, 1 page, 2 article (wechat-protocol §1.6). */
  scene: z.enum(['0', '1', '2']).exactOptional(),
  templates: z.array(z.object({ templateId: z.string(), status: z.enum(['accept', 'reject']) })).exactOptional(),
  templateIds: z.array(z.string()).exactOptional(),
  accept: z.union([z.array(z.boolean()), z.boolean()]).exactOptional(),
})

const Sending = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['image', 'voice', 'video', 'shortvideo']), name: z.string().min(1), base64: z.base64() }),
  z.object({ type: z.literal('location'), latitude: z.number(), longitude: z.number(), label: z.string().default('') }),
  z.object({ type: z.literal('miniprogrampage'), title: z.string().min(1), page: z.string() }),
  z.object({ type: z.literal('link'), title: z.string(), description: z.string().default(''), url: z.url() }),
])

const Payment = z.object({
  appId: z.string().exactOptional(),
  timeStamp: z.string(),
  nonceStr: z.string(),
  package: z.string(),
  paySign: z.string(),
})

/** What conditional menus look at, and how the phone looks. */
const About = z.object({
  system: z.enum(['1', '2', '3']).exactOptional(),
  language: z.string().exactOptional(),
  theme: z.enum(['light', 'dark']).exactOptional(),
})

const answersOf = ({ templates, templateIds = [], accept = true }: z.output<typeof Popup>) =>
  templates?.map(({ templateId, status }) => ({ templateId, accepted: status === 'accept' })) ??
  templateIds.map((templateId, at) => ({ templateId, accepted: Array.isArray(accept) ? accept[at] === true : accept }))

/** A person without what was said on the phone. */
export const summary = ({ entries, ...person }: Person) => ({
  ...person,
  shown: entries.length,
  unread: unreadOf({ entries, seen: person.seen }),
  last: entries.at(-1) ?? null,
})

const unreadOf = ({ entries, seen }: Pick<Person, 'entries' | 'seen'>): Record<string, number> => {
  const unread: Record<string, number> = {}
  for (const entry of entries)
    if (entry.from === 'account' && entry.seq > (seen[entry.thread] ?? 0))
      unread[entry.thread] = (unread[entry.thread] ?? 0) + 1
  return unread
}

/** `/__sim/people…`: making people and doing what they do on the phone. */
export const peopleRoutes = (world: World, actions: Actions): AdminRoute[] => {
  const accountOf = (kind: SandboxAccount['kind'], appId?: string): SandboxAccount => {
    const account =
      appId === undefined ? [...world.accounts.values()].find(one => one.kind === kind) : world.accounts.get(appId)
    if (account === undefined) throw new AdminError(404, `no account ${appId ?? kind}`)
    return account
  }

  const personOf = (id: string): Person => {
    const person = world.people.get(id) ?? world.byOpenid.get(id)?.person
    if (person === undefined) throw new AdminError(404, `no person ${id}`)
    return person
  }

  const act = <Body extends z.ZodType>(
    name: string,
    kind: SandboxAccount['kind'],
    Schema: Body,
    run: (person: Person, account: SandboxAccount, body: z.output<Body>) => unknown,
  ): AdminRoute => ({
    method: 'POST',
    path: `/__sim/people/:id/${name}`,
    run: ({ params, body }) => {
      const { appId } = OfAccount.parse(body ?? {})
      try {
        const result = run(personOf(params['id'] ?? ''), accountOf(kind, appId), Schema.parse(body ?? {}))
        return { json: result ?? { ok: true } }
      } catch (error) {
        if (error instanceof Impossible) throw new AdminError(409, error.message)
        throw error
      }
    },
  })

  return [
    {
      method: 'GET',
      path: '/__sim/people',
      run: ({ query }) => {
        const limit = Number(query.get('limit') ?? 200)
        return { json: { total: world.people.size, people: [...world.people.values()].slice(0, limit).map(summary) } }
      },
    },
    {
      method: 'POST',
      path: '/__sim/people',
      run: ({ body }) => {
        const { count, people = [], follow } = NewPeople.parse(body)
        const made = [...people, ...Array.from({ length: count ?? (people.length === 0 ? 1 : 0) }, () => ({}))].map(
          one => addPerson(world, NewPerson.parse(one)),
        )
        if (follow) for (const person of made) actions.follow(person, accountOf('official'))
        return {
          json: {
            people: made.map(({ id, name, phone, openids, unionids }) => ({ id, name, phone, openids, unionids })),
          },
        }
      },
    },
    {
      method: 'GET',
      path: '/__sim/people/:id',
      run: ({ params }) => ({ json: summary(personOf(params['id'] ?? '')) }),
    },
    {
      // The menu that this person sees: a conditional one where it fits (wechat-protocol §3.5).
      method: 'GET',
      path: '/__sim/people/:id/menu',
      run: ({ params, query }) => {
        const account = accountOf('official', query.get('appId') ?? undefined)
        return { json: menuOf(world, account.appId, personOf(params['id'] ?? '')) }
      },
    },
    {
      // 总是保持以上选择: what the pop-up is not shown for any more.
      method: 'GET',
      path: '/__sim/people/:id/choices',
      run: ({ params, query }) => {
        const { appId } = accountOf('miniprogram', query.get('appId') ?? undefined)
        const kept = Object.entries(personOf(params['id'] ?? '').choices)
        return {
          json: Object.fromEntries(
            kept.flatMap(([key, choice]) =>
              key.startsWith(`${appId} `) ? [[key.slice(appId.length + 1), choice]] : [],
            ),
          ),
        }
      },
    },
    {
      method: 'GET',
      path: '/__sim/people/:id/face.svg',
      run: ({ params, raw }) => {
        const sign = personOf(params['id'] ?? '')
          .name.slice(-1)
          .replaceAll(/[<&>]/g, '')
        const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#5B8DEF"/><text x="32" y="43" font-size="30" text-anchor="middle" fill="#fff">${sign}</text></svg>`
        raw.response.writeHead(200, { 'content-type': 'image/svg+xml' }).end(picture)
        return { handled: true }
      },
    },
    {
      method: 'GET',
      path: '/__sim/people/:id/entries',
      run: ({ params, query }) => {
        const after = Number(query.get('after') ?? 0)
        const thread = query.get('thread')
        const entries = personOf(params['id'] ?? '').entries.filter(
          entry => entry.seq > after && (thread === null || entry.thread === thread),
        )
        return { json: { entries } }
      },
    },
    {
      method: 'GET',
      path: '/__sim/people/:id/live',
      run: ({ params, raw }) => {
        world.live.join(personOf(params['id'] ?? '').id, raw.response)
        return { handled: true }
      },
    },
    act(
      'follow',
      'official',
      OfAccount.extend({ scene: z.string().max(64).default('') }),
      (person, account, { scene }) => actions.follow(person, account, scene),
    ),
    act('unfollow', 'official', OfAccount, actions.unfollow),
    act('say', 'official', OfAccount.extend({ text: z.string().min(1).max(2000) }), (person, account, { text }) => ({
      msgId: actions.say(person, account, text),
    })),
    act(
      'menu',
      'official',
      OfAccount.extend({
        type: z.string().default('click'),
        key: z.string().default(''),
        url: z.string().default(''),
        pagepath: z.string().default(''),
        media_id: z.string().default(''),
        scanned: z.string().default('https://example.com'),
      }),
      actions.tapMenu,
    ),
    act('scan', 'official', OfAccount.extend({ ticket: z.string().min(1) }), (person, account, { ticket }) =>
      actions.scan(person, account, ticket),
    ),
    act('send', 'official', OfAccount.and(Sending), (person, account, sent) => ({
      msgId: actions.send(
        person,
        account,
        'base64' in sent ? { ...sent, bytes: Buffer.from(sent.base64, 'base64') } : sent,
      ),
    })),
    act(
      'choose',
      'official',
      OfAccount.extend({ id: z.string().min(1), text: z.string().min(1) }),
      (person, account, choice) => ({ msgId: actions.choose(person, account, choice) }),
    ),
    act(
      'location',
      'official',
      OfAccount.extend({ latitude: z.number(), longitude: z.number() }),
      (person, account, { latitude, longitude }) => actions.reportLocation(person, account, latitude, longitude),
    ),
    act(
      'enter-session',
      'miniprogram',
      OfAccount.extend({ from: z.string().default('') }),
      (person, account, { from }) => actions.enterSession(person, account, from),
    ),
    act(
      'event',
      'official',
      OfAccount.extend({
        event: z.string().min(1),
        fields: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
      }),
      (person, account, { event, fields }) => actions.raise(person, account, event, fields),
    ),
    act(
      'take-back',
      'miniprogram',
      OfAccount.extend({ what: z.string().regex(/^(\d{1,3}|account)$/) }),
      (person, account, { what }) => actions.takeBack(person, account, what),
    ),
    act('pay', 'miniprogram', Payment, (person, account, request) => {
      const order = payOrder(world, person, { ...request, appId: request.appId ?? account.appId })
      return { transactionId: order.transactionId, outTradeNo: order.outTradeNo }
    }),
    // What the pay sheet shows before anything is paid.
    act('payment', 'miniprogram', Payment, (person, account, request) => {
      const { total, description } = payableOrder(world, person, { ...request, appId: request.appId ?? account.appId })
      return { total, description, payee: account.name }
    }),
    act('about', 'official', About, (person, _account, about) => {
      Object.assign(person, about)
      changed(world, person)
    }),
    act('js-code', 'miniprogram', OfAccount, (person, account) => ({ code: actions.loginCode(person, account) })),
    act('phone-code', 'miniprogram', OfAccount, (person, account) => ({ code: actions.phoneCode(person, account) })),
    act(
      'choice',
      'miniprogram',
      OfAccount.extend({ templateId: z.string(), choice: z.enum(['ask', 'reject']) }),
      (person, account, { templateId, choice }) => actions.changeChoice(person, account, templateId, choice),
    ),
    act('subscribe', 'miniprogram', Popup, (person, account, body) => {
      const answers = answersOf(body)
      const { always, scene = account.kind === 'official' ? '1' : '0' } = body
      actions.answerPopup(person, account, answers, { always, scene })
      return Object.fromEntries(answers.map(({ templateId, accepted }) => [templateId, accepted ? 'accept' : 'reject']))
    }),
    act('mute', 'official', OfAccount.extend({ muted: z.boolean().default(true) }), (person, account, { muted }) =>
      actions.mute(person, account, muted),
    ),
    act('read', 'official', z.object({ thread: z.string() }), (person, _account, { thread }) =>
      actions.read(person, thread),
    ),
  ]
}
