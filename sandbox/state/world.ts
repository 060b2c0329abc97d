import type { SandboxAccount } from '../accounts.ts'
import { defaultSettings, type Settings } from '../settings.ts'
import { type Chance, createChance } from './chance.ts'
import { type Clock, createClock } from './clock.ts'
import { type Console, createConsole, figuresOf } from './console.ts'
import { dayOf } from './calendar.ts'
import { createFaults, type Faults } from './faults.ts'
import { createJournal, type Journal } from './journal.ts'
import { createLive, type Live } from './live.ts'
import { emptyTills, type TillState } from '../tills/state.ts'
import { type Entry, makePerson, type Person } from './person.ts'

/** A log-in or phone code that WeChat gave to a mini-program. */
export interface Code {
  appId: string
  personId: string
  madeAt: number
  used: boolean
}

/** A code of a web log-in. */
export interface WebCode extends Code {
  scope: string
}

/** A token of a web log-in; `refresh` marks the long-lived one. */
export interface WebToken {
  appId: string
  personId: string
  scope: string
  refresh: boolean
  expiresAt: number
}

/** An access token; `family` keeps token and stable_token apart (wechat-protocol §2.1). */
export interface Token {
  token: string
  appId: string
  family: 'plain' | 'stable'
  expiresAt: number
  dead: boolean
}

/** One text message of the SMS gateway. */
export interface Sms {
  id: string
  at: number
  phone: string
  text: string
}

/** Everything the sandbox knows; one object, passed to whoever works on it. */
export interface World {
  accounts: Map<string, SandboxAccount>
  settings: Settings
  people: Map<string, Person>
  /** openid → person, over all accounts (an openid belongs to one account only). */
  byOpenid: Map<string, { person: Person; appId: string }>
  byPhone: Map<string, Person>
  menus: Map<string, unknown>
  /** What each account made: tags, media, codes, mass messages. */
  consoles: Map<string, Console>
  /** What an account made; appId of a known account. */
  console: (appId: string) => Console
  tokens: Map<string, Token>
  /** `appId family` → the token in force. */
  newestToken: Map<string, Token>
  /** Codes and tokens of web log-ins (wechat-protocol §3.9). */
  webCodes: Map<string, WebCode>
  webTokens: Map<string, WebToken>
  loginCodes: Map<string, Code>
  sessionKeys: Map<string, string>
  phoneCodes: Map<string, Code>
  /** `appId client_msg_id` → the first answer. */
  clientMsgIds: Map<string, { msgId: string; at: number }>
  sms: Sms[]
  /** The tills and what they sold. */
  shop: TillState
  journal: Journal
  faults: Faults
  live: Live
  chance: Chance
  /** Unix milliseconds of the platform's clock. */
  now: () => number
  clock: Clock
  /** Everything that phones show of accounts, in order of arrival. */
  messages: { person: Person; entry: Entry }[]
  /** 64-bit ids as text, rising, beyond 2^53 as WeChat's are (wechat-protocol §2.3). */
  nextMsgId: () => string
  nextSeq: () => number
  /** Where the product and the mini-program's host are; '' = nowhere. */
  addresses: { serverUrl: string; miniprogramUrl: string; ownUrl: string }
  counters: { seq: number; msg: number; person: number }
  /** Set by every change, read by the snapshot. */
  changes: { count: number }
}

/** What a world is made from. */
export interface WorldOptions {
  accounts: readonly SandboxAccount[]
  settings?: Partial<Settings>
  journalSize?: number
  addresses?: Partial<World['addresses']>
}

/** An empty world. */
export const createWorld = (options: WorldOptions): World => {
  const clock = createClock()
  const chance = createChance()
  const counters = { seq: 0, msg: 0, person: 0 }
  const consoles = new Map(options.accounts.map(account => [account.appId, createConsole()]))
  return {
    accounts: new Map(options.accounts.map(account => [account.appId, { ...account }])),
    settings: { ...defaultSettings, ...options.settings },
    people: new Map(),
    byOpenid: new Map(),
    byPhone: new Map(),
    menus: new Map(),
    consoles,
    console: appId => {
      const known = consoles.get(appId)
      if (known === undefined) throw new Error(`no account ${appId}`)
      return known
    },
    tokens: new Map(),
    newestToken: new Map(),
    webCodes: new Map(),
    webTokens: new Map(),
    loginCodes: new Map(),
    sessionKeys: new Map(),
    phoneCodes: new Map(),
    clientMsgIds: new Map(),
    sms: [],
    shop: emptyTills(),
    journal: createJournal(options.journalSize ?? 200_000),
    faults: createFaults(chance),
    live: createLive(),
    chance,
    now: clock.now,
    clock,
    messages: [],
    nextMsgId: () => String(3_717_005_636_572_000_000n + BigInt(++counters.msg)),
    nextSeq: () => ++counters.seq,
    addresses: { serverUrl: '', miniprogramUrl: '', ownUrl: '', ...options.addresses },
    counters,
    changes: { count: 0 },
  }
}

/** Puts a person into the world and its look-ups. */
export const settle = (world: World, person: Person): Person => {
  world.people.set(person.id, person)
  for (const [appId, openid] of Object.entries(person.openids)) world.byOpenid.set(openid, { person, appId })
  world.byPhone.set(person.phone, person)
  for (const appId of Object.keys(person.following))
    if (world.consoles.has(appId)) world.console(appId).fans.set(person.openids[appId] ?? '', person)
  for (const [appId, ids] of Object.entries(person.tags))
    for (const id of ids)
      world.consoles
        .get(appId)
        ?.tags.get(id)
        ?.people.set(person.openids[appId] ?? '', person)
  for (const appId of Object.keys(person.blacklisted))
    world.consoles.get(appId)?.blacklist.set(person.openids[appId] ?? '', person)
  world.changes.count++
  return person
}

/** Writes down that somebody follows or has left. */
export const setFollowing = (world: World, person: Person, appId: string, follow: { scene: string } | null): void => {
  const desk = world.console(appId)
  const openid = person.openids[appId] ?? ''
  const day = figuresOf(desk, dayOf(world.now()))
  desk.fanList = null
  if (follow === null) {
    delete person.following[appId]
    delete person.windows[appId]
    desk.fans.delete(openid)
    day.left++
  } else {
    person.following[appId] = { since: world.now(), scene: follow.scene }
    desk.fans.set(openid, person)
    day.followed[follow.scene === '' ? 'others' : 'scanned']++
  }
  day.followers = desk.fans.size
  world.changes.count++
}

const familyNames = '李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗'
const givenNames = [
  '秀英',
  '敏',
  '静',
  '丽',
  '强',
  '磊',
  '洋',
  '艳',
  '勇',
  '杰',
  '娟',
  '涛',
  '明',
  '超',
  '霞',
  '平',
  '桂英',
]

/** A name for the n-th person; 340 different ones, then again from the start. */
export const nameOf = (n: number): string =>
  familyNames.charAt(n % familyNames.length) + (givenNames[(n * 7 + Math.floor(n / 20)) % givenNames.length] ?? '')

/** Makes a person with whatever is not given: ids p1, p2 …, phones of an unallocated range (199-0000-…). */
export const addPerson = (world: World, given: { id?: string; name?: string; phone?: string }): Person => {
  let id = given.id
  while (id === undefined || (given.id === undefined && world.people.has(id))) id = `p${++world.counters.person}`
  const known = world.people.get(id)
  if (known !== undefined) return known
  const number = world.people.size + 1
  const phone = given.phone ?? `1990${String(1_000_000 + number).padStart(7, '0')}`
  return settle(world, makePerson([...world.accounts.values()], { id, name: given.name ?? nameOf(number), phone }))
}

/** Shows something on a person's phone, and tells whoever is looking at it. */
export const show = (world: World, person: Person, entry: Omit<Entry, 'seq' | 'at'>): Entry => {
  const shown: Entry = { seq: world.nextSeq(), at: world.now(), ...entry }
  person.entries.push(shown)
  if (shown.from === 'account') world.messages.push({ person, entry: shown })
  world.changes.count++
  world.live.tell(person.id, 'entry', shown)
  return shown
}

/** Tells the phone that something of the person other than an entry changed. */
export const changed = (world: World, person: Person): void => {
  world.changes.count++
  world.live.tell(person.id, 'person', { id: person.id })
}
