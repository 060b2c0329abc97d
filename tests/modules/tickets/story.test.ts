import { afterAll, beforeAll, expect, test } from 'vitest'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

let on: Stage
let agent: StaffUser
beforeAll(async () => {
  on = await stage()
  agent = await on.shop.as('agent', { name: '小陈' })
})
afterAll(() => on.close())

const desk = () => agent.call(ticketsApi)
const lastTicket = async () => {
  const { items } = await desk().list({ query: { state: 'open' } })
  const [row] = items.toReversed()
  if (row === undefined) throw new Error('no open ticket')
  return desk().get({ params: { ticketId: row.id } })
}

test('a message in the official account becomes a ticket; the answer arrives on the phone', async () => {
  const auntie = on.person('王阿姨')
  on.wechat.actions.follow(auntie, on.official)
  on.wechat.actions.say(auntie, on.official, '昨天买的鸡蛋破了两个')
  await on.settle()
  const ticket = await lastTicket()
  expect(ticket).toMatchObject({
    state: 'open',
    channel: 'official',
    subject: '昨天买的鸡蛋破了两个',
    right: { route: 'customer_service' },
  })
  await desk().answer({
    params: { ticketId: ticket.id },
    body: { key: 'answer-1', text: '给您补两个,到店出示小票即可' },
  })
  await on.settle()
  expect(auntie.entries.at(-1)).toMatchObject({ from: 'account', way: 'custom', text: '给您补两个,到店出示小票即可' })
  const after = await desk().get({ params: { ticketId: ticket.id } })
  expect(after.state).toBe('answered')
  expect(after.messages.at(-1)?.outcome).toMatchObject({ route: 'customer_service', state: 'sent' })
})

test('further messages of the same person join the open ticket, also when they come all at once', async () => {
  const uncle = on.person('李叔')
  on.wechat.actions.follow(uncle, on.official)
  for (let i = 0; i < 6; i++) on.wechat.actions.say(uncle, on.official, `第 ${i} 句`)
  await on.settle()
  const ticket = await lastTicket()
  expect(ticket.messages.map(message => message.text)).toEqual([
    '第 0 句',
    '第 1 句',
    '第 2 句',
    '第 3 句',
    '第 4 句',
    '第 5 句',
  ])
})

test('the same answer sent twice is one answer', async () => {
  const person = on.person()
  on.wechat.actions.follow(person, on.official)
  on.wechat.actions.say(person, on.official, '有人吗')
  await on.settle()
  const { id } = await lastTicket()
  const answer = { params: { ticketId: id }, body: { key: 'answer-twice', text: '在的' } }
  await Promise.allSettled([desk().answer(answer), desk().answer(answer)])
  await desk().answer(answer)
  await on.settle()
  expect(person.entries.filter(entry => entry.way === 'custom').map(entry => entry.text)).toEqual(['在的'])
})

test('from the mini-program: by the credit given at submit, and when that is used up a red dot waits', async () => {
  const young = on.person('赵姐')
  const { headers } = await on.enrols(young)
  await on.allows(young, headers, 'tmpl_ticket_replied')
  const mine = on.shop.call(ticketsApi, headers)
  const ticket = await mine.submit({ body: { key: 'form-0001', kind: 'points', text: '昨天的积分没有到' } })
  for (const text of ['正在核对', '已补上,请看积分明细']) {
    await desk().answer({ params: { ticketId: ticket.id }, body: { key: `answer:${text}`, text } })
    await on.settle()
  }
  expect(young.entries.filter(entry => entry.kind === 'subscribe')).toHaveLength(1)
  const seen = await desk().get({ params: { ticketId: ticket.id } })
  expect(seen.messages.slice(1).map(message => message.outcome)).toMatchObject([
    { route: 'subscribe', state: 'sent' },
    { route: 'redDot', state: 'waiting' },
  ])
  expect(await mine.unread()).toEqual({ unread: 2 })
  await mine.read({ params: { ticketId: ticket.id } })
  expect(await mine.unread()).toEqual({ unread: 0 })
  const read = await desk().get({ params: { ticketId: ticket.id } })
  expect(read.messages.at(-1)?.outcome).toMatchObject({ route: 'redDot', state: 'read' })
})

test('a window that WeChat has closed meanwhile sends the answer by the next way', async () => {
  const person = on.person('孙伯')
  const { headers } = await on.enrols(person)
  await on.allows(person, headers, 'tmpl_ticket_replied')
  on.wechat.actions.follow(person, on.official)
  on.wechat.actions.say(person, on.official, '发票怎么开')
  await on.settle()
  const ticket = await lastTicket()
  expect(ticket.name).toBe('孙**')
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/custom/send' },
    fault: { do: 'errcode', errcode: 45015 },
    skip: 0,
    times: 1,
    chance: 1,
  })
  await desk().answer({ params: { ticketId: ticket.id }, body: { key: 'answer-late', text: '小票页点「开发票」' } })
  await on.settle()
  expect(person.entries.filter(entry => entry.kind === 'subscribe')).toHaveLength(1)
  const after = await desk().get({ params: { ticketId: ticket.id } })
  expect(after.messages.at(-1)?.outcome).toMatchObject({ route: 'subscribe', state: 'sent' })
})

test('close, write again, reopen: one open ticket per person', async () => {
  const person = on.person('钱婶')
  const { headers } = await on.enrols(person)
  const mine = on.shop.call(ticketsApi, headers)
  const first = await mine.submit({ body: { key: 'form-first', kind: 'coupon', text: '券用不了' } })
  await desk().close({ params: { ticketId: first.id } })
  await expect(
    desk().answer({ params: { ticketId: first.id }, body: { key: 'too-late-1', text: '?' } }),
  ).rejects.toMatchObject({ code: 'tickets.closed' })
  const second = await mine.submit({ body: { key: 'form-second', kind: 'other', text: '还有个问题' } })
  expect(second.id).not.toBe(first.id)
  await expect(desk().reopen({ params: { ticketId: first.id } })).rejects.toMatchObject({ code: 'tickets.otherOpen' })
  await desk().close({ params: { ticketId: second.id } })
  expect(await desk().reopen({ params: { ticketId: first.id } })).toMatchObject({ state: 'answered' })
  expect(
    await mine
      .write({ params: { ticketId: second.id }, body: { key: 'write-again', text: '又想起来了' } })
      .catch((error: unknown) => error),
  ).toMatchObject({ code: 'tickets.otherOpen' })
})

test('a stranger does not see another’s ticket, a store manager only those of the own stores', async () => {
  const person = on.person()
  const { headers } = await on.enrols(person)
  const ticket = await on.shop
    .call(ticketsApi, headers)
    .submit({ body: { key: 'form-store', kind: 'price', text: '价签不符', storeCode: 'S01' } })
  const other = await on.opens(on.person())
  await expect(on.shop.call(ticketsApi, other).thread({ params: { ticketId: ticket.id } })).rejects.toMatchObject({
    code: 'tickets.notFound',
  })
  const near = await on.shop.as('storeManager', { stores: ['S01'] })
  const far = await on.shop.as('storeManager', { stores: ['S02'] })
  expect((await near.call(ticketsApi).list()).items.map(row => row.id)).toEqual([ticket.id])
  expect((await far.call(ticketsApi).list()).items).toEqual([])
  expect(await far.call(ticketsApi).summary()).toMatchObject({ open: 0, late: 0 })
  // Half an hour without an answer is too long, and whose store it is is warned.
  expect(await near.call(ticketsApi).summary()).toMatchObject({ open: 1, late: 0, lateAfter: 1800 })
  on.shop.clock.advance(1_801_000)
  expect(await near.call(ticketsApi).summary()).toMatchObject({ open: 1, late: 1 })
  expect(await near.call(ticketsApi).summary({ query: { storeCode: 'S02' } })).toMatchObject({ open: 0, late: 0 })
  await expect(far.call(ticketsApi).get({ params: { ticketId: ticket.id } })).rejects.toMatchObject({
    code: 'tickets.notFound',
  })
})

test('who closes the membership leaves no words behind', async () => {
  const person = on.person('周某')
  const { headers } = await on.enrols(person)
  await on.shop
    .call(ticketsApi, headers)
    .submit({ body: { key: 'form-close', kind: 'other', text: '我的电话是一个秘密' } })
  const me = on.shop.call(membersApi, headers)
  await me.closeMe({ body: { confirm: true } })
  await on.settle()
  const texts =
    JSON.stringify(await on.shop.db.selectFrom('ticket').selectAll().execute()) +
    JSON.stringify(await on.shop.db.selectFrom('ticket_message').selectAll().execute())
  expect(texts).not.toContain('秘密')
})

test('who has waited longest is first, and writing again does not send anybody back in the queue', async () => {
  const asks = async (key: string, text: string) => {
    const api = on.shop.call(ticketsApi, await on.opens(on.person()))
    const ticket = await api.submit({ body: { key, kind: 'other', text } })
    on.shop.clock.advance(60_000)
    return { api, params: { ticketId: ticket.id } }
  }
  const first = await asks('queue-0001', '鸡蛋碎了')
  await asks('queue-0002', '发票抬头错了')
  await first.api.write({ params: first.params, body: { key: 'queue-0003', text: '还在吗' } })
  const open = (await desk().list({ query: { state: 'open' } })).items.map(row => row.subject)
  expect(open.indexOf('鸡蛋碎了')).toBeLessThan(open.indexOf('发票抬头错了'))
  const paged: string[] = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await desk().list({ query: { state: 'open', limit: 1, ...(cursor === undefined ? {} : { cursor }) } })
    paged.push(...page.items.map(row => row.subject))
    cursor = page.next ?? undefined
    more = cursor !== undefined
  }
  expect(paged).toEqual(open)
})
