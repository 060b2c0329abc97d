import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { tillApi } from '../../../server/modules/till/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { ledgerFaults, stockShelf } from '../points/receipts.ts'
import { giveCoupon, line, newTill, now, today, type Till } from './tills.ts'

let shop: ShopWithPeople
let till: Till
beforeAll(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
  till = await newTill(shop, 'S01', '01')
})
afterAll(() => shop.close())

let numbers = 0
const number = (): string => String((numbers += 1)).padStart(5, '0')
const balance = async (memberId: string): Promise<number> =>
  (await shop.modules.points.balances(shop.db, [memberId])).get(memberId) ?? 0

/** A sale of ¥30 and ¥20 that 1,000 points pay a part of; by a member who had 3,000. */
async function sellsForPoints(more: { couponCode?: string; points?: number } = {}) {
  const member = await newMember(shop)
  const { memberId, cardNo: memberCode } = member
  await inTransaction(shop.db, tx =>
    shop.modules.points.grant(tx, [{ key: `test:${memberId}`, memberId, points: 3_000 }]),
  )
  const coupon = await giveCoupon(shop, memberId)
  const receiptNo = number()
  const body = {
    key: `told-sale-${receiptNo}`,
    businessDate: today,
    receiptNo,
    businessAt: now,
    memberCode,
    points: more.points ?? 1_000,
    lines: [line(1, '30'), line(2, '20', { productCode: 'chicken' })],
    ...(more.couponCode === undefined ? {} : { couponCode: coupon.code }),
  }
  const sale = await till.call(tillApi).commit({ body })
  await shop.drain()
  return { ...sale, memberId, receiptNo, coupon }
}

/** The night's file tells of goods that came back to a till that does not talk to us. */
const tells = (original: string, receiptNo: string, goods: readonly { product: string; net: string }[]) =>
  inTransaction(shop.db, tx =>
    shop.modules.sales.record(tx, {
      storeCode: 'S01',
      tillCode: '07',
      businessDate: today,
      receiptNo,
      type: 'return',
      businessAt: new Date(now),
      originalDocKey: original,
      lines: goods.map(({ product, net }) => ({
        productCode: product,
        name: product,
        quantity: '-1',
        unitPrice: '1',
        net,
      })),
    }),
  )
const bringsBack = (receiptNo: string, lines?: { lineNo: number; quantity: string }[]) => {
  const own = `R${number()}`
  const body = { key: `told-return-${own}`, businessDate: today, receiptNo: own, businessAt: now }
  return till.call(tillApi).returnSale({
    body: { ...body, original: { businessDate: today, receiptNo }, ...(lines === undefined ? {} : { lines }) },
  })
}

test('points that paid come back with a return that only the night’s file tells of, in parts and once', async () => {
  const sale = await sellsForPoints()
  expect(await balance(sale.memberId)).toBe(3_000 - 1_000 + 50)
  await tells(sale.docKey, number(), [{ product: 'chicken', net: '-20' }])
  await shop.drain()
  // ¥20 of ¥50 came back: two fifths of the points that paid, and its own points are taken.
  expect(await balance(sale.memberId)).toBe(3_000 - 600 + 30)
  const rest = await bringsBack(sale.receiptNo)
  expect(rest).toMatchObject({ refund: 2_400, full: true, pointsBack: { points: 600, fen: 600 } })
  expect(await balance(sale.memberId)).toBe(3_000)
  expect(await ledgerFaults(shop)).toEqual([])
})

test('what the file says came back does not come back a second time at the till', async () => {
  const sale = await sellsForPoints()
  await tells(sale.docKey, number(), [{ product: 'chicken', net: '-20' }])
  await shop.drain()
  await expect(bringsBack(sale.receiptNo, [{ lineNo: 2, quantity: '1' }])).rejects.toMatchObject({
    code: 'till.tooMuch',
  })
  const saleLine = await shop.db
    .selectFrom('till_sale_line')
    .select('returnedQuantity')
    .where('docKey', '=', sale.docKey)
    .where('lineNo', '=', 2)
    .executeTakeFirstOrThrow()
  expect(Number(saleLine.returnedQuantity)).toBe(1)
})

test('the till’s return and the file’s, told again and again, race: the points come back exactly once', async () => {
  const sale = await sellsForPoints()
  const told = number()
  await tells(sale.docKey, told, [
    { product: 'rice', net: '-30' },
    { product: 'chicken', net: '-20' },
  ])
  const handler = shop.modules.handlers.find(each => each.name === 'till.returnsTold')
  const documents = await shop.db
    .selectFrom('sales_document')
    .select(['id', 'revision'])
    .where('originalDocKey', '=', sale.docKey)
    .execute()
  const tries = await Promise.allSettled([
    ...Array.from({ length: 5 }, () => handler?.run({ documents })),
    ...Array.from({ length: 3 }, () => bringsBack(sale.receiptNo)),
  ])
  expect(tries.slice(0, 5).every(one => one.status === 'fulfilled')).toBe(true)
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(3_000)
  const used = await shop.db
    .selectFrom('till_sale_points')
    .select(['points', 'back'])
    .where('docKey', '=', sale.docKey)
    .executeTakeFirstOrThrow()
  expect(used).toEqual({ points: 1_000, back: 1_000 })
  expect(await ledgerFaults(shop)).toEqual([])
})

test('the file tells of one line while our till takes the other back: it waits, and both are back', async () => {
  const { docKey } = await sellsForPoints({ points: 0 })
  await tells(docKey, number(), [{ product: 'chicken', net: '-20' }])
  const handler = shop.modules.handlers.find(each => each.name === 'till.returnsTold')
  const documents = await shop.db
    .selectFrom('sales_document')
    .select(['id', 'revision'])
    .where('originalDocKey', '=', docKey)
    .execute()
  let told: Promise<unknown> | undefined
  // What a return at our till writes; the file comes before it is committed.
  await inTransaction(shop.db, async tx => {
    await tx.updateTable('till_sale').set({ refunded: 3_000 }).where('docKey', '=', docKey).execute()
    await tx
      .updateTable('till_sale_line')
      .set({ returnedQuantity: '1' })
      .where('docKey', '=', docKey)
      .where('lineNo', '=', 1)
      .execute()
    told = handler?.run({ documents })
    await new Promise(resolve => setTimeout(resolve, 500))
  })
  await told
  const lines = await shop.db
    .selectFrom('till_sale_line')
    .select('returnedQuantity')
    .where('docKey', '=', docKey)
    .orderBy('lineNo')
    .execute()
  expect(lines.map(line => Number(line.returnedQuantity))).toEqual([1, 1])
  const sale = await shop.db
    .selectFrom('till_sale')
    .select(['refunded', 'state'])
    .where('docKey', '=', docKey)
    .executeTakeFirstOrThrow()
  expect(sale).toEqual({ refunded: 5_000, state: 'returned' })
})

test('a return that our own till made is not taken a second time when the file brings it as well', async () => {
  const sale = await sellsForPoints()
  const back = await bringsBack(sale.receiptNo, [{ lineNo: 2, quantity: '1' }])
  await shop.drain()
  expect(await balance(sale.memberId)).toBe(3_000 - 600 + 30)
  expect(
    await shop.db.selectFrom('till_told_return').select('docKey').where('docKey', '=', back.docKey).execute(),
  ).toEqual([])
})

test('a file that tells other goods than were sold: only its money counts, and never more than was paid', async () => {
  const sale = await sellsForPoints()
  await tells(sale.docKey, number(), [{ product: 'odd', net: '-25' }])
  await tells(sale.docKey, number(), [{ product: 'odd', net: '-90' }])
  await shop.drain()
  const used = await shop.db
    .selectFrom('till_sale_points')
    .select('back')
    .where('docKey', '=', sale.docKey)
    .executeTakeFirstOrThrow()
  expect(used.back).toBe(1_000)
  expect(await ledgerFaults(shop)).toEqual([])
})
