import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { shopDay } from '../../../server/kernel/clock.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { pointsCredited, pointsExpiringSoon } from '../../../server/modules/points/events.ts'
import type { Person } from '../../../sandbox/state/person.ts'
import { stage, type Stage } from '../../support/stage.ts'

let on: Stage
let person: Person
let memberId: string
beforeAll(async () => {
  on = await stage()
  person = on.person('王阿姨')
  ;({ memberId } = await on.enrols(person))
  on.wechat.actions.follow(person, on.official)
  await on.settle()
})
beforeEach(() => {
  person.entries.length = 0
})
afterAll(() => on.close())

const today = () => shopDay(on.shop.clock.now())
const credited = async (
  key: string,
  more: { amount?: number; latestBusinessDate?: string; memberId?: string } = {},
  times = 1,
) => {
  const item = {
    memberId,
    key,
    amount: 63,
    balance: 1286,
    documents: 1,
    latestBusinessDate: today(),
    storeCode: 'S01',
    ...more,
  }
  for (let i = 0; i < times; i++) await inTransaction(on.shop.db, tx => publish(tx, pointsCredited, { items: [item] }))
  await on.settle()
}
const notices = () => person.entries.filter(entry => entry.kind === 'template')

test('points that arrive are told once by a service notice, also when the event comes twice', async () => {
  await credited('settle-1', {}, 2)
  expect(notices()).toHaveLength(1)
  expect(notices()[0]?.fields).toEqual([
    { label: '消费门店', value: 'S01' },
    { label: '本次积分', value: '63' },
    { label: '积分余额', value: '1286' },
    { label: '消费时间', value: today() },
  ])
})

test.each([
  ['a return', { amount: -63 }],
  ['sales of last year', { latestBusinessDate: '2025-11-01' }],
  ['a member who does not follow', { memberId: '0'.repeat(26) }],
])('%s brings no notice', async (name, more) => {
  await credited(`none-${name}`, more)
  expect(notices()).toEqual([])
})

test('WeChat loses the answer of the notice: it is repeated under the same id and seen once', async () => {
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/template/send' },
    fault: { do: 'drop', when: 'after' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  await credited('lost-answer')
  on.shop.clock.advance(10_000)
  const sweep = on.shop.modules.jobs.find(job => job.name === 'wechat.sweep')
  await sweep?.run({}, { jobId: '', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
  await on.settle()
  expect(notices()).toHaveLength(1)
  expect(
    await on.shop.db
      .selectFrom('wechat_message')
      .select('state')
      .where('messageKey', '=', 'points:lost-answer')
      .execute(),
  ).toEqual([{ state: 'sent' }])
})

test('points that will expire are told of once for each month and notice, all its days together; who does not follow is left alone', async () => {
  const tell = async (notice: number, ...days: [expiresOn: string, points: number][]) => {
    const items = days.map(([expiresOn, points]) => ({ memberId, expiresOn, points, days: notice }))
    const stranger = { memberId: '0'.repeat(26), expiresOn: '2027-01-01', points: 5, days: notice }
    await inTransaction(on.shop.db, tx => publish(tx, pointsExpiringSoon, { items: [...items, stranger] }))
    await on.settle()
  }
  await tell(30, ['2027-01-01', 320], ['2027-01-15', 40])
  expect(notices().map(notice => notice.fields)).toEqual([
    [
      { label: '到期积分', value: '360' },
      { label: '有效期至', value: '2026-12-31' },
    ],
  ])
  await tell(30, ['2027-01-20', 7])
  expect(notices()).toHaveLength(1)
  await tell(30, ['2027-02-01', 9])
  expect(notices()).toHaveLength(2)
  await tell(7, ['2027-01-01', 320])
  await tell(7, ['2027-01-01', 320])
  expect(notices()).toHaveLength(3)
})
