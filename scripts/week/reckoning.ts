import type { Book } from './book.ts'
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
  openid: string | null
  templateId?: string
  text?: string
  fields?: { value: string }[]
}

const SERIAL = /#\d+#|第\d+期/

/** Compares the product's books with the phones and with what people did; nothing here comes from the product's code. */
export async function reckon(week: Week, look: Look, book: Book, people: readonly Person[]): Promise<Reckoning> {
  const differences: string[] = []
  const lines: Line[] = []
  const note = (what: string, count: number): void => void lines.push({ what, count })

  const incoming = await inbound(look, book, differences)
  note('消息进来 written by people', book.written.size)
  note('　存下的推送 pushes stored', incoming.stored)
  note('　进工单一次 in a ticket exactly once', incoming.once)

  const sent = await outbound(week, look, book, differences)
  note('消息出去 planned', sent.planned)
  for (const [state, count] of sent.states) note(`　${state}`, count)
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

/** Every message by what makes it one of a kind: its serial and whom it is for. */
async function outbound(week: Week, look: Look, book: Book, differences: string[]) {
  const onPhones = new Map<string, number>()
  for (const kind of ['template', 'subscribe', 'text']) {
    const { messages } = await week.sim<{ messages: Shown[] }>('GET', `/__sim/messages?kind=${kind}`)
    for (const message of messages) {
      const said = [message.text ?? '', ...(message.fields ?? []).map(field => field.value)].join(' ')
      const serial = SERIAL.exec(said)?.[0]
      if (serial === undefined) continue
      const key = `${serial} ${message.openid ?? ''}`
      onPhones.set(key, (onPhones.get(key) ?? 0) + 1)
    }
  }
  const states = new Map<string, number>()
  const known = new Set<string>()
  let unknownArrived = 0
  const messages = await look.rows('SELECT openid, bodyJson, state, reason FROM wechat_message')
  for (const { openid, bodyJson, state, reason } of messages) {
    const serial = SERIAL.exec(String(bodyJson))?.[0] ?? ''
    const key = `${serial} ${String(openid)}`
    states.set(String(state), (states.get(String(state)) ?? 0) + 1)
    if (known.has(key)) differences.push(`planned twice: ${key}`)
    known.add(key)
    const shown = onPhones.get(key) ?? 0
    if (state === 'unknown' && shown > 0) unknownArrived++
    const fits =
      state === 'sent'
        ? shown === 1
        : state === 'unknown'
          ? shown <= 1
          : state === 'failed' || state === 'refused'
            ? shown === 0
            : false
    if (!fits) differences.push(`${String(state)} (${String(reason)}) but ${shown} on the phone: ${key}`)
  }
  for (const key of onPhones.keys()) if (!known.has(key)) differences.push(`on a phone, but not in the books: ${key}`)
  await reports(look, book, differences)
  return {
    planned: messages.length,
    states,
    onPhones: [...onPhones.values()].reduce((sum, n) => sum + n, 0),
    unknownArrived,
  }
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
