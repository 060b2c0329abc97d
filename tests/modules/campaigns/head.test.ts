import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { untilSeen } from '../../support/seen.ts'
import { stage, type Stage } from '../../support/stage.ts'
import type { StaffUser } from '../../support/world.ts'
import { headAddsUp, headIsRight } from './by-hand.ts'
import { crowd } from './crowd.ts'

// More than one piece of coupons and one of messages: 500 people each.
const PEOPLE = 620
let on: Stage
let marketer: StaffUser
let segmentId: string

beforeEach(async () => {
  on = await stage({ settings: { resultEvents: false }, env: { CAMPAIGN_RATE: '100000' } })
  await crowd(on, PEOPLE)
  marketer = await on.shop.as('marketer')
  segmentId = (await marketer.call(segmentsApi).create({ body: { name: '全部', rules: {} } })).id
})
afterEach(() => on.close())

const api = () => marketer.call(campaignsApi)
const still = { jobId: '', attempt: 1, progress: async () => undefined, signal: new AbortController().signal }
const jobOf = (name: string) => {
  const job = on.shop.modules.jobs.find(one => one.name === name)
  if (job === undefined) throw new Error(`no job ${name}`)
  return job
}

/** One piece of work of whoever is the worker now. No queue runs here: the storm is the queue. */
async function piece(campaignId: string): Promise<void> {
  const { chain } = await on.shop.db
    .selectFrom('campaign')
    .select('chain')
    .where('id', '=', campaignId)
    .executeTakeFirstOrThrow()
  if (chain !== null) await jobOf('campaigns.run').run({ campaignId, chain }, still)
}

/** What may happen to a campaign; what is not allowed now is refused, which is its own answer. */
const ACTS: Readonly<
  Record<'piece' | 'pause' | 'resume' | 'stop' | 'silence' | 'look', (campaignId: string) => Promise<unknown>>
> = {
  piece,
  pause: (campaignId: string) => api().pause({ params: { campaignId } }),
  resume: (campaignId: string) => api().resume({ params: { campaignId } }),
  stop: (campaignId: string) => api().stop({ params: { campaignId } }),
  silence: async () => {
    on.shop.clock.advance(60_000)
    await jobOf('campaigns.sweep').run({}, still)
  },
  look: (campaignId: string) => headAddsUp(marketer, campaignId),
}
const act = fc.oneof(
  { weight: 8, arbitrary: fc.constant('piece' as const) },
  { weight: 3, arbitrary: fc.constant('look' as const) },
  { weight: 2, arbitrary: fc.constantFrom('pause' as const, 'silence' as const) },
  { weight: 3, arbitrary: fc.constant('resume' as const) },
  { weight: 1, arbitrary: fc.constant('stop' as const) },
)

async function template(stock: number): Promise<string> {
  const { templateId } = await marketer
    .call(couponsApi)
    .createTemplate({ body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock } })
  await marketer.call(couponsApi).activateTemplate({ params: { templateId } })
  return templateId
}

test(
  'the head of a campaign is what a count by hand says, whatever happens at once: work, pause, resume, stop, falls, messages of unknown fate',
  { timeout: 240_000 },
  async () => {
    const seen = new Set<string>()
    const wanted = ['issued', 'failed', 'stopped', 'sent', 'noRight', 'skipped', 'unknown']
    // Until the storms were storms: stock that ran out, rights that were missing, a stop, sends of unknown fate.
    await untilSeen(
      () =>
        fc.assert(
          fc.asyncProperty(
            fc.record({
              stock: fc.option(fc.integer({ min: 1, max: PEOPLE + 50 }), { nil: null }),
              route: fc.constantFrom('subscribe' as const, 'subscribe' as const, 'none' as const),
              credits: fc.integer({ min: 0, max: PEOPLE }),
              lost: fc.constantFrom(0, 0.05),
            }),
            // What stands together happens at once.
            fc.array(fc.array(act, { minLength: 1, maxLength: 3 }), { minLength: 4, maxLength: 12 }),
            async ({ stock, route, credits, lost }, storm) => {
              if (stock === null && route === 'none') return
              await on.shop.db.updateTable('wechat_credit').set({ remaining: 0 }).execute()
              await on.shop.db
                .updateTable('wechat_credit')
                .set({ remaining: 1 })
                .orderBy('openid')
                .limit(credits)
                .execute()
              on.wechat.world.faults.remove(null)
              const path = '/cgi-bin/message/subscribe/*'
              const rule = { match: { path }, skip: 0, times: null, chance: lost }
              if (lost > 0) on.wechat.world.faults.add({ ...rule, fault: { do: 'drop', when: 'after' } })
              const { id } = await api().create({
                body: {
                  name: '风暴',
                  purpose: 'marketing',
                  segmentId,
                  ...(stock === null ? {} : { couponTemplateId: await template(stock) }),
                  route,
                  text: route === 'none' ? { fields: {} } : { fields: { thing1: '满39减5', time2: '2026-12-31' } },
                },
              })
              await api().launch({ params: { campaignId: id } })
              for (const acts of storm) {
                const ends = await Promise.allSettled(acts.map(one => ACTS[one](id)))
                for (const end of ends)
                  if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'campaigns.wrongState' })
                await headIsRight(on.shop, marketer, id)
              }
              const { totals } = await api().get({ params: { campaignId: id } })
              for (const counts of [totals.coupons, totals.messages])
                for (const [outcome, count] of Object.entries(counts)) if (count > 0) seen.add(outcome)
            },
          ),
          { numRuns: 12, endOnFailure: true },
        ),
      () => wanted.every(outcome => seen.has(outcome)),
    )
  },
)
