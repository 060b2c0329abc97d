import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillCodesApi } from '../../../server/modules/till/contract/codes-api.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { key, receiptNo } from './around.ts'
import { cancels, commits, locks, newReceipt } from './day.ts'
import { codePhone } from './phones.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

// A request that holds a transaction and asks for a second connection is served as long as few are there. When as many come
// at once as the pool has connections, each holds one and waits for another for ever, and the whole shop with them. In a
// shop with a single connection the first of them shows it.
let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople({ DATABASE_POOL: '1' })
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

async function somebody() {
  const member = await newMember(shop)
  const { memberId } = member
  const coupon = await giveCoupon(shop, memberId)
  await inTransaction(shop.db, tx => shop.modules.points.grant(tx, [{ key: `crowd:${memberId}`, memberId, points: 500 }])) // prettier-ignore
  return { member, coupon, phone: await codePhone(shop, member) }
}
const lines = [line(1, '30'), line(2, '20')]

test('no request of a till needs a second connection while it holds one: quote, lock, commit, cancel, hold, resume, return', async () => {
  const { member, coupon, phone } = await somebody()
  // The process has read the keys long ago.
  shop.clock.advance(5 * 60_000)
  const memberCode = phone.signed()
  expect(await till.call(tillApi).identify({ body: { code: memberCode } })).toMatchObject({ kind: 'member' })
  const body = { memberCode, couponCodes: [coupon.code], points: 100, lines }
  expect((await till.call(tillApi).quote({ body })).payable).toBe(4_400)
  const held = await till.call(tillDeskApi).hold({ body: { key: key(), ...body } })
  const resumed = await till.call(tillDeskApi).resume({ params: { holdId: held.holdId }, body: { key: key() } })
  expect(resumed.quote?.payable).toBe(4_400)
  const left = await till.call(tillDeskApi).hold({ body: { key: key(), ...body } })
  await till.call(tillDeskApi).dropHold({ params: { holdId: left.holdId }, body: { key: key() } })

  const visit = { buyer: { ...member, coupons: [] }, lines, codes: [coupon.code], points: 100 }
  const gone = newReceipt()
  expect((await locks(till, gone, visit)).quote.payable).toBe(4_400)
  expect((await cancels(till, gone)).released).toBe(true)
  const receipt = newReceipt()
  await locks(till, receipt, { ...visit, buyer: { ...visit.buyer, cardNo: memberCode } })
  shop.clock.advance(2 * 60_000)
  const sold = await commits(till, receipt, { ...visit, buyer: { ...visit.buyer, cardNo: memberCode } })
  expect(sold.payable).toBe(4_400)
  const original = { businessDate: receipt.businessDate, receiptNo: receipt.receiptNo }
  const back = { original, lines: [{ lineNo: 2, quantity: '1' }] }
  expect((await till.call(tillApi).quoteReturn({ body: back })).paid).toBe(1_800)
  const at = { key: key(), ...newReceipt(), businessAt: now }
  expect((await till.call(tillApi).returnSale({ body: { ...at, ...back } })).paid).toBe(1_800)
}, 60_000)

test('nor does a sale that is told late, or one on a phone', async () => {
  const { member, phone } = await somebody()
  const [signed] = (await member.call(tillCodesApi).mySignedCoupons({})).items
  const soldAt = shop.clock.now().toISOString()
  shop.clock.advance(5 * 60_000)
  const told = await till.call(tillCodesApi).settleOffline({
    body: {
      key: key(),
      businessDate: today,
      receiptNo: receiptNo(),
      soldAt,
      memberCode: phone.signed(-10),
      coupon: { code: signed?.digits ?? '', fen: 500 },
      lines,
    },
  })
  expect(told).toMatchObject({ payable: 4_500, losses: [] })

  const { member: other, coupon } = await somebody()
  const desk = (await shop.as('owner')).call(tillDeskApi)
  const body = { storeCode: 'S01', key: key(), memberCode: other.cardNo, couponCodes: [coupon.code], points: 0, amount: 5_000 } // prettier-ignore
  expect((await desk.deskLock({ body })).quote.payable).toBe(4_500)
  const sale = { ...body, key: key(), tillCode: '07', receiptNo: receiptNo(), lockKey: body.key }
  const sold = await desk.deskSell({ body: sale })
  expect(sold.payable).toBe(4_500)
  await desk.deskUndo({ params: { redemptionId: sold.redemptionId } })
}, 60_000)
