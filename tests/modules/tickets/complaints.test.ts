import { afterEach, beforeEach, expect, test } from 'vitest'
import { ticketsApi } from '../../../server/modules/tickets/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

let on: Stage
let agent: StaffUser
beforeEach(async () => {
  on = await stage()
  agent = await on.shop.as('agent', { name: '小陈' })
})
afterEach(() => on.close())

const desk = () => agent.call(ticketsApi)
const complaints = async (whose = agent) =>
  (await whose.call(ticketsApi).list({ query: { state: 'open', kind: 'complaint' } })).items.map(row => row.subject)
const someone = async () => on.shop.call(ticketsApi, (await on.enrols(on.person())).headers)

test('a complaint is the shopper’s own word; the store that it is about sees it until it is answered', async () => {
  const shopper = await someone()
  const { id } = await shopper.submit({
    body: { key: 'complaint-1', kind: 'complaint', text: '收银员态度很差', storeCode: 'S01' },
  })
  const quiet = await someone()
  await quiet.submit({ body: { key: 'no-complaint', kind: 'other', text: '几点关门', storeCode: 'S01' } })
  const near = await on.shop.as('storeManager', { stores: ['S01'] })
  const far = await on.shop.as('storeManager', { stores: ['S02'] })
  expect(await complaints(near)).toEqual(['收银员态度很差'])
  expect(await near.call(ticketsApi).summary()).toMatchObject({ open: 2, complaints: 1 })
  expect(await complaints(far)).toEqual([])
  expect(await far.call(ticketsApi).summary()).toMatchObject({ open: 0, complaints: 0 })
  expect(await near.call(ticketsApi).summary({ query: { storeCode: 'S02' } })).toMatchObject({ complaints: 0 })
  await desk().answer({ params: { ticketId: id }, body: { key: 'sorry-0001', text: '非常抱歉，店长马上给您回电' } })
  expect(await near.call(ticketsApi).summary()).toMatchObject({ open: 1, answered: 1, complaints: 0 })
  // Not content: it waits again.
  await shopper.write({ params: { ticketId: id }, body: { key: 'complaint-2', text: '没有人打来' } })
  expect(await complaints(near)).toEqual(['收银员态度很差'])
})

test('who complains while another matter is open makes that ticket a complaint; asking on does not undo it', async () => {
  const shopper = await someone()
  const { id } = await shopper.submit({ body: { key: 'matter-0001', kind: 'return', text: '想退一袋米' } })
  expect(await complaints()).toEqual([])
  const joined = await shopper.submit({ body: { key: 'matter-0002', kind: 'complaint', text: '退货跑了三趟' } })
  expect(joined).toMatchObject({ id, kind: 'complaint' })
  await shopper.submit({ body: { key: 'matter-0003', kind: 'other', text: '谁来处理' } })
  expect(await complaints()).toEqual(['想退一袋米'])
})

test('an agent says what a message is about, once, and it is on record; who may only read may not', async () => {
  const person = on.person('王阿姨')
  on.wechat.actions.follow(person, on.official)
  on.wechat.actions.say(person, on.official, '鱼不新鲜，要个说法')
  await on.settle()
  const [row] = (await desk().list()).items
  const params = { ticketId: row?.id ?? '' }
  expect(row?.kind).toBe('message')
  for (let times = 0; times < 2; times++)
    expect(await desk().classify({ params, body: { kind: 'complaint' } })).toMatchObject({ kind: 'complaint' })
  expect(await complaints()).toEqual(['鱼不新鲜，要个说法'])
  const noted = await on.shop.db
    .selectFrom('audit_entry')
    .select('detailsJson')
    .where('action', '=', 'tickets.classify')
    .execute()
  expect(noted.map(entry => JSON.parse(entry.detailsJson ?? ''))).toEqual([{ from: 'message', to: 'complaint' }])
  // Written on in WeChat it stays what it is.
  on.wechat.actions.say(person, on.official, '在吗')
  await on.settle()
  expect(await complaints()).toHaveLength(1)
  const far = await on.shop.as('storeManager', { stores: ['S02'] })
  await expect(far.call(ticketsApi).classify({ params, body: { kind: 'other' } })).rejects.toMatchObject({
    code: 'tickets.notFound',
  })
  const analyst = await on.shop.as('analyst')
  await expect(analyst.call(ticketsApi).classify({ params, body: { kind: 'other' } })).rejects.toMatchObject({
    code: 'common.forbidden',
  })
})
