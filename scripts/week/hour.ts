import { randomUUID } from 'node:crypto'
import { forEachAtOnce, HttpError, type StaffSession } from '../callers.ts'
import { count, type Book } from './book.ts'
import type { Week } from './instance.ts'
import type { Person } from './people.ts'

/** The week as everybody in it sees it. */
export interface Stage {
  readonly week: Week
  readonly owner: StaffSession
  readonly people: readonly Person[]
  readonly book: Book
  readonly random: () => number
  /** Everybody, as a segment. */
  readonly segmentId: string
  /** Messages in and answers out in an hour. */
  readonly pace: { readonly written: number; readonly answered: number }
}

const pick = <T>(items: readonly T[], random: () => number): T => {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('nobody is there')
  return item
}

/** People write, come and go, tap the menu. */
export async function peopleAct({ week, people, book, random, pace }: Stage): Promise<void> {
  const act = (person: Person, what: string, body: unknown = {}) =>
    week.sim('POST', `/__sim/people/${person.id}/${what}`, body)
  // Nobody does two things at once: who is just leaving does not write.
  const acting = new Set<Person>()
  // The clock stands while they act, and WeChat tells times by the second: nobody leaves and comes back within one.
  const gone = new Set<Person>()
  const free = (): Person => {
    for (;;) {
      const person = pick(people, random)
      if (!acting.has(person) && !gone.has(person)) return person
    }
  }
  await forEachAtOnce(
    Array.from({ length: pace.written }, (_, n) => n),
    8,
    async () => {
      const person = free()
      acting.add(person)
      try {
        await actOnce(person)
      } finally {
        acting.delete(person)
      }
    },
  )

  async function actOnce(person: Person): Promise<void> {
    const what = random()
    if (what < 0.01 && person.following) {
      person.following = false
      person.left = true
      gone.add(person)
      await act(person, 'unfollow')
      return
    }
    if (!person.following) {
      person.following = true
      await act(person, 'follow')
    }
    if (what > 0.97) await act(person, 'menu', { type: 'click', key: 'help' })
    const text = `想问一下 #${book.written.size + 1}#`
    book.written.set(text, person.id)
    await act(person, 'say', { text })
  }
}

interface Ticket {
  id: string
  channel: string
}

/** Agents answer whoever has waited longest, and close what is done. */
export async function agentsAnswer({ week, owner, book, random, pace }: Stage): Promise<void> {
  let left = pace.answered
  for (let cursor = ''; left > 0;) {
    const path = `/api/admin/tickets?state=open&limit=${Math.min(left, 200)}${cursor}`
    const page = await patiently(() => owner.call<{ items: Ticket[]; next: string | null }>('GET', path))
    await forEachAtOnce(page.items, 4, async ticket => {
      const text = `已为您核对 #${book.answered.size + 1}#`
      book.answered.add(text)
      const key = randomUUID()
      const answer = () => owner.call('POST', `/api/admin/tickets/${ticket.id}/messages`, { text, key })
      try {
        await patiently(answer)
        // A second click is the same answer.
        if (random() < 0.1) await patiently(answer)
        if (random() < 0.2) await patiently(() => owner.call('POST', `/api/admin/tickets/${ticket.id}/close`))
      } catch (error) {
        if (!(error instanceof HttpError)) throw error
        count(book.untaken, error.code)
      }
    })
    left -= page.items.length
    if (page.next === null) return
    cursor = `&cursor=${encodeURIComponent(page.next)}`
  }
  await week.sim('POST', '/__sim/settle')
}

/** Those who agreed to marketing tap 「提醒我」 in the mini-program: each accept is one message. */
export async function peopleAccept({ week, people, book, random }: Stage): Promise<void> {
  await forEachAtOnce(people, 8, async person => {
    if (random() > 0.6) return
    const templateId = 'tmpl_coupon_arrived'
    await week.sim('POST', `/__sim/people/${person.id}/subscribe`, { templates: [{ templateId, status: 'accept' }] })
    await patiently(() => person.shop('POST', '/api/shop/subscriptions', { key: randomUUID(), accepted: [templateId] }))
    book.accepts++
  })
}

/** A notice to everybody, or an offer to those who hold a credit. */
export async function launch({ owner, book, segmentId }: Stage, route: 'template' | 'subscribe'): Promise<void> {
  const serial = `第${book.campaigns.length + 1}期`
  const draft =
    route === 'template'
      ? {
          name: `通知${serial}`,
          purpose: 'service',
          segmentId,
          route,
          text: { fields: { thing1: '营业时间变更', thing2: serial } },
        }
      : {
          name: `活动${serial}`,
          purpose: 'marketing',
          segmentId,
          route,
          text: { fields: { thing1: serial, time2: '2027-12-31 22:00' } },
        }
  const { id } = await patiently(() => owner.call<{ id: string }>('POST', '/api/admin/campaigns', draft))
  book.campaigns.push({ serial, route, id })
  try {
    await patiently(() => owner.call('POST', `/api/admin/campaigns/${id}/launch`))
  } catch (error) {
    // The answer to the first try was lost, and the campaign is on its way.
    if (!(error instanceof HttpError) || error.status !== 409) throw error
  }
}

// A process takes its time to come back on a busy machine.
const PATIENCE_MS = 240_000

/** Asks again while the product says 503: somebody at a screen would do the same. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const deadline = performance.now() + PATIENCE_MS; ;) {
    try {
      return await ask()
    } catch (error) {
      const away = error instanceof HttpError ? error.status === 503 : true
      if (!away || performance.now() > deadline) throw error
      await new Promise(resolve => setTimeout(resolve, 300))
    }
  }
}
