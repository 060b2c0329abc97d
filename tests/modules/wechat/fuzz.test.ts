import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { codecLaws, doorLaws, strangeAtDoor } from '../../../bench/fuzz/laws.ts'
import { genuine } from '../../../bench/fuzz/hostile.ts'
import { account } from '../../../bench/intake/pushes.ts'
import { world, type World } from '../../support/world.ts'
import { post } from './pushes.ts'

let shop: World
beforeAll(async () => {
  shop = await world({ WECHAT_ACCOUNTS: JSON.stringify([account]) })
})
beforeEach(async () => {
  await shop.db.deleteFrom('wechat_inbound').execute()
})
afterAll(() => shop.close())

const stored = () => shop.db.selectFrom('wechat_inbound').select('id').execute()
const door = (): string => `${shop.url}/wechat/${account.appId}`

test('the codec lets in nothing that WeChat has not signed and sealed, and falls over nothing', () => {
  // Of what is strange but sealed some can be read: the generators are not all noise.
  expect(codecLaws(3_000)).toBeGreaterThan(0)
}, 60_000)

test('the door refuses everything forged and keeps nothing of it', async () => {
  await doorLaws(door(), 1_000)
  expect(await stored()).toEqual([])
  // The same generators do make pushes that are let in, when nothing about them is forged.
  const { query, body } = genuine(7)
  expect((await post(shop.url, query, body, account.appId)).status).toBe(200)
  expect(await stored()).toHaveLength(1)
}, 60_000)

test('what WeChat itself has sealed is taken in or refused, whatever it says, and the work goes on', async () => {
  await strangeAtDoor(door(), 500)
  await shop.drain()
  // A report of a message that nobody has sent is put away after ten minutes.
  shop.clock.advance(601_000)
  await shop.modules.jobs
    .find(job => job.name === 'wechat.intake')
    ?.run({}, { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
  const left = await shop.db.selectFrom('wechat_inbound').select('id').where('workedAt', 'is', null).execute()
  expect(left).toEqual([])
}, 60_000)
