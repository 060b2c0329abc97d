import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { wechatApi } from '../../../server/modules/wechat/contract/index.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'

// Mass messages: one intent, sent once under WeChat's own key, ended by what WeChat counts; four a month for each person.
let on: Stage
let marketer: StaffUser
let people: Person[]
beforeAll(async () => {
  on = await stage({ settings: { massAfterMs: 50 } })
  marketer = await on.shop.as('marketer')
  people = Array.from({ length: 5 }, () => on.person())
  for (const person of people) on.wechat.actions.follow(person, on.official)
  await on.settle()
})
beforeEach(() => on.wechat.world.faults.remove(null))
afterAll(() => on.close())

const desk = () => marketer.call(wechatApi)
const openids = () => people.map(person => person.openids[on.official.appId] ?? '')
const content = { type: 'text', text: '本周鲜果到货' } as const
const named = (key: string) =>
  desk().sendMass({ body: { key, purpose: 'marketing', target: { kind: 'openids', openids: openids() }, content } })
async function work(): Promise<void> {
  const sweep = on.shop.modules.jobs.find(job => job.name === 'wechat.sweep')
  await sweep?.run(
    {},
    { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal },
  )
}
const shown = (text: string) => people.map(person => person.entries.filter(entry => entry.text === text).length)
const rowOf = async (id: string) => (await desk().masses({ query: {} })).items.find(row => row.id === id)
/** Works until a mass message has ended; WeChat's event comes a moment after. */
async function ended(id: string) {
  for (let tries = 0; ; tries++) {
    await work()
    await on.settle()
    const row = await rowOf(id)
    if (row === undefined || !['planned', 'sending', 'submitted'].includes(row.state) || tries > 60) return row
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
const used = async () =>
  (await on.shop.db.selectFrom('wechat_reach').select('massUsed').execute()).map(row => row.massUsed)

test('sent to named people once, however often it is asked for; WeChat’s counts end it and each slot is spent', async () => {
  const rows = await Promise.all(Array.from({ length: 4 }, () => named('mass-key-1')))
  expect(new Set(rows.map(row => row.id)).size).toBe(1)
  const row = await ended(rows[0]?.id ?? '')
  expect(row).toMatchObject({ state: 'sent', people: 5, counts: { total: 5, sent: 5, failed: 0 } })
  expect(shown('本周鲜果到货')).toEqual([1, 1, 1, 1, 1])
  expect(await used()).toEqual([1, 1, 1, 1, 1])
  expect(await on.shop.modules.wechat.differences()).toEqual([])
})

test('the answer is lost: the repeat under the same key is known to WeChat (45065), and everybody has it once', async () => {
  on.wechat.world.faults.add({
    match: { path: '/cgi-bin/message/mass/send' },
    fault: { do: 'drop', when: 'after' },
    skip: 0,
    times: 1,
    chance: 1,
  })
  for (const person of people) person.entries.length = 0
  const { id } = await named('mass-key-2')
  await work()
  expect((await rowOf(id))?.state).toBe('planned')
  on.shop.clock.advance(120_000)
  expect(await ended(id)).toMatchObject({ state: expect.stringMatching(/^(sent|submitted)$/) })
  expect(shown('本周鲜果到货')).toEqual([1, 1, 1, 1, 1])
})

test('withdrawn before it left, the slots are free again; the fifth of a month is not even planned', async () => {
  const { id } = await named('mass-key-3')
  expect(await used()).toEqual([3, 3, 3, 3, 3])
  expect((await desk().withdrawMass({ params: { massId: id } })).state).toBe('withdrawn')
  expect(await used()).toEqual([2, 2, 2, 2, 2])
  await named('mass-key-4')
  await named('mass-key-5')
  await expect(named('mass-key-6')).rejects.toMatchObject({ code: 'wechat.noRightLeft' })
  expect(await on.shop.modules.wechat.differences()).toEqual([])
})

test('a preview goes to one person and spends nothing', async () => {
  const [first] = people
  if (first === undefined) throw new Error('nobody')
  const before = await used()
  await desk().previewMass({
    body: { openid: openids()[0] ?? '', content: { type: 'text', text: '预览一下' } },
  })
  expect(shown('预览一下')).toEqual([1, 0, 0, 0, 0])
  expect(await used()).toEqual(before)
})
