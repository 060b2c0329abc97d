import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { raceDoor, type RaceDoor } from '../../support/race-door.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { newTemplate, useOf } from '../coupons/coupons.ts'
import { addMembers } from '../points/people.ts'
import { ledgerFaults, settle, stockShelf, writeReceipt } from '../points/receipts.ts'

let shop: World
let owner: StaffUser
let door: RaceDoor
let templateId: string
beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
  door = await raceDoor(shop)
  await stockShelf(shop)
  templateId = await newTemplate(shop, { stock: 100_000, perMemberLimit: 1 })
})
afterAll(async () => {
  await door.close()
  await shop.close()
})

const seen = { evidence: 'idCard', note: '身份证与两张卡一致' } as const
const points = () => shop.modules.points
const usable = async (memberId: string): Promise<number> =>
  (await points().balances(shop.db, [memberId])).get(memberId) ?? 0
let numbers = 0
const next = (): string => `race:${(numbers += 1)}`

/** Ann and Bob, who are one person: both hold a coupon and points, Bob has a receipt. */
async function pair(): Promise<{ ann: string; bob: string }> {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  await inTransaction(shop.db, async tx => {
    await points().grant(tx, [
      { key: next(), memberId: ann, points: 100, expiresOn: undefined },
      { key: next(), memberId: bob, points: 50, expiresOn: undefined },
    ])
    await shop.modules.coupons.issue(tx, templateId, [
      { memberId: ann, key: next() },
      { memberId: bob, key: next() },
    ])
  })
  return { ann, bob }
}

async function buys(memberId: string): Promise<void> {
  const id = `RX${String((numbers += 1)).padStart(5, '0')}`.padEnd(26, '0')
  await writeReceipt(shop, { id, memberId, lines: [{ product: 'rice', net: '25' }] })
  await settle(shop, [id])
}

async function redeems(memberId: string): Promise<void> {
  const [coupon] = await shop.modules.coupons.ofMember(shop.db, memberId)
  if (coupon === undefined) throw new Error('no coupon')
  await inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, useOf(coupon, next())))
}
const spends = (memberId: string): Promise<unknown> =>
  inTransaction(shop.db, tx => points().spend(tx, { key: next(), memberId, points: 10 }))
const merge = (user: ReturnType<typeof api>, keptId: string, otherId: string) =>
  user.merge({ params: { memberId: keptId }, body: { ...seen, otherId } })
const api = () => owner.call(membersApi)

/** What became of the two, however they met: one person has everything once, the coupons and receipts too. */
async function whatIs(ann: string, bob: string) {
  await shop.modules.members.gather()
  const states = await shop.db
    .selectFrom('member')
    .select(['id', 'state', 'mergedInto'])
    .where('id', 'in', [ann, bob])
    .execute()
  const kept = states.find(row => row.state === 'active')?.id ?? ''
  const gone = kept === ann ? bob : ann
  const coupons = await shop.db
    .selectFrom('coupon')
    .select(['memberId', 'seq', 'state'])
    .where('memberId', 'in', [ann, bob])
    .orderBy('seq')
    .execute()
  const receipts = await shop.db
    .selectFrom('sales_document')
    .select('memberId')
    .where('memberId', 'in', [ann, bob])
    .execute()
  const merges = await shop.db
    .selectFrom('member_merge')
    .select('id')
    .where('mergedId', 'in', [ann, bob])
    .where('state', '=', 'merged')
    .execute()
  return { states, kept, gone, coupons, receipts, mergeIds: merges.map(row => row.id) }
}

test('between any two statements of a merge a sale is booked, a coupon redeemed, points are spent, and the same two are merged the other way round: each counts once', async () => {
  const rivals = ['sale', 'coupon', 'spend', 'opposite'] as const
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const { ann, bob } = await pair()
    const rival = rivals[gap % rivals.length]
    const meanwhile = (): Promise<unknown> =>
      rival === 'sale'
        ? buys(bob)
        : rival === 'coupon'
          ? redeems(bob)
          : rival === 'spend'
            ? spends(bob)
            : merge(api(), bob, ann)
    const race = await door.at(gap, () => merge(door.as(owner, membersApi), ann, bob), meanwhile)
    statements = Math.max(statements, race.statements)
    const about = `gap ${gap}, ${rival}`
    const now = await whatIs(ann, bob)
    expect(now.mergeIds, about).toHaveLength(1)
    expect(now.states.map(row => row.state).toSorted(), about).toEqual(['active', 'merged'])
    const wins = [race.result, ...(rival === 'opposite' ? [race.other] : [])].filter(one => one.status === 'fulfilled')
    expect(wins, about).toHaveLength(1)
    if (rival !== 'opposite') expect(now.kept, about).toBe(ann)
    const isDone = race.other.status === 'fulfilled'
    const sum = 150 + (rival === 'sale' && isDone ? 25 : 0) - (rival === 'spend' && isDone ? 10 : 0)
    expect([await usable(now.kept), await usable(now.gone)], about).toEqual([sum, 0])
    expect(
      now.coupons.map(row => [row.memberId, row.seq]),
      about,
    ).toEqual([
      [now.kept, 1],
      [now.kept, 2],
    ])
    expect(now.coupons.filter(row => row.state === 'redeemed').length, about).toBe(rival === 'coupon' && isDone ? 1 : 0)
    expect(
      now.receipts.every(row => row.memberId === now.kept),
      about,
    ).toBe(true)
    if (rival === 'sale') expect(isDone && now.receipts.length === 1, about).toBe(true)
  }
  // A merge asks and writes at every part; were it only one statement, nothing would have been tried.
  expect(statements).toBeGreaterThan(40)
  expect(await ledgerFaults(shop)).toEqual([])
}, 600_000)

test('between any two statements of an un-merge a sale is booked, points are spent, or it is undone twice: nothing is lost, nothing doubled', async () => {
  const rivals = ['sale', 'spend', 'again'] as const
  let statements = 1
  for (let gap = 0; gap < statements; gap++) {
    const { ann, bob } = await pair()
    const { mergeId } = await merge(api(), ann, bob)
    const rival = rivals[gap % rivals.length]
    const undo = (user: ReturnType<typeof api>) => user.undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })
    const meanwhile = (): Promise<unknown> =>
      rival === 'sale' ? buys(ann) : rival === 'spend' ? spends(ann) : undo(api())
    const race = await door.at(gap, () => undo(door.as(owner, membersApi)), meanwhile)
    statements = Math.max(statements, race.statements)
    const about = `gap ${gap}, ${rival}`
    expect(race.result.status, about).toBe('fulfilled')
    expect(race.other.status, about).toBe('fulfilled')
    const sum = 150 + (rival === 'sale' ? 25 : 0) - (rival === 'spend' ? 10 : 0)
    expect((await usable(ann)) + (await usable(bob)), about).toBe(sum)
    const now = await whatIs(ann, bob)
    expect(
      now.states.map(row => row.state),
      about,
    ).toEqual(['active', 'active'])
    expect(now.mergeIds, about).toEqual([])
    expect(now.coupons.map(row => `${row.memberId === ann ? 'ann' : 'bob'} ${row.seq}`).toSorted(), about).toEqual([
      'ann 1',
      'bob 1',
    ])
  }
  expect(statements).toBeGreaterThan(30)
  expect(await ledgerFaults(shop)).toEqual([])
}, 600_000)
