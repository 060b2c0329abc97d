import { afterAll, beforeAll, expect, test } from 'vitest'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { staffApi } from '../../../server/modules/staff/contract.ts'
import type { StaffUser } from '../../support/world.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'

let shop: ShopWithPeople
let owner: StaffUser
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  owner = await shop.as('owner')
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: unknown) => (error as { code: string }).code,
  )

let returns = 0
/** Somebody who brought back goods whose points were spent long ago. */
async function debtor(points: number, storeCode = 'S01'): Promise<string> {
  const { memberId } = await newMember(shop, { storeCode })
  const id = `R${++returns}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId, type: 'return', lines: [{ product: 'rice', net: `-${points}` }] })
  await settle(shop, [id])
  return memberId
}

test('a debt is given up once for its key, with a reason, and nobody gets points by it', async () => {
  const memberId = await debtor(300)
  const params = { memberId }
  const desk = owner.call(pointsApi)
  const body = { key: 'write-off-1', points: 200, reason: '系统换代前的旧账' }
  const answers = await Promise.all(Array.from({ length: 6 }, () => desk.writeOff({ params, body })))
  expect(new Set(answers.map(answer => [answer.debt, answer.active, answer.waiting].join()))).toEqual(
    new Set(['100,0,false']),
  )
  // No more than is owed, by anybody, at once or one after the other.
  const more = (key: string, points: number) => failure(desk.writeOff({ params, body: { ...body, key, points } }))
  expect(await more('write-off-2', 101)).toBe('points.notOwed')
  const told = await Promise.all(['a', 'b', 'c', 'd'].map(one => more(`write-off-3${one}`, 60)))
  expect(told.toSorted()).toEqual(['no failure', 'points.notOwed', 'points.notOwed', 'points.notOwed'])
  expect(await desk.balance({ params })).toMatchObject({ balance: -40, debt: 40, active: 0 })
  const { items } = await desk.entries({ params, query: {} })
  expect(items.map(({ reason, amount, note }) => [reason, amount, note])).toEqual([
    ['writeOff', 60, body.reason],
    ['writeOff', 200, body.reason],
    ['return', -300, null],
  ])
  const audit = await owner.call(staffApi).audit({ query: { action: 'points.writeOff' } })
  expect(audit.items).toHaveLength(2)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('above the limit of a day a second person agrees, and the liability book says what was given up', async () => {
  const memberId = await debtor(5000)
  const params = { memberId }
  const agent = await shop.as('agent')
  const book = () => owner.call(pointsApi).liability({})
  const before = await book()
  const ask = (key: string, points: number) =>
    agent.call(pointsApi).writeOff({ params, body: { key, points, reason: '会员投诉' } })
  expect((await ask('small-one', 900)).waiting).toBe(false)
  // Many small ones count as one large one.
  expect((await ask('small-two', 200)).waiting).toBe(true)
  const [request] = (await owner.call(pointsApi).requests({ query: { state: 'waiting' } })).items
  expect(request).toMatchObject({ kind: 'writeOff', amount: 200 })
  await owner.call(pointsApi).approve({ params: { requestId: request?.requestId ?? '' }, body: {} })
  const after = await book()
  expect([after.debt - before.debt, after.writtenOff - before.writtenOff]).toEqual([-1100, 1100])
  expect(after.outstanding).toBe(before.outstanding)
  // What a write-off granted was nobody's to use: the months of grants do not know it.
  expect(after.cohorts).toEqual(before.cohorts)
  const { items } = await owner.call(pointsApi).entries({ params, query: {} })
  const explained = await owner.call(pointsApi).explainEntry({ params: { memberId, entryId: items[0]?.entryId ?? '' } })
  expect(explained).toMatchObject({
    approvedBy: { staffId: owner.staffId },
    entry: { reason: 'writeOff', staffId: agent.staffId },
  })
  expect(await ledgerFaults(shop)).toEqual([])
})

test('those who owe are listed, the largest debt first; a store sees its own', async () => {
  const far = await debtor(77, 'S02')
  const all = await owner.call(pointsApi).debts({ query: {} })
  expect(all.items.map(row => row.debt)).toEqual(all.items.map(row => row.debt).toSorted((a, b) => b - a))
  expect(all.items.map(row => row.memberId)).toContain(far)
  const paged = await owner.call(pointsApi).debts({ query: { limit: 1 } })
  const next = await owner.call(pointsApi).debts({ query: { limit: 1, cursor: paged.next ?? '' } })
  expect([...paged.items, ...next.items]).toEqual(all.items.slice(0, 2))
  const manager = await shop.as('storeManager', { stores: ['S02'] })
  expect((await manager.call(pointsApi).debts({ query: {} })).items).toMatchObject([
    { memberId: far, homeStore: 'S02' },
  ])
})
