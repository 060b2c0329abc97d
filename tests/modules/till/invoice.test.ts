import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { tillDeskApi } from '../../../server/modules/till/contract/desk-api.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { stockShelf } from '../points/receipts.ts'
import { refusalOf, sells, takesBack } from './around.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

test('what was paid with coupons and points is not invoiced, and the shopper sees what can be', async () => {
  const member = await newMember(shop)
  const coupon = await giveCoupon(shop, member.memberId)
  const sold = await sells(till, '50', { coupon: coupon.code })
  const params = { documentId: sold.documentId }
  expect(await member.call(tillDeskApi).myInvoice({ params })).toEqual({
    ...params,
    invoiceable: 4500,
    state: 'none',
    isAsked: false,
  })
  const stranger = await newMember(shop)
  expect(await refusalOf(stranger.call(tillDeskApi).myInvoice({ params }))).toBe('till.noReceipt')
  const { id } = await inTransaction(shop.db, tx =>
    shop.modules.sales.record(tx, {
      storeCode: 'S01',
      tillCode: '02',
      businessDate: today,
      receiptNo: 'points',
      type: 'sale',
      businessAt: shop.clock.now(),
      payments: [
        { method: '微信支付', amount: '30' },
        { method: '积分抵现', amount: '10' },
        { method: '购物卡', amount: '10' },
      ],
      lines: [{ productCode: 'rice', name: '米', quantity: '1', unitPrice: '50' }],
    }),
  )
  const owner = (await shop.as('owner')).call(tillDeskApi)
  expect((await owner.invoice({ params: { documentId: id } })).invoiceable).toBe(3000)
})

test('a receipt is invoiced once, by the till or by staff, and never over what was paid', async () => {
  const sold = await sells(till, '80')
  const at = { businessDate: today, receiptNo: sold.receiptNo }
  expect(await refusalOf(till.call(tillDeskApi).tellInvoice({ body: { ...at, invoiceNo: 'F1', amount: 8001 } }))).toBe(
    'till.tooMuchInvoiced',
  )
  const told = await Promise.all(
    Array.from({ length: 5 }, () => till.call(tillDeskApi).tellInvoice({ body: { ...at, invoiceNo: 'F1' } })),
  )
  expect(new Set(told.map(one => JSON.stringify(one))).size).toBe(1)
  expect(told[0]).toMatchObject({ state: 'issued', amount: 8000, invoiceNo: 'F1' })
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  const params = { documentId: sold.documentId }
  expect(await refusalOf(manager.markInvoiced({ params, body: { invoiceNo: 'F2' } }))).toBe('till.invoiced')
  const foreign = (await shop.as('storeManager', { stores: ['S02'] })).call(tillDeskApi)
  expect(await refusalOf(foreign.invoice({ params }))).toBe('till.noReceipt')
  expect((await foreign.invoices({ query: {} })).items).toEqual([])
})

test('goods of an invoiced receipt come back: it needs a red-letter note, told by the till or by the night’s file', async () => {
  const manager = (await shop.as('storeManager', { stores: ['S01'] })).call(tillDeskApi)
  const atTill = await sells(till, '60')
  await manager.markInvoiced({ params: { documentId: atTill.documentId }, body: { invoiceNo: 'F3' } })
  await takesBack(till, atTill)
  expect(await manager.invoice({ params: { documentId: atTill.documentId } })).toMatchObject({
    state: 'redNeeded',
    redAmount: 6000,
    invoiceable: 0,
  })
  const inFile = await sells(till, '70')
  await manager.markInvoiced({ params: { documentId: inFile.documentId }, body: { invoiceNo: 'F4', amount: 5000 } })
  await inTransaction(shop.db, tx =>
    shop.modules.sales.record(tx, {
      storeCode: 'S01',
      tillCode: '02',
      businessDate: today,
      receiptNo: 'back',
      type: 'return',
      businessAt: shop.clock.now(),
      originalDocKey: inFile.docKey,
      lines: [{ productCode: 'rice', name: '米', quantity: '-1', unitPrice: '20' }],
    }),
  )
  await shop.drain()
  const listed = (await manager.invoices({ query: { state: 'redNeeded' } })).items
  expect(listed.map(one => [one.invoiceNo, one.redAmount]).toSorted()).toEqual([
    ['F3', 6000],
    ['F4', 2000],
  ])
  const params = { documentId: inFile.documentId }
  expect(await manager.markRed({ params, body: { redNo: 'R1' } })).toMatchObject({ state: 'red', redNo: 'R1' })
  expect(await refusalOf(manager.markRed({ params, body: { redNo: 'R2' } }))).toBe('till.noRed')
  const untouched = await sells(till, '1')
  await takesBack(till, untouched)
  const nothing = { params: { documentId: untouched.documentId }, body: { invoiceNo: 'F9' } }
  expect(await refusalOf(manager.markInvoiced(nothing))).toBe('till.notInvoiceable')
})

test('of a receipt that points paid a part of, a return reddens the money only, and the rest can be invoiced to the fen', async () => {
  const { memberId, cardNo } = await newMember(shop)
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `test:${memberId}`, memberId, points: 1_000 }]),
  )
  const at = { businessDate: today, receiptNo: 'with-points', businessAt: now }
  const lines = [line(1, '30'), line(2, '20')]
  const body = { key: 'invoice-points-1', ...at, memberCode: cardNo, points: 1_000, lines }
  const { documentId } = await till.call(tillApi).commit({ body })
  const owner = (await shop.as('owner')).call(tillDeskApi)
  const params = { documentId }
  expect(await owner.markInvoiced({ params, body: { invoiceNo: 'F9' } })).toMatchObject({ amount: 4_000 })
  const { businessDate, receiptNo } = at
  const back = { key: 'invoice-points-2', businessDate, receiptNo: 'with-points-R', businessAt: now }
  await till.call(tillApi).returnSale({
    body: { ...back, original: { businessDate, receiptNo }, lines: [{ lineNo: 2, quantity: '1' }] },
  })
  // ¥20 came back: ¥16 in money and 400 points.
  expect(await owner.invoice({ params })).toMatchObject({ invoiceable: 2_400, state: 'redNeeded', redAmount: 1_600 })
})
