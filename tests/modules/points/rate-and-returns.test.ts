import { afterEach, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { EarningRules, pointsApi } from '../../../server/modules/points/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { settle, stockShelf, writeReceipt, type Receipt } from './receipts.ts'
import { ruled } from './ruled.ts'

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterEach(() => shop.close())

const doc = (n: number): string => `D${n}`.padEnd(26, '0')

/** A receipt with how many of each line there are. */
async function written(receipt: Receipt, quantities: readonly string[]): Promise<void> {
  await writeReceipt(shop, receipt)
  for (const [at, quantity] of quantities.entries())
    await inTransaction(shop.db, tx =>
      tx
        .updateTable('sales_line')
        .set({ quantity })
        .where('documentId', '=', receipt.id)
        .where('lineNo', '=', at + 1)
        .execute(),
    )
}

test('anybody is told what a purchase of today earns, by the rules of today', async () => {
  const anybody = shop.call(pointsApi)
  expect(await anybody.earningRate()).toEqual({ points: 1, fen: 100 })
  await ruled(shop, EarningRules.parse({ rate: { points: 3, fen: 1000 } }))
  expect(await anybody.earningRate()).toEqual({ points: 3, fen: 1000 })
  // A version for later days is not told yet.
  await ruled(shop, EarningRules.parse({ rate: { points: 9, fen: 100 } }), 2)
  await shop.db.updateTable('points_rules').set({ validFrom: '2026-12-01' }).where('version', '=', 2).execute()
  expect(await anybody.earningRate()).toEqual({ points: 3, fen: 1000 })
})

test('each line says what its returns took back, in all what the ledger took; a part as much as came back', async () => {
  const me = await newMember(shop)
  const { memberId } = me
  const linesOf = async () =>
    (await me.call(pointsApi).myReceipt({ params: { documentId: doc(1) } })).lines.map(line => [line.points, line.back])
  const sold = [
    { product: 'rice', net: '33.60' },
    { product: 'chicken', net: '29.90' },
    { product: 'cigarettes', net: '12' },
  ]
  await written({ id: doc(1), memberId, lines: sold }, ['3', '1', '1'])
  await settle(shop, [doc(1)])
  expect(await linesOf()).toEqual([
    [33, 0],
    [30, 0],
    [0, 0],
  ])

  // One of three bags of rice, and the tobacco, which has earned nothing. A return numbers its lines as it likes.
  const part = [
    { product: 'cigarettes', net: '-12' },
    { product: 'rice', net: '-11.20' },
  ]
  await written({ id: doc(2), memberId, type: 'return', original: doc(1), lines: part }, ['-1', '-1'])
  expect((await linesOf()).map(([, back]) => back)).toEqual([0, 0, 0])
  await settle(shop, [doc(2)])
  const took = async (n: number): Promise<number> =>
    -(await inTransaction(shop.db, tx => shop.modules.points.creditedFor(tx, doc(n))))
  expect((await linesOf()).map(([, back]) => back)).toEqual([await took(2), 0, 0])

  // Then all the rest: each line has given back exactly what it earned.
  const rest = [
    { product: 'rice', net: '-22.40' },
    { product: 'chicken', net: '-29.90' },
  ]
  await written({ id: doc(3), memberId, type: 'return', original: doc(1), lines: rest }, ['-2', '-1'])
  await settle(shop, [doc(3)])
  expect((await took(2)) + (await took(3))).toBe(63)
  expect(await linesOf()).toEqual([
    [33, 33],
    [30, 30],
    [0, 0],
  ])
})

test('two lines of one product and a part of each: the shares sum to what was taken', async () => {
  const me = await newMember(shop)
  const { memberId } = me
  const two = [
    { product: 'rice', net: '10.50' },
    { product: 'rice', net: '20.50' },
    { product: 'chicken', net: '9.70' },
  ]
  await written({ id: doc(1), memberId, lines: two }, ['1', '2', '1'])
  const back = [
    { product: 'rice', net: '-20.75' },
    { product: 'chicken', net: '-9.70' },
  ]
  await written({ id: doc(2), memberId, type: 'return', original: doc(1), lines: back }, ['-2', '-1'])
  await settle(shop, [doc(1), doc(2)])
  const { lines } = await me.call(pointsApi).myReceipt({ params: { documentId: doc(1) } })
  const taken = -(await inTransaction(shop.db, tx => shop.modules.points.creditedFor(tx, doc(2))))
  expect(taken).toBe(30)
  expect(lines.reduce((sum, line) => sum + line.back, 0)).toBe(taken)
  expect(lines.every(line => line.back > 0)).toBe(true)
})
