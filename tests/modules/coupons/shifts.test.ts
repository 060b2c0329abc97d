import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { closes, sells, takesBack } from '../till/around.ts'
import { newTill, today, type Till } from '../till/tills.ts'
import { goodsFor, newTemplate } from './coupons.ts'

let shop: ShopWithPeople
let templateId = ''
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  templateId = await newTemplate(shop, { stock: 100 })
})
afterAll(() => shop.close())

/** A coupon of the template in the wallet of somebody new. */
async function coupon() {
  const { memberId } = await newMember(shop)
  await inTransaction(shop.db, tx => shop.modules.coupons.issue(tx, templateId, [{ memberId, key: `to:${memberId}` }]))
  const [held] = await shop.modules.coupons.ofMember(shop.db, memberId)
  if (held === undefined) throw new Error('no coupon')
  return held
}
const usedAt = async (till: Till, date = today) => sells(till, '50', { coupon: (await coupon()).code, date })
const told = async (query: { storeCode?: string; from?: string; to?: string } = {}, stores?: string[]) => {
  const user = await (stores === undefined ? shop.as('marketer') : shop.as('storeManager', { stores }))
  const { items, isCut } = await user.call(tillDeskApi).couponShifts({ params: { templateId }, query })
  expect(isCut).toBe(false)
  return items.map(row => [row.storeCode, row.tillCode, row.businessDate, row.shiftNo, row.uses, row.fen, row.returned])
}

test('a store’s uses open to its tills, days and shifts, and sum to what the store has', async () => {
  const [till, other, east] = [
    await newTill(shop, 'S01', '11'),
    await newTill(shop, 'S01', '12'),
    await newTill(shop, 'S02', '21'),
  ]
  await usedAt(till, '2026-11-21')
  await usedAt(till)
  const back = await usedAt(till)
  await takesBack(till, back)
  await closes(till, 'A', {})
  await usedAt(till)
  await usedAt(other)
  await usedAt(east)
  // A file has told this one: no shift has its receipt.
  const held = await coupon()
  const file = { docKey: `S01|09|${today}|F1`, storeCode: 'S01', channel: 'till' as const, memberId: held.memberId }
  await inTransaction(shop.db, tx =>
    shop.modules.coupons.redeem(tx, { ...file, coupons: [held], goods: goodsFor(5000) }),
  )
  expect(await told({ storeCode: 'S01' })).toEqual([
    ['S01', '09', today, null, 1, 500, 0],
    ['S01', '11', today, null, 1, 500, 0],
    ['S01', '11', today, 'A', 1, 500, 1],
    ['S01', '12', today, null, 1, 500, 0],
    ['S01', '11', '2026-11-21', 'A', 1, 500, 0],
  ])
  const owner = (await shop.as('owner')).call(couponsApi)
  const { items } = await owner.templateUses({ params: { templateId }, query: {} })
  for (const { storeCode, uses, fen, returned } of items) {
    const rows = await told({ storeCode })
    const sum = (at: number): number => rows.reduce((all, row) => all + Number(row[at]), 0)
    expect([storeCode, sum(4), sum(5), sum(6)]).toEqual([storeCode, uses, fen, returned])
  }
  expect(items.map(({ storeCode }) => storeCode).toSorted()).toEqual(['S01', 'S02'])
})

test('who works in one store reads its shifts only, and days outside are not told', async () => {
  expect(await told({}, ['S02'])).toEqual([['S02', '21', today, null, 1, 500, 0]])
  expect(await told({ storeCode: 'S01' }, ['S02'])).toEqual([])
  expect(await told({ from: '2026-11-01', to: '2026-11-10' })).toEqual([])
})

test('a closed shift says whether its slip agreed, and by how much its coupons are off; an open one says nothing', async () => {
  const [fair, off, other, open] = [
    await newTill(shop, 'S03', '31'),
    await newTill(shop, 'S03', '32'),
    await newTill(shop, 'S03', '33'),
    await newTill(shop, 'S03', '34'),
  ]
  for (const till of [fair, off, other, open]) await usedAt(till)
  await closes(fair, 'F', { coupons: 1, couponFen: 500 })
  await closes(off, 'O', { coupons: 1, couponFen: 750 })
  await closes(other, 'P', { sales: 2 })
  const user = await shop.as('marketer')
  const { items } = await user.call(tillDeskApi).couponShifts({ params: { templateId }, query: { storeCode: 'S03' } })
  expect(items.map(row => [row.tillCode, row.balanced, row.couponsApart])).toEqual([
    ['31', true, null],
    ['32', false, 250],
    ['33', false, null],
    ['34', null, null],
  ])
})
