import { count, type Book } from './book.ts'
import type { Week } from './instance.ts'
import type { Look } from './look.ts'
import type { Person } from './people.ts'

/** One row of the table: what is counted, and how many. */
export interface Line {
  readonly what: string
  readonly count: number
}

/** What the week came to: figures, and every single difference between what happened and what the product says. */
export interface Reckoning {
  readonly lines: readonly Line[]
  readonly differences: readonly string[]
}

interface Shown {
  way?: string
  openid: string | null
  text?: string
  fields?: { value: string }[]
}

const SERIAL = /#\d+#|第\d+期/

/** Compares the product's books with the phones and with what people did; nothing here comes from the product's code. */
export async function reckon(week: Week, look: Look, book: Book, people: readonly Person[]): Promise<Reckoning> {
  const differences: string[] = []
  const lines: Line[] = []
  const note = (what: string, figure: number): void => void lines.push({ what, count: figure })

  const incoming = await inbound(look, book, differences)
  note('消息进来 written by people', book.written.size)
  note('　存下的推送 pushes stored', incoming.stored)
  note('　进工单一次 in a ticket exactly once', incoming.once)

  const left = new Set(people.filter(person => person.left).flatMap(person => Object.values(person.openids)))
  const sent = await outbound(week, look, book, left, differences)
  note('消息出去 planned', sent.planned)
  for (const [state, figure] of sent.states) note(`　${state}`, figure)
  note('　手机上 on the phones', sent.onPhones)
  note('　不明且到了 unknown, and on a phone', sent.unknownArrived)

  await followers(look, people, differences)
  note('关注 following', people.filter(person => person.following).length)
  return { lines, differences }
}

async function inbound(look: Look, book: Book, differences: string[]): Promise<{ stored: number; once: number }> {
  const [stored] = await look.rows('SELECT COUNT(*) AS n, SUM(workedAt IS NULL) AS open FROM wechat_inbound')
  if (Number(stored?.['open']) > 0) differences.push(`${String(stored?.['open'])} pushes are not worked`)
  const times = new Map<string, number>()
  for (const row of await look.rows("SELECT text FROM ticket_message WHERE author = 'shopper'"))
    times.set(String(row['text']), (times.get(String(row['text'])) ?? 0) + 1)
  let once = 0
  for (const text of book.written.keys()) {
    const found = times.get(text) ?? 0
    if (found === 1) once++
    else differences.push(`written once, ${found} times in tickets: ${text}`)
  }
  return { stored: Number(stored?.['n']), once }
}

/** What makes a message one of a kind: its serial, or what it says, and whom it is for. */
const keyOf = (said: string, openid: string): string => `${SERIAL.exec(said)?.[0] ?? said} ${openid}`

/** How often each message stands on a phone; answers within a callback are nobody's outbound message. */
async function phones(week: Week): Promise<Map<string, number>> {
  const shown = new Map<string, number>()
  for (const kind of ['template', 'subscribe', 'text']) {
    const { messages } = await week.sim<{ messages: Shown[] }>('GET', `/__sim/messages?kind=${kind}`)
    for (const { way, text, fields, openid } of messages) {
      if (way === 'passive') continue
      const said = [text ?? '', ...(fields ?? []).map(field => field.value)].filter(Boolean).join(' ')
      count(shown, keyOf(said, openid ?? ''))
    }
  }
  return shown
}

interface Claim {
  planned: number
  sent: number
  unknown: number
}

/**
 * Every message has one end, and the phones show what the ends say: sent once, refused never, unknown at most once.
 * Of who has left the account the product keeps no openid: what they were sent is compared in sum.
 */
async function outbound(
  week: Week,
  look: Look,
  book: Book,
  left: ReadonlySet<string>,
  differences: string[],
): Promise<{ planned: number; states: Map<string, number>; onPhones: number; unknownArrived: number }> {
  const onPhones = await phones(week)
  const states = new Map<string, number>()
  const claims = new Map<string, Claim>()
  const forgotten: Claim = { planned: 0, sent: 0, unknown: 0 }
  const messages = await look.rows('SELECT openid, bodyJson, state, reason FROM wechat_message')
  for (const { openid, bodyJson, state, reason } of messages) {
    const body: { text?: string; fields?: Record<string, string> } = JSON.parse(String(bodyJson))
    const key = keyOf([body.text ?? '', ...Object.values(body.fields ?? {})].filter(Boolean).join(' '), String(openid))
    count(states, String(state))
    const claim = openid === '' ? forgotten : (claims.get(key) ?? { planned: 0, sent: 0, unknown: 0 })
    if (openid !== '') claims.set(key, claim)
    claim.planned++
    if (state === 'sent') claim.sent++
    else if (state === 'unknown') claim.unknown++
    else if (state !== 'failed' && state !== 'refused')
      differences.push(`no end: ${String(state)} ${String(reason)} ${key}`)
    if (claim !== forgotten && claim.planned > 1 && SERIAL.test(key)) differences.push(`planned twice: ${key}`)
  }

  let unknownArrived = 0
  let ofForgotten = 0
  for (const key of new Set([...claims.keys(), ...onPhones.keys()])) {
    const { sent, unknown } = claims.get(key) ?? { sent: 0, unknown: 0 }
    const shown = onPhones.get(key) ?? 0
    const most = sent + unknown
    unknownArrived += Math.min(unknown, Math.max(0, shown - sent))
    if (shown > most && left.has(key.slice(key.lastIndexOf(' ') + 1))) ofForgotten += shown - most
    else if (shown < sent || shown > most)
      differences.push(`${sent} sent and ${unknown} unknown, but ${shown} on the phone: ${key}`)
  }
  if (ofForgotten < forgotten.sent || ofForgotten > forgotten.sent + forgotten.unknown)
    differences.push(
      `of who has left: ${forgotten.sent} sent and ${forgotten.unknown} unknown, but ${ofForgotten} on phones`,
    )
  await reports(look, book, differences)
  const shown = [...onPhones.values()].reduce((sum, n) => sum + n, 0)
  return { planned: messages.length, states, onPhones: shown, unknownArrived }
}

/** Every campaign is done, and each of its people has exactly one end. */
async function reports(look: Look, book: Book, differences: string[]): Promise<void> {
  const done = new Map(
    (await look.rows('SELECT id, state FROM campaign')).map(row => [String(row['id']), row['state']]),
  )
  for (const { id, serial } of book.campaigns)
    if (done.get(id) !== 'done') differences.push(`campaign ${serial} is ${String(done.get(id))}`)
}

async function followers(look: Look, people: readonly Person[], differences: string[]): Promise<void> {
  const following = new Set(
    (await look.rows('SELECT openid FROM wechat_follower WHERE following = 1')).map(row => String(row['openid'])),
  )
  for (const person of people) {
    const is = Object.values(person.openids).some(openid => following.has(openid))
    if (is !== person.following) differences.push(`${person.id} follows: ${person.following}, the product says ${is}`)
  }
}
