import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import type { HeldCoupon } from '../../../server/modules/coupons/index.ts'
import { membersApi } from '../../../server/modules/members/contract.ts'
import { world, type StaffUser, type World } from '../../support/world.ts'
import { addMembers } from '../points/people.ts'
import { eventFaults, newTemplate, useOf } from './coupons.ts'

let shop: World
let owner: StaffUser
beforeAll(async () => {
  shop = await world()
  owner = await shop.as('owner')
})
afterAll(() => shop.close())

const failure = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => 'no failure',
    (error: unknown) =>
      (error as { details?: { refusal?: { code: string } } }).details?.refusal?.code ??
      (error as { code: string }).code,
  )
/** Coupons of a template for a member, oldest first. */
async function given(templateId: string, memberId: string, n: number): Promise<HeldCoupon[]> {
  await inTransaction(shop.db, tx =>
    shop.modules.coupons.issue(
      tx,
      templateId,
      Array.from({ length: n }, (_, i) => ({ memberId, key: `test:${templateId}:${memberId}:${i}` })),
    ),
  )
  return held(templateId, memberId)
}
const held = async (templateId: string, memberId: string): Promise<HeldCoupon[]> =>
  (await shop.modules.coupons.ofMember(shop.db, memberId)).filter(
    each => each.templateId === templateId && each.state === 'issued',
  )
const use = (coupon: HeldCoupon | undefined, docKey: string) => {
  if (coupon === undefined) throw new Error('no coupon')
  return inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, useOf(coupon, docKey)))
}
const places = async (memberId: string): Promise<(number | null)[]> =>
  (
    await shop.db
      .selectFrom('coupon_redemption')
      .select('nth')
      .where('memberId', '=', memberId)
      .orderBy('nth')
      .execute()
  ).map(row => row.nth)
const merge = async (keptId: string, otherId: string): Promise<string> =>
  (
    await owner.call(membersApi).merge({
      params: { memberId: keptId },
      body: { otherId, evidence: 'idCard', note: '身份证与两张卡一致' },
    })
  ).mergeId
const undo = (mergeId: string) =>
  owner.call(membersApi).undoMerge({ params: { mergeId }, body: { note: '合并错了人' } })

test('the day’s limit counts what both have used before they became one; undone, each has their own count again', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  const templateId = await newTemplate(shop, { perMemberLimit: 9, columns: { perDayLimit: 2 } })
  const hers = await given(templateId, ann, 3)
  const his = await given(templateId, bob, 3)
  await use(hers[0], 'S01|01|2026-11-22|ann-1')
  await use(his[0], 'S01|01|2026-11-22|bob-1')

  const mergeId = await merge(ann, bob)
  expect([await places(ann), await places(bob)]).toEqual([[1, 2], []])
  // One of hers and one of his are two: the day is over for the one person that they are.
  for (const coupon of await held(templateId, ann))
    expect(await failure(use(coupon, 'S01|01|2026-11-22|ann-2'))).toBe('dayLimit')

  await undo(mergeId)
  expect([await places(ann), await places(bob)]).toEqual([[1], [1]])
  for (const who of [ann, bob]) {
    await use((await held(templateId, who))[0], `S01|01|2026-11-22|${who}`)
    expect(await failure(use((await held(templateId, who))[0], `S01|01|2026-11-22|${who}-3`))).toBe('dayLimit')
  }
  expect(await eventFaults(shop)).toEqual([])
})

test('both at the limit of the day: all their uses stand, each in a place of its own; one brought back frees one', async () => {
  const [ann = '', bob = ''] = await addMembers(shop, 2)
  const templateId = await newTemplate(shop, { perMemberLimit: 9, columns: { perDayLimit: 1 } })
  const [first, second] = await given(templateId, ann, 2)
  const [his] = await given(templateId, bob, 2)
  await use(first, 'S01|01|2026-11-22|ann-7')
  await use(his, 'S01|01|2026-11-22|bob-7')
  const mergeId = await merge(ann, bob)
  expect(await places(ann)).toEqual([1, 2])
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, 'S01|01|2026-11-22|ann-7'))
  expect(await failure(use(second, 'S01|01|2026-11-22|ann-8'))).toBe('dayLimit')
  await undo(mergeId)
  expect(await places(bob)).toEqual([1])
  await use(second, 'S01|01|2026-11-22|ann-9')
  expect(await eventFaults(shop)).toEqual([])
})
