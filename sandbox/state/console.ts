import type { EntryKind, Person } from './person.ts'

/** A tag of an account; its people in the order in which they got it. */
export interface Tag {
  id: number
  name: string
  people: Map<string, Person>
}

/** A picture, sound or film; `kept` ones are permanent material. */
export interface Media {
  mediaId: string
  type: 'image' | 'voice' | 'video' | 'thumb'
  name: string
  contentType: string
  bytes: Buffer
  at: number
  kept: boolean
  title: string
  description: string
}

/** A QR code with a scene (wechat-protocol §3.7). */
export interface QrCode {
  ticket: string
  appId: string
  scene: string
  /** Whether the scene was given as a number. */
  numeric: boolean
  /** Null = permanent. */
  expiresAt: number | null
  url: string
  at: number
}

/** Articles as an account wrote them. */
export interface Draft {
  mediaId: string
  articles: Record<string, unknown>[]
  at: number
}

/** A publication under way or done (wechat-protocol §3.8). */
export interface Publication {
  publishId: string
  articleId: string
  articles: Record<string, unknown>[]
  status: number
  at: number
}

/** A mass message (wechat-protocol §3.4). */
export interface Mass {
  msgId: string
  status: 'SENDING' | 'SEND_SUCCESS' | 'SEND_FAIL' | 'DELETE'
  /** Decides a message that waits for the administrator; null when none waits. */
  confirm: ((yes: boolean) => void) | null
}

/** A menu for some people only. */
export interface ConditionalMenu {
  menuid: string
  button: unknown
  matchrule: Record<string, string>
}

/** What people did on a day, for the figures (wechat-protocol §3.10); how the product answered is read from the journal. */
export interface DayFigures {
  /** By whether a code was scanned. */
  followed: { scanned: number; others: number }
  left: number
  followers: number
  /** Every message, with the hour in Shanghai and what kind it was. */
  said: { hour: number; kind: EntryKind; personId: string }[]
}

/** Everything an account has in WeChat's console beside its settings. */
export interface Console {
  /** openid → person, in the order of following; a page of user/get is a slice of `fanList`. */
  fans: Map<string, Person>
  fanList: string[] | null
  fanPlace: Map<string, number>
  tags: Map<number, Tag>
  nextTag: number
  blacklist: Map<string, Person>
  conditional: ConditionalMenu[]
  media: Map<string, Media>
  drafts: Map<string, Draft>
  publications: Map<string, Publication>
  published: Map<string, Publication>
  masses: Map<string, Mass>
  massKeys: Map<string, { msgId: string; at: number; tried: number }>
  massDays: Map<string, number>
  massSpeed: number
  codes: Map<string, QrCode>
  permanentScenes: Map<string, QrCode>
  links: Map<string, Link>
  ticket: Record<string, { ticket: string; expiresAt: number }>
  oneTime: Map<string, { personId: string; scene: string }>
  figures: Map<string, DayFigures>
  /** WeChat's own desk: its accounts, who talks with whom, and who waits since when. */
  agents: Map<string, { nick: string; id: string }>
  sessions: Map<string, { agent: string; at: number }>
  waitingForAgent: Map<string, number>
}

/** A URL link, scheme or short link into a mini-program (wechat-protocol §4.2). */
export interface Link {
  url: string
  appId: string
  path: string
  query: string
  env: string
  expiresAt: number | null
  at: number
}

/** A fresh account: nothing made yet, and the star tag that every account has. */
export const createConsole = (): Console => ({
  fans: new Map(),
  fanList: null,
  fanPlace: new Map(),
  tags: new Map([[2, { id: 2, name: '星标组', people: new Map() }]]),
  nextTag: 100,
  blacklist: new Map(),
  conditional: [],
  media: new Map(),
  drafts: new Map(),
  publications: new Map(),
  published: new Map(),
  masses: new Map(),
  massKeys: new Map(),
  massDays: new Map(),
  massSpeed: 0,
  codes: new Map(),
  permanentScenes: new Map(),
  links: new Map(),
  ticket: {},
  oneTime: new Map(),
  figures: new Map(),
  agents: new Map(),
  sessions: new Map(),
  waitingForAgent: new Map(),
})

/** The followers in a lasting order, and where each stands; made anew only after somebody came or went. */
export const fanPages = (desk: Console): { list: readonly string[]; place: ReadonlyMap<string, number> } => {
  if (desk.fanList === null) {
    desk.fanList = [...desk.fans.keys()]
    desk.fanPlace = new Map(desk.fanList.map((openid, at) => [openid, at]))
  }
  return { list: desk.fanList, place: desk.fanPlace }
}

/** The figures of a day, made on first use. */
export const figuresOf = (desk: Console, day: string): DayFigures => {
  const known = desk.figures.get(day)
  if (known !== undefined) return known
  const made: DayFigures = { followed: { scanned: 0, others: 0 }, left: 0, followers: 0, said: [] }
  desk.figures.set(day, made)
  return made
}
