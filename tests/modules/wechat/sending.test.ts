import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { Outgoing } from '../../../server/modules/wechat/index.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
let people: Person[]
const COUPON = 'tmpl_coupon_arrived'
beforeAll(async () => {
  on = await stage({ settings: { resultEvents: false } })
  people = Array.from({ length: 12 }, () => on.person())
  for (const person of people) on.wechat.actions.follow(person, on.official)
  await on.settle()
})
beforeEach(async () => {
  // What WeChat has said of quotas in another test.
  const stops = await on.shop.kernel.redis.keys(`*${on.shop.config.REDIS_PREFIX}:pace*`)
  if (stops.length > 0) await on.shop.kernel.redis.del(...stops)
  on.wechat.world.faults.remove(null)
  for (const table of ['wechat_message', 'wechat_credit', 'wechat_right_entry'] as const)
    await on.shop.db.deleteFrom(table).execute()
  const headers = await Promise.all(people.map(person => on.opens(person)))
  for (const [i, person] of people.entries()) await on.allows(person, headers[i] ?? { authorization: '' }, COUPON)
  for (const person of people) {
    person.entries.length = 0
    person.credits[`${on.mini.appId} ${COUPON}`] = 1
  }
})
afterAll(() => on.close())

const api = () => on.shop.modules.wechat
const keyed = (person: Person, key: string): Outgoing => ({
  key,
  group: 'test',
  appId: on.official.appId,
  openid: person.openids[on.official.appId] ?? '',
  route: 'template',
  purpose: 'service',
  templateId: 'tmpl_service_notice',
  body: { fields: { thing1: '门店公告', thing2: '明日盘点' } },
})
const unkeyed = (person: Person, key: string): Outgoing => ({
  ...keyed(person, key),
  appId: on.mini.appId,
  openid: person.openids[on.mini.appId] ?? '',
  route: 'subscribe',
  templateId: COUPON,
  body: { fields: { thing1: '满39减5', time2: '2026-12-31' } },
})
const plan = (messages: Outgoing[]) => inTransaction(on.shop.db, tx => api().plan(tx, messages))
const shown = () =>
  people.map(person => person.entries.filter(entry => entry.kind === 'template' || entry.kind === 'subscribe').length)
const states = async () =>
  await on.shop.db
    .selectFrom('wechat_message')
    .select(['state', 'attempts', 'errorCode', 'reason'])
    .orderBy('id')
    .execute()

test('one message per key, however often it is planned', async () => {
  const [person] = people
  if (person === undefined) throw new Error('nobody')
  await Promise.all([1, 2, 3].map(() => plan([keyed(person, 'k-1')])))
  await api().deliverer.deliver('test', { limit: 50 })
  await plan([keyed(person, 'k-1')])
  await api().deliverer.deliver('test', { limit: 50 })
  expect(shown()[0]).toBe(1)
  expect(await states()).toHaveLength(1)
})

test('ten workers at once send everybody one message', async () => {
  await plan(people.map((person, i) => unkeyed(person, `race-${i}`)))
  const done = await Promise.all(Array.from({ length: 10 }, () => api().deliverer.deliver('test', { limit: 3 })))
  expect(done.reduce((sum, { sent }) => sum + sent, 0)).toBe(people.length)
  expect(shown().every(count => count === 1)).toBe(true)
})

test('one call leases on as long as it may', async () => {
  await plan(people.map((person, i) => unkeyed(person, `on-${i}`)))
  expect(await api().deliverer.deliver('test', { limit: 2, forMs: 60_000 })).toEqual({
    claimed: people.length,
    sent: people.length,
  })
  expect(shown().every(count => count === 1)).toBe(true)
})

test('one slow answer holds up nobody: the others are sent and written down while it is waited for', async () => {
  const late = { match: { path: '/cgi-bin/message/subscribe/send' }, fault: { do: 'delay', ms: 3_000 } } as const
  on.wechat.world.faults.add({ ...late, skip: 0, times: 2, chance: 1 })
  await plan(people.map((person, i) => unkeyed(person, `slow-${i}`)))
  const delivering = api().deliverer.deliver('test', { limit: 100 })
  const count = async (state: string) => (await states()).filter(row => row.state === state).length
  await expect.poll(() => count('sent'), { timeout: 2_500 }).toBe(people.length - 2)
  expect(await count('sending')).toBe(2)
  expect(await delivering).toEqual({ claimed: people.length, sent: people.length })
  expect(await count('sent')).toBe(people.length)
  expect(shown().every(shownTo => shownTo === 1)).toBe(true)
})

test('told not to go on, it gives back what it has leased: all of it leaves later, once', async () => {
  await plan(people.map((person, i) => unkeyed(person, `off-${i}`)))
  const slow = { name: 'slow', perSecond: 4 }
  const goOn = () => Promise.resolve(false)
  const { claimed, sent } = await api().deliverer.deliver('test', { limit: 100, own: slow, forMs: 60_000, goOn })
  expect(claimed).toBe(people.length)
  expect(sent).toBeLessThan(people.length)
  expect((await states()).filter(({ state }) => state === 'planned')).toHaveLength(people.length - sent)
  expect(await api().deliverer.deliver('test', { limit: 100 })).toMatchObject({ sent: people.length - sent })
  expect(shown().every(count => count === 1)).toBe(true)
})

test('a broken line: a keyed message goes out again under its id, an unkeyed one is unknown and never again', async () => {
  const [first, second] = people
  if (first === undefined || second === undefined) throw new Error('nobody')
  on.wechat.world.faults.add({ match: {}, fault: { do: 'drop', when: 'after' }, skip: 0, times: 2, chance: 1 })
  await plan([keyed(first, 'line-1'), unkeyed(second, 'line-2')])
  await api().deliverer.deliver('test', { limit: 50 })
  expect((await states()).map(row => row.state)).toEqual(['planned', 'unknown'])
  on.shop.clock.advance(5_000)
  await api().deliverer.deliver('test', { limit: 50 })
  expect((await states()).map(row => row.state)).toEqual(['sent', 'unknown'])
  expect(shown().slice(0, 2)).toEqual([1, 1])
})

/** Sends what is planned; it arrives, but the answers are lost. */
async function lostAnswer(): Promise<void> {
  const lost = { match: { path: '/cgi-bin/message/template/send' }, fault: { do: 'drop', when: 'after' } } as const
  const { id } = on.wechat.world.faults.add({ ...lost, skip: 0, times: null, chance: 1 })
  await api().deliverer.deliver('test', { limit: 50 })
  on.wechat.world.faults.remove(id)
}

test('a stop while a message waits to be repeated leaves it unknown: it may have arrived', async () => {
  const [first, second] = people
  if (first === undefined || second === undefined) throw new Error('nobody')
  await plan([keyed(first, 'stop-1')])
  await lostAnswer()
  await plan([keyed(second, 'stop-2')])
  await inTransaction(on.shop.db, tx => api().withdraw(tx, 'test', 'stopped', on.shop.clock.now()))
  expect((await states()).map(row => row.state)).toEqual(['unknown', 'withdrawn'])
  on.shop.clock.advance(60_000)
  await api().deliverer.deliver('test', { limit: 50 })
  expect(shown().slice(0, 2)).toEqual([1, 0])
})

test('a repeat that comes too late for WeChat to know its id is not made: the message is unknown, and once on the phone', async () => {
  const [person] = people
  if (person === undefined) throw new Error('nobody')
  await plan([keyed(person, 'late-1')])
  await lostAnswer()
  expect((await states()).map(row => row.state)).toEqual(['planned'])
  // No worker was there for longer than WeChat remembers.
  on.shop.clock.advance(600_000)
  await api().deliverer.deliver('test', { limit: 50 })
  expect(await states()).toMatchObject([{ state: 'unknown', reason: 'repeatLate' }])
  expect(shown()[0]).toBe(1)
})

test('what a fallen worker left: after the lease keyed ones are repeated, others unknown, those within the lease are left alone', async () => {
  await plan(
    people.slice(0, 4).map((person, i) => (i % 2 === 0 ? keyed(person, `left-${i}`) : unkeyed(person, `left-${i}`))),
  )
  await on.shop.db
    .updateTable('wechat_message')
    .set({
      state: 'sending',
      claimToken: 'somebody-who-has-fallen-01',
      claimedAt: on.shop.clock.now(),
      firstSentAt: on.shop.clock.now(),
    })
    .execute()
  expect(await api().deliverer.leftovers()).toEqual({ again: 0, unknown: 0 })
  on.shop.clock.advance(31_000)
  expect(await api().deliverer.leftovers()).toEqual({ again: 2, unknown: 2 })
  // Beyond WeChat's memory of an id a repeat would be shown twice.
  await on.shop.db
    .updateTable('wechat_message')
    .set({ state: 'sending', claimedAt: on.shop.clock.now() })
    .where('clientMsgId', 'is not', null)
    .execute()
  on.shop.clock.advance(600_000)
  expect(await api().deliverer.leftovers()).toEqual({ again: 0, unknown: 2 })
})

test.each([
  ['busy', -1, 'planned'],
  ['too many a minute', 45011, 'planned'],
  ['quota used up', 45009, 'planned'],
  ['no right left', 43101, 'refused'],
  ['template gone', 40037, 'failed'],
  ['an unknown code', 99_999, 'failed'],
])('WeChat says: %s', async (_, errcode, state) => {
  const [person] = people
  if (person === undefined) throw new Error('nobody')
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/subscribe/send' },
    fault: { do: 'errcode', errcode },
    skip: 0,
    times: null,
    chance: 1,
  })
  await plan([unkeyed(person, `says-${errcode}`)])
  await api().deliverer.deliver('test', { limit: 50 })
  expect(await states()).toMatchObject([{ state, errorCode: errcode }])
  expect((await states())[0]?.reason).not.toBe('')
})

test('WeChat is away: nothing is lost, nothing counts as unknown', async () => {
  const [person] = people
  if (person === undefined) throw new Error('nobody')
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/template/send' },
    fault: { do: 'errcode', errcode: -1 },
    skip: 0,
    times: 3,
    chance: 1,
  })
  await plan([keyed(person, 'away-1')])
  for (let i = 0; i < 4; i++) {
    await api().deliverer.deliver('test', { limit: 50 })
    on.shop.clock.advance(60_000)
  }
  expect((await states()).map(row => row.state)).toEqual(['sent'])
  expect(shown()[0]).toBe(1)
})

test.each([
  ['refused', 43004],
  ['failed', 40037],
])('a repeat that is %s says nothing of the first try, which had arrived', async (ending, errcode) => {
  const [person] = people
  if (person === undefined) throw new Error('nobody')
  const path = '/cgi-bin/message/template/send'
  const strike = (fault: Parameters<typeof on.wechat.world.faults.add>[0]['fault'], skip: number) =>
    on.wechat.world.faults.add({ match: { path }, fault, skip, times: 1, chance: 1 })
  const tries = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) {
      await api().deliverer.deliver('test', { limit: 50 })
      on.shop.clock.advance(60_000)
    }
  }
  strike({ do: 'drop', when: 'after' }, 0)
  strike({ do: 'errcode', errcode }, 0)
  await plan([keyed(person, `arrived-${ending}`)])
  await tries(2)
  expect(await states()).toMatchObject([{ state: 'unknown', errorCode: errcode }])
  expect(shown()[0]).toBe(1)

  // Where the first try is known to have done nothing, the answer to the second is the end.
  strike({ do: 'errcode', errcode: -1 }, 0)
  strike({ do: 'errcode', errcode }, 0)
  await plan([keyed(person, `not-arrived-${ending}`)])
  await tries(2)
  expect((await states()).map(row => row.state).toSorted()).toEqual(['unknown', ending].toSorted())
  expect(shown()[0]).toBe(1)
})
