import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import process from 'node:process'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { packOf } from '../../../sandbox/pay/product-coupons.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { publicName, type PublicName } from '../../support/public-name.ts'
import { stage, type Stage } from '../../support/stage.ts'
import { testEnvironment, type StaffUser } from '../../support/world.ts'
import { couponNow, eventFaults, memberId, newTemplate, useOf } from './coupons.ts'
import { brandTemplate, given, setUpBrand } from './wechat-brand.ts'

// Workers killed −9 between our commit and what follows it: nothing is given out twice, nothing is lost.
const root = join(import.meta.dirname, '../../..')
let name: PublicName
let on: Stage
let owner: StaffUser
let env: Record<string, string>
const children: ChildProcess[] = []

beforeEach(async () => {
  name = await publicName()
  env = testEnvironment({ PUBLIC_URL: name.url })
  on = await stage({ env })
  name.leadTo(on.shop.url)
  env['WECHAT_ACCOUNTS'] = JSON.stringify(on.shop.config.WECHAT_ACCOUNTS)
  owner = await on.shop.as('owner', { name: '店主' })
})
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  const faults = await eventFaults(on.shop)
  name.close()
  await on.close()
  // The ledger of every story adds up.
  if (faults.length > 0) throw new Error(faults.join('\n'))
})

/** A worker of its own on the shop's database and Redis, which falls at a point. */
async function workerFallsAt(point: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, 'jobs/main.ts')], {
    cwd: root,
    env: { ...process.env, ...env, DATA_DIR: on.shop.config.DATA_DIR, FAULT_POINTS: point },
    stdio: 'ignore',
  })
  children.push(child)
  await expect.poll(() => child.signalCode ?? child.exitCode, { timeout: 150_000 }).toBe('SIGKILL')
}
/** Runs a job here and now, as the schedule would. */
async function run(job: string): Promise<void> {
  const found = on.shop.modules.jobs.find(one => one.name === job)
  await found?.run(
    {},
    { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal },
  )
}
/** A fallen worker's leases are over, and what the queue has lost is handed over again. */
function later(): void {
  on.shop.clock.set(new Date(Math.max(Date.now(), on.shop.clock.now().getTime()) + 70_000))
}

/** As the schedules do, once the fallen worker's lease is over. */
async function railGoesOn(): Promise<void> {
  later()
  await run('coupons.railResolve')
  await run('coupons.railDeliver')
}
/** What the event leads to is planned here and now; sending it is left to the worker. */
const plans = async (reaction: string, payload: object): Promise<void> =>
  on.shop.modules.handlers.find(({ name }) => name === reaction)?.run(payload)
const requests = async (): Promise<string[]> => {
  const rows = await on.shop.db.selectFrom('coupon_rail_request').select(['kind', 'state']).orderBy('seq').execute()
  return rows.map(({ kind, state }) => `${kind} ${state}`)
}

test.each(['coupons.afterRailLease', 'coupons.afterRailActBeforeRecord'])(
  'a worker that falls with a coupon to give out at %s: WeChat gives out one',
  { timeout: 300_000 },
  async point => {
    await setUpBrand(on, owner)
    const templateId = await brandTemplate(owner)
    const person = on.person('林女士')
    const { memberId: member } = await on.enrols(person)
    const coupon = await given(on, templateId, member)
    await plans('coupons.railSend', { templateId, items: [{ couponId: coupon.id, memberId: member }] })
    await workerFallsAt(point)
    expect(await requests()).toEqual(['send sending'])
    await expect.poll(async () => (await railGoesOn(), requests()), { timeout: 60_000 }).toEqual(['send done', 'confirm done']) // prettier-ignore
    expect(packOf(on.wechat.world, person).map(({ state }) => state)).toEqual(['EFFECTIVE'])
  },
)

test.each(['coupons.afterRailLease', 'coupons.afterRailActBeforeRecord'])(
  'a worker that falls with a use to tell at %s: WeChat has one use of it',
  { timeout: 300_000 },
  async point => {
    await setUpBrand(on, owner)
    const templateId = await brandTemplate(owner)
    const person = on.person('林女士')
    const { memberId: member } = await on.enrols(person)
    const coupon = await given(on, templateId, member)
    await plans('coupons.railSend', { templateId, items: [{ couponId: coupon.id, memberId: member }] })
    await run('coupons.railDeliver')
    expect(await requests()).toEqual(['send done', 'confirm done'])
    await inTransaction(on.shop.db, tx => on.shop.modules.coupons.redeem(tx, useOf(coupon, 'till')))
    await plans('coupons.railUse', {
      couponId: coupon.id,
      templateId,
      memberId: member,
      docKey: 'till',
      storeCode: 'S01',
      discount: 500,
    })
    await workerFallsAt(point)
    expect(await requests()).toEqual(['send done', 'confirm done', 'use sending'])
    await expect.poll(async () => (await railGoesOn(), requests()), { timeout: 60_000 }).toEqual(['send done', 'confirm done', 'use done']) // prettier-ignore
    expect(packOf(on.wechat.world, person).map(({ state }) => state)).toEqual(['USED'])
    expect((await couponNow(on.shop, coupon)).state).toBe('redeemed')
  },
)

test('a worker that falls after it has settled claims: each who was let in has one coupon, and exactly the stock is gone', async () => {
  const templateId = await newTemplate(on.shop, { stock: 30 })
  const { offerId } = await owner.call(couponsApi).putOffer({
    params: { templateId },
    body: {
      shelf: 'recommended',
      hot: true,
      releases: [{ at: new Date(on.shop.clock.now().getTime() - 60_000).toISOString(), quantity: 30 }],
    },
  })
  const claims = Array.from({ length: 40 }, (_, n) => [memberId(n), `tap-${String(n).padStart(6, '0')}`] as const)
  const said = []
  for (const [member, tap] of claims) said.push((await on.shop.modules.coupons.claim(member, offerId, tap)).is)
  expect(said).toEqual([...Array.from({ length: 30 }, () => 'queued'), ...Array.from({ length: 10 }, () => 'soldOut')])
  await workerFallsAt('coupons.afterClaimsSettled')
  const outcomes = async (): Promise<string[]> => {
    await run('coupons.sweepClaims')
    const answers = await Promise.all(
      claims.map(([member, tap]) => on.shop.modules.coupons.claimStatus(member, offerId, tap)),
    )
    return answers.map(({ is }) => is).toSorted()
  }
  await expect
    .poll(outcomes, { timeout: 90_000 })
    .toEqual([...Array.from({ length: 10 }, () => 'again'), ...Array.from({ length: 30 }, () => 'claimed')])
  const rows = await on.shop.db.selectFrom('coupon').select('memberId').where('templateId', '=', templateId).execute()
  expect(new Set(rows.map(row => row.memberId)).size).toBe(30)
  expect(rows).toHaveLength(30)
}, 300_000)

test('a worker that falls between two runs of a file goes on at the first open row: nobody has two', async () => {
  const templateId = await newTemplate(on.shop, { amountOff: 1, threshold: 1 })
  const people = Array.from({ length: 3 }, () => on.person())
  const members = []
  for (const person of people) members.push((await on.enrols(person)).memberId)
  const form = new FormData()
  const lines = ['手机号', ...people.map(({ phone }) => phone)]
  form.append('file', new Blob([lines.join('\n')]), 'people.csv')
  const reply = await fetch(`${on.shop.url}/api/admin/coupon-bulks/file`, {
    method: 'POST',
    headers: { cookie: owner.session.cookie, 'x-csrf-token': owner.session.csrf },
    body: form,
  })
  const { fileId } = (await reply.json()) as { fileId: string }
  const api = owner.call(couponsApi)
  const { bulkId } = await api.startBulk({ body: { kind: 'issue', fileId, templateId, reason: '周年庆补发' } })
  const bulkJob = on.shop.modules.jobs.find(one => one.name === 'coupons.bulk')
  const work = () =>
    bulkJob?.run({ bulkId }, { jobId: '1', attempt: 1, progress: async () => undefined, signal: new AbortController().signal }) // prettier-ignore
  await work()
  expect((await api.bulk({ params: { bulkId } })).bulk.state).toBe('ready')
  await api.runBulk({ params: { bulkId } })
  await workerFallsAt('coupons.afterBulkRun')
  await work()
  await work()
  expect((await api.bulk({ params: { bulkId } })).bulk).toMatchObject({ state: 'done', rows: { done: 3, bad: 0 } })
  for (const member of members) expect(await on.shop.modules.coupons.ofMember(on.shop.db, member)).toHaveLength(1)
}, 300_000)
