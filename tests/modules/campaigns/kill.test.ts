import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from '../../../sandbox/state/person.ts'
import { campaignsApi } from '../../../server/modules/campaigns/contract.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { segmentsApi } from '../../../server/modules/segments/contract.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { headIsRight } from './by-hand.ts'
import { crowd } from './crowd.ts'
import { testEnvironment } from '../../support/world.ts'

const root = join(import.meta.dirname, '../../..')
const PEOPLE = 260
const workers: ChildProcess[] = []
let on: Stage
let env: Record<string, string>
let people: Person[] = []

beforeAll(async () => {
  // A batch is 50, so a worker passes each point several times before it is through.
  env = testEnvironment({ CAMPAIGN_RATE: '100000', WECHAT_SEND_LEASE_SECONDS: '5' })
  on = await stage({ env })
  env['WECHAT_ACCOUNTS'] = JSON.stringify(on.shop.config.WECHAT_ACCOUNTS)
  people = await crowd(on, PEOPLE)
  for (const person of people) on.wechat.actions.follow(person, on.official)
  await on.wechat.pushes.settled()
}, 120_000)
afterAll(async () => {
  for (const worker of workers) if (worker.exitCode === null && worker.signalCode === null) worker.kill('SIGKILL')
  await on.close()
})

/** Starts a jobs process of its own; with `fallAt` it dies there as by kill −9. */
function start(fallAt = ''): ChildProcess {
  const worker = spawn(process.execPath, [join(root, 'jobs/main.ts')], {
    cwd: root,
    env: { ...process.env, ...env, FAULT_POINTS: fallAt },
    stdio: 'ignore',
  })
  workers.push(worker)
  return worker
}
const ended = (worker: ChildProcess): Promise<NodeJS.Signals | null> =>
  new Promise(resolve => {
    if (worker.exitCode !== null || worker.signalCode !== null) resolve(worker.signalCode)
    else worker.once('exit', (_, signal) => resolve(signal))
  })

/** What a fallen worker leaves is taken up after a silence; the test lets that time be over. */
async function silenceIsOver(): Promise<void> {
  const long = new Date(Date.now() - 3_600_000)
  await on.shop.db
    .updateTable('campaign')
    .set({ beatAt: long })
    .where('state', 'in', ['issuing', 'sending', 'scheduled'])
    .execute()
  await on.shop.db
    .updateTable('wechat_message')
    .set({ claimedAt: new Date(Date.now() - 60_000) })
    .where('state', '=', 'sending')
    .execute()
  for (const name of ['campaigns.sweep', 'wechat.sweep']) {
    const sweep = on.shop.modules.jobs.find(job => job.name === name)
    if (sweep !== undefined) await on.shop.kernel.enqueue(sweep, {})
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(resolve => setTimeout(resolve, 100))
}

test(
  'a worker that is killed again and again leaves nobody out, sends no keyed message twice, and knows what it does not know',
  { timeout: 240_000 },
  async () => {
    on.shop.clock.set(new Date())
    const marketer = await on.shop.as('marketer')
    const api = marketer.call(campaignsApi)
    const { id: segmentId } = await marketer.call(segmentsApi).create({ body: { name: '全部', rules: {} } })
    const coupon = await marketer
      .call(couponsApi)
      .createTemplate({ body: { name: '满39减5', amountOff: 500, threshold: 3900, validDays: 7, stock: 1000 } })
    await marketer.call(couponsApi).activateTemplate({ params: { templateId: coupon.templateId } })
    const unkeyed = await api.create({
      body: {
        name: '券',
        purpose: 'marketing',
        segmentId,
        couponTemplateId: coupon.templateId,
        route: 'subscribe',
        text: { fields: { thing1: '满39减5', time2: '2026-12-31' } },
      },
    })
    const keyed = await api.create({
      body: {
        name: '通知',
        purpose: 'service',
        segmentId,
        route: 'template',
        text: { fields: { thing1: '营业时间', thing2: '春节照常营业' } },
      },
    })
    const fallen: string[] = []
    /** Lets a worker fall at each of the points, one after the other. */
    const fall = async (campaignId: string, points: readonly string[]): Promise<void> => {
      for (const point of points) {
        const worker = start(point)
        const done = await Promise.race([
          ended(worker),
          new Promise<'late'>(resolve => setTimeout(resolve, 30_000, 'late')),
        ])
        if (done === 'SIGKILL') fallen.push(point)
        else worker.kill('SIGKILL')
        await ended(worker)
        await headIsRight(on.shop, marketer, campaignId)
        await silenceIsOver()
      }
      expect(fallen.splice(0)).toEqual(points)
    }
    /** A moment of chance among the first passes of a point. */
    const some = (most: number): number => 1 + Math.floor(Math.random() * most)
    await api.launch({ params: { campaignId: unkeyed.id } })
    await fall(unkeyed.id, [
      'campaigns.afterFreezeBeforeMark:1',
      'campaigns.afterIssueBeforeRecord:1',
      'campaigns.afterPlanBeforeCommit:1',
      `wechat.afterClaim:${some(2)}`,
      `wechat.afterSendBeforeRecord:${some(2)}`,
      'wechat.afterRecord:1',
    ])
    /** A worker that nobody kills ends a campaign; alone, so that each campaign's falls are its own. */
    const finish = async (campaignId: string): Promise<void> => {
      const worker = start()
      await until(async () => (await api.get({ params: { campaignId } })).state === 'done')
      worker.kill('SIGTERM')
      await ended(worker)
    }
    await finish(unkeyed.id)
    await api.launch({ params: { campaignId: keyed.id } })
    await fall(keyed.id, [`wechat.afterClaim:${some(3)}`, `wechat.afterSendBeforeRecord:${some(3)}`])
    await finish(keyed.id)
    await on.wechat.pushes.settled()
    for (const { id } of [keyed, unkeyed]) await headIsRight(on.shop, marketer, id)

    const shown = (kind: string) => people.map(person => person.entries.filter(entry => entry.kind === kind).length)
    const coupons = await on.shop.db.selectFrom('coupon').select('memberId').execute()
    expect(new Set(coupons.map(row => row.memberId)).size).toBe(PEOPLE)
    expect(coupons).toHaveLength(PEOPLE)

    // Keyed: everybody, once, and all of them known.
    expect(shown('template').every(count => count === 1)).toBe(true)
    expect((await api.get({ params: { campaignId: keyed.id } })).totals.messages).toMatchObject({
      sent: PEOPLE,
      unknown: 0,
    })

    // Unkeyed: nobody twice; sent + unknown is everybody; what is called sent is on the phone, what is not on the phone is unknown.
    const { totals } = await api.get({ params: { campaignId: unkeyed.id } })
    expect(shown('subscribe').every(count => count <= 1)).toBe(true)
    expect(totals.messages.sent + totals.messages.unknown).toBe(PEOPLE)
    expect(totals.messages.unknown).toBeGreaterThan(0)
    // Three falls with messages under way: no more than what was really on the line (five lanes of ten) is in doubt each time.
    expect(totals.messages.unknown).toBeLessThanOrEqual(3 * 5 * 10)
    expect(await on.shop.modules.wechat.differences()).toEqual([])
    const onPhones = shown('subscribe').reduce((a, b) => a + b, 0)
    expect(onPhones).toBeGreaterThanOrEqual(totals.messages.sent)
    expect(onPhones).toBeLessThanOrEqual(PEOPLE)
  },
)
