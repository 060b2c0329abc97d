import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { recognise } from '../../../server/modules/tickets/repository/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { writeReceipt } from '../points/receipts.ts'

let on: Stage
let agent: StaffUser
let owner: StaffUser
beforeAll(async () => {
  on = await stage()
  agent = await on.shop.as('agent', { name: '小陈' })
  owner = await on.shop.as('owner')
})
afterAll(() => on.close())

type Said = Partial<{ key: string; kind: 'complaint' | 'return' | 'other'; storeCode: string; documentId: string }>
let keys = 0
const opens = (memberId: string, text: string, said: Said = {}, by = agent) =>
  by.call(ticketsApi).open({
    params: { memberId },
    body: { key: `desk-key-${(keys += 1)}`, kind: 'other', text, ...said },
  })
const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )
const someone = async (homeStoreCode = 'S01') => (await addMembers(on.shop, 1, { homeStoreCode }))[0] ?? ''
const lives = (memberId: string, storeCode: string) =>
  owner.call(membersApi).changeHomeStore({ params: { memberId }, body: { storeCode } })
const ticketsOf = async (memberId: string) =>
  (await owner.call(ticketsApi).list({ query: { memberId } })).items.map(row => row.id)
async function answers(ticketId: string, text: string) {
  await agent.call(ticketsApi).answer({ params: { ticketId }, body: { key: `answer:${text}`, text } })
  await on.settle()
  const { messages } = await agent.call(ticketsApi).get({ params: { ticketId } })
  return messages.at(-1)?.outcome
}
const leaves = async (memberId: string) => {
  await owner.call(membersApi).close({ params: { memberId }, body: { reason: '本人要求', evidence: 'phoneInHand' } })
  await on.settle()
}

test('what a member says on the phone becomes a ticket in her words, and beside them who wrote them down', async () => {
  const { memberId, headers } = await on.enrols(on.person('王阿姨'))
  await lives(memberId, 'S01')
  const ticket = await opens(memberId, '鸡蛋破了三个', { kind: 'return' })
  expect(ticket).toMatchObject({
    state: 'open',
    channel: 'desk',
    kind: 'return',
    memberId,
    name: '王**',
    storeCode: 'S01',
    subject: '鸡蛋破了三个',
    messages: [{ author: 'shopper', staffName: '小陈', text: '鸡蛋破了三个', outcome: null }],
  })
  // She sees it as her own, without the name of who wrote it down, and writes on in it.
  const mine = on.shop.call(ticketsApi, headers)
  expect((await mine.mine()).items.map(row => row.id)).toEqual([ticket.id])
  const params = { ticketId: ticket.id }
  const seen = await mine.thread({ params })
  expect(seen.messages).toMatchObject([{ author: 'shopper', text: '鸡蛋破了三个' }])
  expect(JSON.stringify(seen)).not.toContain('小陈')
  await mine.write({ params, body: { key: 'on-it-goes', text: '有人处理吗' } })
  // Further words join the ticket, whoever brings them; that it is a complaint now makes it one.
  const joined = await opens(memberId, '跑了三趟，要投诉', { kind: 'complaint' })
  expect(joined).toMatchObject({ id: ticket.id, kind: 'complaint', subject: '鸡蛋破了三个' })
  expect(joined.messages.map(({ text, staffName }) => [text, staffName])).toEqual([
    ['鸡蛋破了三个', '小陈'],
    ['有人处理吗', ''],
    ['跑了三趟，要投诉', '小陈'],
  ])
  const noted = await on.shop.db
    .selectFrom('audit_entry')
    .select(['subjectId', 'detailsJson'])
    .where('action', '=', 'tickets.open')
    .execute()
  expect(noted.map(entry => [entry.subjectId, JSON.parse(entry.detailsJson ?? '')])).toEqual([
    [ticket.id, { memberId, kind: 'return', joined: false }],
    [ticket.id, { memberId, kind: 'complaint', joined: true }],
  ])
})

test('it joins a ticket that was begun in the official account before the card', async () => {
  const person = on.person('李叔')
  on.wechat.actions.follow(person, on.official)
  on.wechat.actions.say(person, on.official, '几点关门')
  await on.settle()
  const { memberId } = await on.enrols(person)
  on.wechat.actions.say(person, on.official, '在吗')
  await on.settle()
  const [first] = await ticketsOf(memberId)
  expect(await opens(memberId, '他又打电话来问')).toMatchObject({ id: first, channel: 'official' })
  expect(await ticketsOf(memberId)).toEqual([first])
})

test('the same key is one message for ever; twenty at once are one message, or one ticket', async () => {
  const one = await someone()
  const said = { key: 'pressed-many-times' }
  const all = await Promise.all(Array.from({ length: 20 }, () => opens(one, '退一袋米', said)))
  expect(new Set(all.map(ticket => ticket.id)).size).toBe(1)
  const params = { ticketId: all[0]?.id ?? '' }
  await agent.call(ticketsApi).close({ params })
  const late = await opens(one, '退一袋米', said)
  expect(late).toMatchObject({ id: params.ticketId, state: 'closed' })
  expect(late.messages).toHaveLength(1)
  const acts = on.shop.db.selectFrom('audit_entry').select('id').where('action', '=', 'tickets.open')
  expect(await acts.where('subjectId', '=', params.ticketId).execute()).toHaveLength(1)

  const other = await someone()
  const many = await Promise.all(Array.from({ length: 20 }, (_, n) => opens(other, `第 ${n} 句`)))
  expect(new Set(many.map(ticket => ticket.id)).size).toBe(1)
  expect(await ticketsOf(other)).toHaveLength(1)
  const after = await agent.call(ticketsApi).get({ params: { ticketId: many[0]?.id ?? '' } })
  expect(after.messages).toHaveLength(20)
})

test('only for members of one’s own stores, into one’s own stores, and not into another’s ticket', async () => {
  const near = await on.shop.as('storeManager', { stores: ['S01'] })
  const far = await on.shop.as('storeManager', { stores: ['S02'] })
  const analyst = await on.shop.as('analyst')
  const { memberId, headers } = await on.enrols(on.person('钱婶'))
  await lives(memberId, 'S01')
  expect(await failure(opens(memberId, '价签不符', {}, far))).toBe('members.notFound')
  expect(await failure(opens(memberId, '价签不符', {}, analyst))).toBe('common.forbidden')
  expect(await failure(opens(memberId, '价签不符', { storeCode: 'S02' }, near))).toBe('tickets.notYourStore')
  expect(await ticketsOf(memberId)).toEqual([])
  // Her open ticket is the other store's: nothing of it is shown, and nothing is written into it.
  const { id } = await on.shop
    .call(ticketsApi, headers)
    .submit({ body: { key: 'of-the-other', kind: 'price', text: '东店的价签', storeCode: 'S02' } })
  await expect(opens(memberId, '又来问了', {}, near)).rejects.toMatchObject({ code: 'tickets.elsewhere' })
  const { messages } = await owner.call(ticketsApi).get({ params: { ticketId: id } })
  expect(messages).toHaveLength(1)
  expect(await opens(memberId, '又来问了')).toMatchObject({ id })
})

test('a receipt is one of the member’s own, within the caller’s stores', async () => {
  const [buyer, other] = [await someone(), await someone()]
  const receipt = async (storeCode: string) => {
    const id = on.shop.kernel.newId()
    await writeReceipt(on.shop, { id, memberId: buyer, storeCode, lines: [] })
    return id
  }
  const [own, far] = [await receipt('S01'), await receipt('S02')]
  const near = await on.shop.as('storeManager', { stores: ['S01'] })
  expect(await failure(opens(other, '菜烂了', { documentId: own }))).toBe('tickets.noReceipt')
  expect(await failure(opens(buyer, '菜烂了', { documentId: far }, near))).toBe('tickets.noReceipt')
  expect(await opens(buyer, '菜烂了', { documentId: own }, near)).toMatchObject({ documentId: own })
})

test('who was closed or merged away gets no ticket', async () => {
  const gone = await someone()
  await leaves(gone)
  expect(await failure(opens(gone, '还有事'))).toBe('tickets.memberGone')
  const [kept, merged] = [await someone(), await someone()]
  await owner.call(membersApi).merge({
    params: { memberId: kept },
    body: { otherId: merged, evidence: 'idCard', note: '身份证与两张卡一致' },
  })
  await on.settle()
  expect(await failure(opens(merged, '还有事'))).toBe('tickets.memberGone')
  expect(await opens(kept, '还有事')).toMatchObject({ memberId: kept })
})

test('the answer goes by the conversation, else by the credit of the mini-program, else it waits there', async () => {
  const talks = on.person('孙伯')
  const { memberId } = await on.enrols(talks)
  on.wechat.actions.follow(talks, on.official)
  on.wechat.actions.say(talks, on.official, '发票怎么开')
  await on.settle()
  await agent.call(ticketsApi).close({ params: { ticketId: (await ticketsOf(memberId))[0] ?? '' } })
  const spoken = await opens(memberId, '来电：发票抬头错了')
  expect(spoken).toMatchObject({ channel: 'desk', right: { route: 'customer_service' } })
  expect(await answers(spoken.id, '已重开，请查收')).toMatchObject({ route: 'customer_service', state: 'sent' })
  expect(talks.entries.at(-1)).toMatchObject({ from: 'account', way: 'custom', text: '已重开，请查收' })

  const silent = on.person('赵姐')
  const member = await on.enrols(silent)
  await on.allows(silent, member.headers, 'tmpl_ticket_replied')
  const asked = await opens(member.memberId, '来电：积分没有到')
  expect(await answers(asked.id, '正在核对')).toMatchObject({ route: 'subscribe', state: 'sent' })
  expect(silent.entries.filter(entry => entry.kind === 'subscribe')).toHaveLength(1)
  expect(await answers(asked.id, '已补上')).toMatchObject({ route: 'redDot', state: 'waiting' })
  expect(await on.shop.call(ticketsApi, member.headers).unread()).toEqual({ unread: 2 })

  // A card of paper, unknown to WeChat.
  const paper = await opens(await someone(), '来电：换一张卡')
  expect(await answers(paper.id, '到店办理')).toMatchObject({ route: 'redDot', state: 'waiting' })
})

test('who leaves takes the words along, and nobody else comes by what is left', async () => {
  const { memberId, headers } = await on.enrols(on.person('周某'))
  const { id } = await opens(memberId, '我的电话是一个秘密')
  await on.shop.call(membersApi, headers).closeMe({ body: { confirm: true } })
  await on.settle()
  const left = async () => [
    await on.shop.db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    await on.shop.db.selectFrom('ticket_message').selectAll().where('ticketId', '=', id).executeTakeFirstOrThrow(),
  ]
  expect(JSON.stringify(await left())).not.toContain('秘密')
  expect((await left())[0]).toMatchObject({ memberId: null, openid: '', state: 'closed', openKey: null })
  // What was opened at the desk is nobody's by an empty openid.
  const other = await someone()
  await inTransaction(on.shop.db, tx => recognise(tx, { appId: '', openid: '' }, other, 'S01'))
  expect(await ticketsOf(other)).toEqual([])
  await owner.call(ticketsApi).reopen({ params: { ticketId: id } })
  expect(await opens(other, '另一件事')).not.toMatchObject({ id })
})
