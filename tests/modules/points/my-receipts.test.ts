import { afterEach, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { pointsApi } from '../../../server/modules/points/contract.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { settle, stockShelf, writeReceipt } from './receipts.ts'

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
  await stockShelf(shop)
})
afterEach(() => shop.close())

const doc = (n: number): string => `D${n}`.padEnd(26, '0')
const rice = (net: string) => [{ product: 'rice', net }]

test('a page of receipts is told what each is credited with, however old it is, and never another’s', async () => {
  const [me, other] = [await newMember(shop), await newMember(shop)]
  const { memberId } = me
  await writeReceipt(shop, { id: doc(1), memberId, lines: rice('63.40') })
  await writeReceipt(shop, { id: doc(2), memberId, lines: [{ product: 'cigarettes', net: '45' }] })
  await writeReceipt(shop, { id: doc(3), memberId, type: 'return', original: doc(1), lines: rice('-10') })
  await writeReceipt(shop, { id: doc(4), memberId: other.memberId, lines: rice('20') })
  await settle(shop, [1, 2, 3, 4].map(doc))
  await writeReceipt(shop, { id: doc(5), memberId, lines: rice('8') })
  // Far more entries than a phone ever asks for at once have come since.
  const gifts = Array.from({ length: 205 }, (_, n) => ({ key: `gift-${n}`, memberId, points: 1 }))
  await inTransaction(shop.db, tx => shop.modules.points.grant(tx, gifts))

  const points = async (documentIds: string): Promise<Record<string, number>> =>
    Object.fromEntries(
      (await me.call(pointsApi).myReceiptsPoints({ query: { documentIds } })).items.map(one => [
        one.documentId,
        one.points,
      ]),
    )
  // The fifth is not counted yet.
  expect(await points([1, 2, 3, 4, 5].map(doc).join(','))).toEqual({ [doc(1)]: 63, [doc(2)]: 0, [doc(3)]: -10 })
  expect(await points(doc(4))).toEqual({})
})

test('more than a page, or what is no id, is refused', async () => {
  const me = await newMember(shop)
  const ask = (documentIds: string) => me.call(pointsApi).myReceiptsPoints({ query: { documentIds } })
  const refused = { code: 'common.invalidRequest' }
  await expect(ask(Array.from({ length: 201 }, () => doc(1)).join(','))).rejects.toMatchObject(refused)
  await expect(ask('x')).rejects.toMatchObject(refused)
})
