import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { headIsRight } from './by-hand.ts'
import { crowd } from './crowd.ts'

const PEOPLE = 160
const COUPON = 'tmpl_coupon_arrived'
let on: Stage
let marketer: StaffUser
let segmentId: string
let people: Person[]

beforeAll(async () => {
  // A batch of 40 a second: slow enough to hold in the middle, and four batches in all.
  on = await stage({ settings: { resultEvents: false }, env: { CAMPAIGN_RATE: '40' } })
  people = await crowd(on, PEOPLE)
  marketer = await on.shop.as('marketer')
  segmentId = (await marketer.call(segmentsApi).create({ body: { name: '全部', rules: {} } })).id
  await on.shop.drain()
})
afterAll(() => on.close())

const api = () => marketer.call(campaignsApi)
const shown = () =>
  people.reduce((sum, person) => sum + person.entries.filter(entry => entry.kind === 'subscribe').length, 0)
const settled = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

async function launched(): Promise<string> {
  for (const person of people) {
    person.entries.length = 0
    person.credits[`${on.mini.appId} ${COUPON}`] = 1
  }
  await on.shop.db.updateTable('wechat_credit').set({ remaining: 1 }).execute()
  const text = { fields: { thing1: '满39减5', time2: '2026-12-31' } }
  const { id } = await api().create({
    body: { name: '慢慢发', purpose: 'marketing', segmentId, route: 'subscribe', text },
  })
  await api().launch({ params: { campaignId: id } })
  while (shown() === 0) await settled(20)
  return id
}

test('held in the middle nothing more goes out; resumed, everybody has it once', async () => {
  const campaignId = await launched()
  expect((await api().pause({ params: { campaignId } })).state).toBe('paused')
  // The batch in hand may still go; then it is quiet.
  await settled(500)
  const held = shown()
  expect(held).toBeLessThan(PEOPLE)
  await settled(2_500)
  expect(shown()).toBe(held)
  await api().resume({ params: { campaignId } })
  while ((await api().get({ params: { campaignId } })).state !== 'done') await settled(100)
  expect(people.every(person => person.entries.filter(entry => entry.kind === 'subscribe').length === 1)).toBe(true)
  await headIsRight(on.shop, marketer, campaignId)
})

test('stopped in the middle, the rest stays unsent for ever and the report says so', async () => {
  const campaignId = await launched()
  await api().stop({ params: { campaignId } })
  await settled(1_500)
  const { state, totals } = await api().get({ params: { campaignId } })
  expect(state).toBe('stopped')
  expect(totals.messages.sent).toBe(shown())
  expect(totals.messages.sent).toBeLessThan(PEOPLE)
  expect(totals.messages.sent + totals.messages.stopped).toBe(PEOPLE)
  const sweep = on.shop.modules.jobs.find(job => job.name === 'campaigns.sweep')
  on.shop.clock.advance(60_000)
  await sweep?.run({}, { jobId: '', attempt: 1, progress: async () => undefined, signal: new AbortController().signal })
  await settled(1_500)
  expect(shown()).toBe(totals.messages.sent)
  await headIsRight(on.shop, marketer, campaignId)
})
