import { setTimeout as wait } from 'node:timers/promises'
import type { Person, Story } from './story.ts'

interface Ticket {
  id: string
  number: string
  state: string
  channel: string
  memberId: string | null
  messages: { author: string; text: string; outcome: { route: string; state: string } | null }[]
}
interface Entry {
  text?: string
  way?: string
  from: string
}

/** Step 6: a message becomes a ticket, and the answer arrives on the phone. */
export async function playTicket(story: Story): Promise<void> {
  const { checks, owner, sim, people, watch } = story
  checks.step(6, '工单', 'a shopper’s message becomes a ticket, and the answer arrives on the phone')
  const [writer, asker] = people
  if (writer === undefined || asker === undefined) throw new Error('nobody is there to ask')

  const question = '昨天买的鸡蛋破了两个,怎么办?'
  await sim('POST', `/__sim/people/${writer.personId}/say`, { text: question })
  const ticket = await ticketOf(story, writer)
  checks.same('what the ticket says', ticket.messages[0]?.text, question)
  checks.same('whose it is', ticket.memberId, writer.memberId)
  const answer = '非常抱歉,带上小票到服务台给您换新的。'
  const reply = { text: answer, key: `answer-${ticket.id}` }
  await owner.call('POST', `/api/admin/tickets/${ticket.id}/messages`, reply)
  // A second click is the same answer.
  await owner.call('POST', `/api/admin/tickets/${ticket.id}/messages`, reply)
  const arrived = await until(
    async () => (await textsOn(story, writer)).filter(text => text === answer).length,
    n => n > 0,
  )
  await watch.drained(60)
  checks.same('answers on the phone', (await textsOn(story, writer)).filter(text => text === answer).length, 1)
  checks.holds('the answer arrived', arrived === 1)
  const after = await owner.call<Ticket>('GET', `/api/admin/tickets/${ticket.id}`)
  checks.same('state after the answer', after.state, 'answered')
  const outcome = after.messages.find(message => message.author === 'agent')?.outcome
  checks.same('how it went', `${outcome?.route} ${outcome?.state}`, 'customer_service sent')

  const form = { key: `ticket-form-${asker.personId}`, kind: 'points', text: '积分没有到账' }
  const mine = await asker.shop<{ id: string }>('POST', '/api/shop/tickets', form)
  const again = await asker.shop<{ id: string }>('POST', '/api/shop/tickets', form)
  checks.same('a repeated form is one ticket', again.id, mine.id)
  await owner.call('POST', `/api/admin/tickets/${mine.id}/messages`, {
    text: '已为您核对,明早到账。',
    key: `answer-${mine.id}`,
  })
  const unread = await until(
    async () => (await asker.shop<{ unread: number }>('GET', '/api/shop/tickets/unread')).unread,
    n => n > 0,
  )
  checks.same('red dot in the mini-program', unread, 1)
  await asker.shop('POST', `/api/shop/tickets/${mine.id}/read`)
  await owner.call('POST', `/api/admin/tickets/${mine.id}/close`)
  const closed = await owner.call<Ticket>('GET', `/api/admin/tickets/${mine.id}`)
  checks.same('closed', closed.state, 'closed')
  const reopened = await asker.shop<{ state: string }>('POST', `/api/shop/tickets/${mine.id}/messages`, {
    text: '还是没有到账',
    key: `again-${mine.id}`,
  })
  checks.same('writing on opens it again', reopened.state, 'open')
}

async function ticketOf({ owner }: Story, writer: Person): Promise<Ticket> {
  const found = await until(
    async () =>
      (await owner.call<{ items: { id: string }[] }>('GET', `/api/admin/tickets?memberId=${writer.memberId}`)).items,
    items => items.length > 0,
  )
  return owner.call<Ticket>('GET', `/api/admin/tickets/${found[0]?.id ?? ''}`)
}

async function textsOn({ sim }: Story, person: Person): Promise<string[]> {
  const { entries } = await sim<{ entries: Entry[] }>('GET', `/__sim/people/${person.personId}/entries`)
  return entries.filter(entry => entry.from === 'account').map(entry => entry.text ?? '')
}

/** Looks until it is so, for at most half a minute; answers what it saw last. */
async function until<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + 30_000; ;) {
    const seen = await look()
    if (isSo(seen) || performance.now() > deadline) return seen
    await wait(100)
  }
}
