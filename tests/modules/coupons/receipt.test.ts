import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { couponsApi } from '../../../server/modules/coupons/contract.ts'
import { file, importFile, line } from '../erp/shop-files.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'
import { goodsFor, newTemplate } from './coupons.ts'

let shop: ShopWithPeople
beforeAll(async () => {
  shop = await shopWithPeople()
})
afterAll(() => shop.close())

test('用了哪张券: a receipt tells its owner the coupons it used and what each took off, and nobody else', async () => {
  const [me, other] = [await newMember(shop), await newMember(shop)]
  await importFile(
    shop,
    file(line({ card: me.cardNo, receipt: '0001' }), line({ card: me.cardNo, receipt: '0002', time: '18:00:00' })),
  )
  await shop.drain()
  const [used, plain] = await shop.db
    .selectFrom('sales_document')
    .select(['id', 'docKey', 'storeCode'])
    .where('memberId', '=', me.memberId)
    .orderBy('receiptNo')
    .execute()
  if (used === undefined || plain === undefined) throw new Error('the receipts did not come')
  const { docKey, storeCode } = used
  const templateId = await newTemplate(shop, { name: '满39减5' })
  await inTransaction(shop.db, tx =>
    shop.modules.coupons.issue(tx, templateId, [{ memberId: me.memberId, key: 'for:it' }]),
  )
  const coupons = await shop.modules.coupons.ofMember(shop.db, me.memberId)
  const use = { coupons, docKey, storeCode, channel: 'till' as const, memberId: me.memberId, goods: goodsFor(5000) }
  await inTransaction(shop.db, tx => shop.modules.coupons.redeem(tx, use))

  const told = async (asker: typeof me, documentId: string) =>
    (await asker.call(couponsApi).receiptCoupons({ params: { documentId } })).items
  const couponId = coupons[0]?.id
  expect(await told(me, used.id)).toEqual([{ couponId, name: '满39减5', discount: 500, takenBack: 0 }])
  expect(await told(me, plain.id)).toEqual([])
  expect(await told(other, used.id)).toEqual([])
  // Staff of its store are told the same, and nobody elsewhere.
  const staffTold = async (stores: string[]) => {
    const { call } = await shop.as('storeManager', { stores })
    return (await call(couponsApi).documentCoupons({ params: { documentId: used.id } })).items
  }
  expect(await staffTold([storeCode])).toEqual([{ couponId, name: '满39减5', discount: 500, takenBack: 0 }])
  expect(await staffTold(['S99'])).toEqual([])
  // What came back with its goods stays on the receipt, with what was taken back.
  await inTransaction(shop.db, tx => shop.modules.coupons.giveBack(tx, docKey))
  expect(await told(me, used.id)).toMatchObject([{ couponId, discount: 500, takenBack: 500 }])
})
