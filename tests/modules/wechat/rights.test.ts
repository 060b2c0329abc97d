import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { shopInstant } from '../../../server/kernel/clock.ts'
import { SEND_NOW, type Outgoing } from '../../../server/modules/wechat/index.ts'
import { openWindows, grantCredit, setFollowing } from '../../../server/modules/wechat/repository/rights/grants.ts'
import { reserveMassSlots } from '../../../server/modules/wechat/repository/rights/reservations.ts'
import { monthEnd } from '../../../server/modules/wechat/service/limits.ts'
import { stage, type Stage } from '../../support/stage.ts'

// What we may send to whom: asked for, held, used up, given back, and what WeChat says about it.
let on: Stage
const COUPON = 'tmpl_coupon_arrived'
beforeAll(async () => {
  on = await stage({ settings: { resultEvents: false } })
})
beforeEach(async () => {
  on.wechat.world.faults.remove(null)
  for (const table of ['wechat_message', 'wechat_credit', 'wechat_right_entry', 'wechat_reach'] as const)
    await on.shop.db.deleteFrom(table).execute()
})
afterAll(() => on.close())

const api = () => on.shop.modules.wechat
const pen = () => ({ newId: on.shop.kernel.newId, now: on.shop.clock.now() })
const miniOf = (person: Person) => ({ appId: on.mini.appId, openid: person.openids[on.mini.appId] ?? '' })
const officialOf = (person: Person) => ({ appId: on.official.appId, openid: person.openids[on.official.appId] ?? '' })
const coupon = (person: { appId: string; openid: string }, key: string, group = 'test'): Outgoing => ({
  key,
  group,
  ...person,
  route: 'subscribe',
  purpose: 'marketing',
  templateId: COUPON,
  body: { fields: { thing1: '满39减5', time2: '2026-12-31' } },
})
const answer = (person: { appId: string; openid: string }, key: string, group = SEND_NOW): Outgoing => ({
  key,
  group,
  ...person,
  route: 'customer_service',
  purpose: 'service',
  templateId: '',
  body: { text: '您好,小票已补录' },
  asked: true,
})
const plan = (messages: Outgoing[]) => inTransaction(on.shop.db, tx => api().plan(tx, messages))
const allows = async (person: Person, times: number) => on.allows(person, await on.opens(person), COUPON, times)
const credit = () => on.shop.db.selectFrom('wechat_credit').select(['remaining', 'reserved']).executeTakeFirst()
const acts = async () =>
  (await on.shop.db.selectFrom('wechat_right_entry').select('act').orderBy('id').execute()).map(row => row.act)
/** Time passes for the shop and for WeChat. */
async function later(advanceMs: number): Promise<void> {
  on.shop.clock.advance(advanceMs)
  const headers = { 'content-type': 'application/json' }
  await fetch(`${on.wechat.url}/__sim/clock`, { method: 'POST', headers, body: JSON.stringify({ advanceMs }) })
}
const stateOf = async (key: string) => (await api().outcomes([key])).get(key)

test('a credit is held from the planning on, spent by the sending, and nothing is left of it', async () => {
  const auntie = on.person('王阿姨')
  await allows(auntie, 1)
  await plan([coupon(miniOf(auntie), 'k-1')])
  expect(await credit()).toEqual({ remaining: 0, reserved: 1 })
  await api().deliverer.deliver('test', { limit: 10 })
  expect(await credit()).toEqual({ remaining: 0, reserved: 0 })
  expect(await acts()).toEqual(['granted', 'reserved', 'spent'])
  expect(await api().differences()).toEqual([])
})

test('one credit, two campaigns at once: one message is planned, the other is told that no right is left', async () => {
  for (let round = 0; round < 10; round++) {
    const auntie = on.person()
    await allows(auntie, 1)
    const told = await Promise.all(
      ['a', 'b', 'c', 'd'].map(name => plan([coupon(miniOf(auntie), `${round}-${name}`, `group-${name}`)])),
    )
    expect(told.filter(without => without.size === 0)).toHaveLength(1)
  }
  expect(await api().differences()).toEqual([])
})

test('the same key planned many times at once holds one credit', async () => {
  const auntie = on.person()
  await allows(auntie, 5)
  await Promise.all(Array.from({ length: 8 }, () => plan([coupon(miniOf(auntie), 'same')])))
  expect(await credit()).toEqual({ remaining: 4, reserved: 1 })
  expect(await api().differences()).toEqual([])
})

test('what is withdrawn gives its credit back, also when a sender had leased it', async () => {
  const people = Array.from({ length: 5 }, () => on.person())
  for (const person of people) await allows(person, 1)
  await plan(people.map((person, i) => coupon(miniOf(person), `w-${i}`)))
  await on.shop.db
    .updateTable('wechat_message')
    .set({ claimToken: 'a sender', notBefore: on.shop.clock.now() })
    .execute()
  const count = await inTransaction(on.shop.db, tx => api().withdraw(tx, 'test', 'stopped', on.shop.clock.now()))
  expect(count).toBe(5)
  expect(await credit()).toEqual({ remaining: 1, reserved: 0 })
  expect((await api().deliverer.deliver('test', { limit: 10 })).claimed).toBe(0)
  expect(await api().differences()).toEqual([])
})

test('WeChat says that nothing is left (43101): the ledger believes it', async () => {
  const auntie = on.person()
  await allows(auntie, 3)
  auntie.credits[`${on.mini.appId} ${COUPON}`] = 0
  await plan([coupon(miniOf(auntie), 'r-1')])
  await api().deliverer.deliver('test', { limit: 10 })
  expect(await stateOf('r-1')).toMatchObject({ state: 'refused', errorCode: 43101 })
  expect(await credit()).toEqual({ remaining: 0, reserved: 0 })
  expect(await acts()).toEqual(['granted', 'granted', 'granted', 'reserved', 'reconciled', 'reconciled'])
  expect(await api().differences()).toEqual([])
})

test('a broken line keeps the credit held: nobody knows whether it was used', async () => {
  const auntie = on.person()
  await allows(auntie, 2)
  on.wechat.world.faults.add({ match: {}, fault: { do: 'drop', when: 'after' }, skip: 0, times: 1, chance: 1 })
  await plan([coupon(miniOf(auntie), 'u-1')])
  await api().deliverer.deliver('test', { limit: 10 })
  expect((await stateOf('u-1'))?.state).toBe('unknown')
  expect(await credit()).toEqual({ remaining: 1, reserved: 1 })
  expect(await api().differences()).toEqual([])
})

test('five answers in 48 hours after a message; the sixth is refused before any byte leaves, a new message gives five again', async () => {
  const uncle = on.person('李叔')
  on.wechat.actions.follow(uncle, on.official)
  await on.settle()
  await later(90_000)
  on.wechat.actions.say(uncle, on.official, '积分没到账')
  await on.settle()
  const person = officialOf(uncle)
  expect(await api().windowOf(person)).toMatchObject({ left: 5 })
  const without = await Promise.all(Array.from({ length: 7 }, (_, i) => plan([answer(person, `a-${i}`, 'desk')])))
  expect(without.filter(keys => keys.size === 0)).toHaveLength(5)
  await api().deliverer.deliver('desk', { limit: 10 })
  expect(uncle.entries.filter(entry => entry.text === '您好,小票已补录')).toHaveLength(5)
  await plan([answer(person, 'sixth')])
  expect(await stateOf('sixth')).toMatchObject({ state: 'refused', reason: 'noWindow' })
  await later(1_000)
  on.wechat.actions.say(uncle, on.official, '在吗')
  await on.settle()
  expect(await api().windowOf(person)).toMatchObject({ left: 5 })
  // Seven planned in one go find five as well.
  const together = await plan(Array.from({ length: 7 }, (_, i) => answer(person, `b-${i}`, 'desk')))
  expect(together.size).toBe(2)
  expect(await api().differences()).toEqual([])
})

test.each([45015, 45047])('WeChat says that the window is closed (%i): it is closed for us too', async errcode => {
  const custom = { match: { path: '/cgi-bin/message/custom/send' }, skip: 0, times: 1, chance: 1 }
  on.wechat.world.faults.add({ ...custom, fault: { do: 'errcode', errcode } })
  const person = { appId: on.official.appId, openid: officialOf(on.person()).openid }
  const until = new Date(on.shop.clock.now().getTime() + 3_600_000)
  await inTransaction(on.shop.db, tx => openWindows(tx, [{ ...person, kind: 'message', until, left: 5 }], pen()))
  await plan([answer(person, 'closed', 'desk')])
  await api().deliverer.deliver('desk', { limit: 10 })
  expect(await stateOf('closed')).toMatchObject({ state: 'refused', errorCode: errcode })
  expect(await api().windowOf(person)).toBeNull()
  expect(await api().differences()).toEqual([])
})

// Receiving switched off, not following, on our blacklist: nothing of ours arrives.
test.each([48002, 43004, 43005, 43019])(
  'who takes nothing of ours (%i) is not reached by the official account, until they follow anew',
  async errcode => {
    const auntie = on.person()
    on.wechat.actions.follow(auntie, on.official)
    await on.settle()
    const routes = async () =>
      (await api().reach([officialOf(auntie)], 'service')).ways
        .map(way => way.route)
        .filter(route => route !== 'customer_service')
    expect(await routes()).toEqual(['template', 'mass'])
    on.wechat.world.faults.add({
      match: { path: '/cgi-bin/message/template/send' },
      fault: { do: 'errcode', errcode },
      skip: 0,
      times: 1,
      chance: 1,
    })
    const notice = {
      ...coupon(officialOf(auntie), `blocked-${errcode}`),
      route: 'template',
      purpose: 'service',
    } as const
    await plan([{ ...notice, templateId: 'tmpl_service_notice', body: { fields: { thing1: '盘点', thing2: '明日' } } }])
    await api().deliverer.deliver('test', { limit: 10 })
    expect(await routes()).toEqual([])
    expect((await api().reach([officialOf(auntie)], 'service')).closed).toContainEqual(
      expect.objectContaining({ route: 'template', why: 'blocked' }),
    )
    await later(2_000)
    on.wechat.actions.unfollow(auntie, on.official)
    await on.settle()
    await later(2_000)
    on.wechat.actions.follow(auntie, on.official)
    await on.settle()
    expect(await routes()).toEqual(['template', 'mass'])
    expect(await api().differences()).toEqual([])
  },
)

test('which routes are open depends on the purpose, and the answer says why not by the others', async () => {
  const auntie = on.person()
  on.wechat.actions.follow(auntie, on.official)
  await allows(auntie, 2)
  await on.settle()
  const reach = await api().reach([officialOf(auntie), miniOf(auntie)], 'marketing')
  expect(reach.ways.map(({ route, template, left }) => ({ route, template, left }))).toEqual([
    { route: 'mass', template: '', left: 4 },
    { route: 'subscribe', template: 'couponArrived', left: 2 },
  ])
  expect(reach.closed).toContainEqual(expect.objectContaining({ route: 'template', why: 'purpose' }))
  expect(reach.closed).toContainEqual(
    expect.objectContaining({ route: 'subscribe', template: 'ticketReplied', why: 'noCredit' }),
  )
  expect((await api().reach([], 'service')).closed).toContainEqual(
    expect.objectContaining({ route: 'subscribe', why: 'neverSeen' }),
  )
})

test('a person takes four mass messages a calendar month of the shop’s zone', async () => {
  const person = officialOf(on.person())
  const take = (id: string, at: Date) =>
    inTransaction(on.shop.db, tx =>
      reserveMassSlots(
        tx,
        { id, appId: person.appId, openids: [person.openid], until: monthEnd(at, 'Asia/Shanghai'), aMonth: 4 },
        { ...pen(), now: at },
      ),
    )
  await inTransaction(on.shop.db, tx => setFollowing(tx, [person]))
  const last = new Date('2026-11-30T15:59:59.000Z')
  const tries = await Promise.all(Array.from({ length: 6 }, (_, i) => take(`mass-${i}`, last)))
  expect(tries.filter(got => got.length === 1)).toHaveLength(4)
  // One second later it is December in Shanghai.
  expect(await take('mass-december', new Date('2026-11-30T16:00:00.000Z'))).toHaveLength(1)
  expect(await api().differences()).toEqual([])
})

test('the end of the month is that of the shop’s zone', () => {
  expect(monthEnd(new Date('2026-12-31T15:59:59Z'), 'Asia/Shanghai')).toEqual(shopInstant('2027-01-01 00:00'))
  expect(monthEnd(new Date('2026-12-31T16:00:00Z'), 'Asia/Shanghai')).toEqual(shopInstant('2027-02-01 00:00'))
})

const step = fc.oneof(
  fc.record({ do: fc.constant('accept' as const), who: fc.nat(2), key: fc.nat(6) }),
  fc.record({ do: fc.constant('write' as const), who: fc.nat(2), second: fc.nat(200) }),
  fc.record({
    do: fc.constant('plan' as const),
    who: fc.nat(2),
    by: fc.constantFrom('subscribe', 'answer'),
    key: fc.nat(12),
  }),
  fc.record({ do: fc.constant('send' as const) }),
  fc.record({ do: fc.constant('withdraw' as const) }),
  fc.record({ do: fc.constant('fail' as const), errcode: fc.constantFrom(43101, 45047, 40037, 48002) }),
  fc.record({ do: fc.constant('break' as const) }),
  fc.record({ do: fc.constant('later' as const), seconds: fc.constantFrom(30, 90, 3_600, 200_000) }),
)

test('whatever happens, in any order and on many connections at once: projection, ledger and messages say the same', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async steps => {
      run++
      const crowd = Array.from({ length: 3 }, (_, i) => `o-${run}-${i}`)
      const mini = (who: number) => ({ appId: on.mini.appId, openid: crowd[who] ?? '' })
      const official = (who: number) => ({ appId: on.official.appId, openid: crowd[who] ?? '' })
      const act = async (one: (typeof steps)[number]): Promise<unknown> => {
        const { db, clock } = on.shop
        switch (one.do) {
          case 'accept':
            return inTransaction(db, tx =>
              grantCredit(tx, mini(one.who), COUPON, `${run}:${one.who}:${one.key}`, pen()),
            )
          case 'write': {
            const until = new Date(clock.now().getTime() + one.second * 1_000)
            return inTransaction(db, tx =>
              openWindows(
                tx,
                [{ ...official(one.who), kind: one.second % 2 === 0 ? 'message' : 'touch', until, left: 3 }],
                pen(),
              ),
            )
          }
          case 'plan': {
            const key = `${run}-${one.by}-${one.key}`
            return plan([one.by === 'subscribe' ? coupon(mini(one.who), key) : answer(official(one.who), key, 'test')])
          }
          case 'send':
            return api().deliverer.deliver('test', { limit: 5 })
          case 'withdraw':
            return inTransaction(db, tx => api().withdraw(tx, 'test', 'stopped', clock.now()))
          case 'fail':
            on.wechat.world.faults.add({
              match: {},
              fault: { do: 'errcode', errcode: one.errcode },
              skip: 0,
              times: 2,
              chance: 1,
            })
            return undefined
          case 'break':
            on.wechat.world.faults.add({
              match: {},
              fault: { do: 'drop', when: 'after' },
              skip: 0,
              times: 1,
              chance: 1,
            })
            return undefined
          case 'later':
            return clock.advance(one.seconds * 1_000)
        }
      }
      // Four at a time: the order among them is the database's.
      for (let i = 0; i < steps.length; i += 4) await Promise.all(steps.slice(i, i + 4).map(act))
      on.wechat.world.faults.remove(null)
      expect(await api().differences()).toEqual([])
      const below = await on.shop.db
        .selectFrom('wechat_credit')
        .select('openid')
        .where(or => or.or([or('remaining', '<', 0), or('reserved', '<', 0)]))
        .execute()
      expect(below).toEqual([])
    }),
    { numRuns: 40 },
  )
}, 120_000)
