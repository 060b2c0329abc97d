import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { raceAt } from '../../support/race.ts'
import { raceDoor, type RaceDoor } from '../../support/race-door.ts'
import { world, type World } from '../../support/world.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { addMembers } from './people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from './receipts.ts'

// Between any two statements of whoever moves points, somebody else moves points of the same member.
let shop: World
let door: RaceDoor
beforeAll(async () => {
  shop = await world()
  door = await raceDoor(shop)
  await stockShelf(shop)
})
afterAll(async () => {
  await door.close()
  await shop.close()
})

let numbers = 0
const key = (): string => `gap:${(numbers += 1)}`
const points = () => shop.modules.points
const usable = async (memberId: string): Promise<number> =>
  (await points().balances(shop.db, [memberId])).get(memberId) ?? 0
const grant = (memberId: string, amount: number, expiresOn?: string) =>
  inTransaction(shop.db, tx => points().grant(tx, [{ key: key(), memberId, points: amount, expiresOn }]))
const spend = (memberId: string, amount: number, k = key()) =>
  inTransaction(shop.db, tx => points().spend(tx, { key: k, memberId, points: amount }))

test('a return is settled while its points are spent: whoever is first, the sum is the same and a debt is a debt', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const [member = ''] = await addMembers(shop, 1)
    const [sale, back] = [`S${gap}`.padEnd(26, '0'), `B${gap}`.padEnd(26, '0')]
    await writeReceipt(shop, { id: sale, memberId: member, lines: [{ product: 'rice', net: '60' }] })
    await settle(shop, [sale])
    const returned = [{ product: 'rice', net: '-60' }]
    await writeReceipt(shop, { id: back, memberId: member, type: 'return', original: sale, lines: returned })
    const race = await raceAt(
      shop.db,
      gap,
      tx => points().settle(tx, [back]),
      () => spend(member, 50),
    )
    statements = Math.max(statements, race.statements)
    await settle(shop, [back])
    const spent = race.other.status === 'fulfilled' ? 50 : 0
    expect(await usable(member), `gap ${gap}`).toBe(0 - spent)
  }
  expect(statements).toBeGreaterThanOrEqual(8)
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

test('points come back of a spend while they come back: no more than was taken', async () => {
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const [member = ''] = await addMembers(shop, 1)
    await grant(member, 100)
    const spent = key()
    await spend(member, 80, spent)
    const back = (k: string) =>
      inTransaction(shop.db, tx => points().giveBack(tx, { key: k, spendKey: spent, points: 50 }))
    const race = await raceAt(
      shop.db,
      gap,
      tx => points().giveBack(tx, { key: key(), spendKey: spent, points: 50 }),
      () => back(key()),
    )
    statements = Math.max(statements, race.statements)
    expect([race.result.status, race.other.status].toSorted(), `gap ${gap}`).toEqual(['fulfilled', 'rejected'])
    expect(await usable(member)).toBe(70)
  }
  expect(statements).toBeGreaterThanOrEqual(6)
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

test('the night expires while a spend, a grant or another night steps in: what is left expires, once', async () => {
  const rivals: Readonly<Record<string, (memberId: string) => Promise<unknown>>> = {
    spend: memberId => spend(memberId, 20),
    grant: memberId => grant(memberId, 20, '2027-12-31'),
    night: () => points().sweep(new AbortController().signal),
  }
  for (const [rival, steps] of Object.entries(rivals)) {
    for (let gap = 0; gap < 12; gap++) {
      shop.clock.set('2026-11-22T04:00:00.000Z')
      const [member = ''] = await addMembers(shop, 1)
      await grant(member, 30, '2026-11-23')
      await grant(member, 25, '2027-12-31')
      shop.clock.set('2026-11-22T16:00:00.000Z')
      const race = await door.run(
        gap,
        modules => modules.points.sweep(new AbortController().signal),
        () => steps(member),
      )
      expect(race.result.status, `${rival} in gap ${gap}`).toBe('fulfilled')
      expect(race.other.status, `${rival} in gap ${gap}`).toBe('fulfilled')
      expect(await usable(member)).toBe({ spend: 5, grant: 45, night: 25 }[rival])
    }
  }
  shop.clock.set('2026-11-22T04:00:00.000Z')
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)

test('somebody else gives or takes while points are given by hand: each counts once', async () => {
  const owner = await shop.as('owner')
  const api = door.as(owner, pointsApi)
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const [memberId = ''] = await addMembers(shop, 1)
    const body = { key: key().padEnd(8, '0'), amount: 40, reason: '顾客投诉补偿' }
    const race = await door.at(
      gap,
      () => api.adjust({ params: { memberId }, body }),
      async () => {
        await owner.call(pointsApi).adjust({ params: { memberId }, body })
        await grant(memberId, 5)
      },
    )
    statements = Math.max(statements, race.statements)
    expect(await usable(memberId), `gap ${gap}`).toBe(45)
  }
  expect(statements).toBeGreaterThanOrEqual(8)
  expect(await ledgerFaults(shop)).toEqual([])
}, 300_000)
