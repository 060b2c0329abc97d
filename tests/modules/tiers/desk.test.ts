import { afterAll, beforeAll, expect, test } from 'vitest'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { tiersApi, type TierRules } from '../../../server/modules/tiers/contract.ts'
import { world, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { documentsSettled } from '../../../server/modules/sales/events.ts'

let shop: World
beforeAll(async () => {
  shop = await world()
  await stockShelf(shop)
})
afterAll(() => shop.close())

const name = (zh: string) => ({ zh, en: zh })
const benefits = (pointsPercent: number) => ({
  pointsPercent,
  arrivalCoupons: [],
  birthdayCoupon: null,
  exclusiveRewards: false,
})
const RULES: TierRules = {
  window: { kind: 'calendar', months: 12 },
  by: 'spend',
  upgrade: 'atOnce',
  downgrade: 'oneStep',
  graceDays: 0,
  tiers: [
    { code: 'basic', name: name('普卡'), threshold: 0, benefits: benefits(100), paid: null },
    {
      code: 'gold',
      name: name('金卡'),
      threshold: 100_000,
      benefits: benefits(200),
      paid: { fen: 19_900, months: 12 },
    },
  ],
}
let numbers = 0
async function buys(memberId: string, net: string, more: object = {}): Promise<string> {
  const id = `T${String((numbers += 1)).padStart(25, '0')}`
  await writeReceipt(shop, { id, memberId, businessDate: '2026-11-22', lines: [{ product: 'rice', net }], ...more })
  await shop.db.updateTable('sales_document').set({ net }).where('id', '=', id).execute()
  await settle(shop, [id])
  await inTransaction(shop.db, tx => publish(tx, documentsSettled, { documentIds: [id] }))
  return id
}

test('rules are tried in a shadow, adopted as they were shown, and from then on decide at once; a return undoes it', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  await buys(ann, '1500')
  await buys(bob, '200')
  const owner = await shop.as('owner')
  const desk = owner.call(tiersApi)
  const started = await desk.startDryRun({ body: RULES })
  await shop.drain()
  const run = await desk.dryRun({ params: { dryRunId: started.dryRunId } })
  expect(run).toMatchObject({
    state: 'done',
    result: { members: 2, up: 1, down: 0, pointsAYear: 1500, costAYear: 1500 },
  })
  expect(await shop.db.selectFrom('tier_member').selectAll().execute()).toEqual([])

  const adopted = await Promise.allSettled(
    Array.from({ length: 5 }, () => desk.adopt({ params: { dryRunId: started.dryRunId }, body: {} })),
  )
  expect(adopted.filter(one => one.status === 'fulfilled')).toHaveLength(1)
  await shop.drain()
  expect((await desk.tiers({})).members.toSorted((a, b) => (a.tier < b.tier ? -1 : 1))).toEqual([
    { tier: 'basic', members: 1 },
    { tier: 'gold', members: 1 },
  ])

  // The benefit is a rule like any other: the next receipt of a golden member earns double.
  await buys(ann, '10')
  await shop.drain()
  const points = owner.call(pointsApi)
  expect((await points.balance({ params: { memberId: ann } })).balance).toBe(1500 + 20)

  const big = await buys(bob, '900')
  await shop.drain()
  const standing = () => desk.memberTier({ params: { memberId: bob } })
  expect(await standing()).toMatchObject({ tier: { code: 'gold' }, value: 110_000, reviewOn: '2028-01-01', next: null })
  const [sale] = await shop.db.selectFrom('sales_document').select('docKey').where('id', '=', big).execute()
  await buys(bob, '-900', { type: 'return', original: sale?.docKey })
  await shop.drain()
  expect(await standing()).toMatchObject({
    tier: { code: 'basic' },
    value: 20_000,
    next: { code: 'gold', missing: 80_000 },
  })
  // On the first day of the rules everything of that day is as if it had been before: what follows corrects it.
  expect((await standing()).history.map(change => `${change.reason} ${change.toTier}`)).toEqual([
    'correction basic',
    'correction gold',
    'start basic',
  ])

  const body = { key: 'paid-at-desk', tier: 'gold' }
  await Promise.all(Array.from({ length: 4 }, () => desk.sellTier({ params: { memberId: bob }, body })))
  expect(await standing()).toMatchObject({ tier: { code: 'gold' }, reviewOn: '2027-11-22' })
  expect(await shop.db.selectFrom('tier_paid').selectAll().execute()).toHaveLength(1)
  expect(await ledgerFaults(shop)).toEqual([])
  await shop.db.updateTable('tier_member').set({ tier: 'basic' }).where('memberId', '=', ann).execute()
  expect((await shop.modules.points.verify()).differences).toMatchObject([
    { check: 'tiers', subject: ann, stored: 'basic', derived: 'gold' },
  ])
}, 60_000)

test('tiers are the whole chain’s: a store sees its own members’ and changes no rules', async () => {
  const manager = (await shop.as('owner', { stores: ['S99'] })).call(tiersApi)
  const failure = await manager.startDryRun({ body: RULES }).catch((error: unknown) => (error as { code: string }).code)
  expect(failure).toBe('tiers.wholeChain')
  expect((await manager.tiers({})).members).toEqual([])
})
