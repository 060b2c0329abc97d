import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import type { Outgoing } from '../../../server/modules/wechat/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

// A broken line hides whether a message arrived. What then: WeChat's own report, or somebody who has asked.
let on: Stage
let marketer: StaffUser
let auntie: Person
let memberId: string
let headers: { authorization: string }
const COUPON = 'tmpl_coupon_arrived'
beforeAll(async () => {
  on = await stage()
  marketer = await on.shop.as('marketer')
  auntie = on.person('王阿姨')
  ;({ memberId, headers } = await on.enrols(auntie))
})
beforeEach(async () => {
  on.wechat.world.faults.remove(null)
  on.wechat.world.settings.resultEvents = false
  for (const table of ['wechat_message', 'wechat_credit', 'wechat_right_entry'] as const)
    await on.shop.db.deleteFrom(table).execute()
  auntie.credits[`${on.mini.appId} ${COUPON}`] = 0
})
afterAll(() => on.close())

const api = () => on.shop.modules.wechat
const desk = () => marketer.call(wechatApi)
const coupon = (key: string): Outgoing => ({
  key,
  group: 'test',
  appId: on.mini.appId,
  openid: auntie.openids[on.mini.appId] ?? '',
  route: 'subscribe',
  purpose: 'marketing',
  templateId: COUPON,
  body: { fields: { thing1: '满39减5', time2: '2026-12-31' } },
})
const stateOf = async (key: string) => (await api().outcomes([key])).get(key)?.state
const credit = () => on.shop.db.selectFrom('wechat_credit').select(['remaining', 'reserved']).executeTakeFirst()

/** A message whose answer is lost; `arrives` says whether WeChat had taken it. */
async function lost(key: string, arrives: boolean): Promise<string> {
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/subscribe/send' },
    fault: { do: 'drop', when: arrives ? 'after' : 'before' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  await inTransaction(on.shop.db, tx => api().plan(tx, [coupon(key)]))
  await api().deliverer.deliver('test', { limit: 10 })
  const row = await on.shop.db
    .selectFrom('wechat_message')
    .select('id')
    .where('messageKey', '=', key)
    .executeTakeFirstOrThrow()
  return row.id
}

test('WeChat’s own report resolves it: it arrived, and the credit is spent', async () => {
  on.wechat.world.settings.resultEvents = true
  await on.allows(auntie, headers, COUPON)
  await lost('report-1', true)
  expect(await stateOf('report-1')).toBe('unknown')
  await on.settle()
  expect(await stateOf('report-1')).toBe('sent')
  expect(await credit()).toEqual({ remaining: 0, reserved: 0 })
  expect(await api().differences()).toEqual([])
})

test('without a report it stands in the list with who and what, and waits', async () => {
  await on.allows(auntie, headers, COUPON, 2)
  await lost('list-1', false)
  const { items } = await desk().unknownMessages({ query: {} })
  expect(items).toMatchObject([
    { route: 'subscribe', template: 'couponArrived', memberId, text: '满39减5 · 2026-12-31' },
  ])
  expect(items[0]?.name).toMatch(/\*\*$/)
  expect(items[0]?.reason).toContain('无法确认')
  await api().deliverer.leftovers()
  expect((await api().deliverer.deliver('test', { limit: 10 })).claimed).toBe(0)
})

test('somebody found out that it arrived: sent, spent, and no longer in the list', async () => {
  await on.allows(auntie, headers, COUPON)
  const messageId = await lost('arrived-1', true)
  expect(await desk().decideMessage({ params: { messageId }, body: { decision: 'arrived' } })).toEqual({
    state: 'sent',
  })
  expect(await credit()).toEqual({ remaining: 0, reserved: 0 })
  expect((await desk().unknownMessages({ query: {} })).items).toEqual([])
  await expect(desk().decideMessage({ params: { messageId }, body: { decision: 'sendAgain' } })).rejects.toMatchObject({
    code: 'wechat.notUnknown',
  })
  expect(await api().differences()).toEqual([])
})

test('sent again by a person’s word, once however often the button is pressed, under a new key, written into the log', async () => {
  await on.allows(auntie, headers, COUPON)
  const messageId = await lost('again-1', false)
  const before = auntie.entries.length
  await Promise.all(
    Array.from({ length: 5 }, () => desk().decideMessage({ params: { messageId }, body: { decision: 'sendAgain' } })),
  )
  await on.settle()
  expect(auntie.entries.length - before).toBe(1)
  expect(await stateOf(`again:${messageId}`)).toBe('sent')
  expect(await stateOf('again-1')).toBe('failed')
  expect(await credit()).toEqual({ remaining: 0, reserved: 0 })
  const logged = await on.shop.db
    .selectFrom('audit_entry')
    .selectAll()
    .where('action', '=', 'wechat.decideMessage')
    .where('subjectId', '=', messageId)
    .execute()
  expect(logged).toHaveLength(1)
  expect(await api().differences()).toEqual([])
})

test('given up: the credit is free again', async () => {
  await on.allows(auntie, headers, COUPON)
  const messageId = await lost('given-up', false)
  await desk().decideMessage({ params: { messageId }, body: { decision: 'givenUp' } })
  expect(await stateOf('given-up')).toBe('failed')
  expect(await credit()).toEqual({ remaining: 1, reserved: 0 })
})

test('who may only read sees the list but decides nothing; a store’s own staff sees none of it', async () => {
  await on.allows(auntie, headers, COUPON)
  const messageId = await lost('guard', false)
  const agent = await on.shop.as('agent')
  expect((await agent.call(wechatApi).unknownMessages({ query: {} })).items).toHaveLength(1)
  await expect(
    agent.call(wechatApi).decideMessage({ params: { messageId }, body: { decision: 'arrived' } }),
  ).rejects.toMatchObject({ status: 403 })
  const store = await on.shop.as('marketer', { stores: ['S01'] })
  expect((await store.call(wechatApi).unknownMessages({ query: {} })).items).toEqual([])
  await expect(
    store.call(wechatApi).decideMessage({ params: { messageId }, body: { decision: 'arrived' } }),
  ).rejects.toMatchObject({ status: 404 })
})

test('the member’s page: every message with its fate, and by which ways they can be reached now', async () => {
  await on.allows(auntie, headers, COUPON, 2)
  await lost('page-1', false)
  await inTransaction(on.shop.db, tx => api().plan(tx, [{ ...coupon('page-2'), group: 'test-2' }]))
  await api().deliverer.deliver('test-2', { limit: 10 })
  const { items } = await desk().memberMessages({ params: { memberId }, query: {} })
  expect(items.map(({ state }) => state)).toEqual(['sent', 'unknown'])
  const ways = await desk().memberWays({ params: { memberId }, query: { purpose: 'marketing' } })
  expect(ways.closed).toContainEqual(expect.objectContaining({ route: 'template', why: 'purpose' }))
  const elsewhere = await on.shop.as('storeManager', { stores: ['S99'] })
  await expect(elsewhere.call(wechatApi).memberMessages({ params: { memberId }, query: {} })).rejects.toMatchObject({
    status: 404,
  })
})
