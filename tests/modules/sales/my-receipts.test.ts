import { afterEach, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { cardsBound } from '../../../server/modules/members/events.ts'
import { salesApi } from '../../../server/modules/sales/contract.ts'
import type { RecordedSale } from '../../../server/modules/sales/index.ts'
import { file, importFile, line } from '../erp/shop-files.ts'
import { newMember, shopWithPeople, type ShopWithPeople } from '../members/shoppers.ts'

let shop: ShopWithPeople
beforeEach(async () => {
  shop = await shopWithPeople()
})
afterEach(() => shop.close())

/** Somebody with an old card, bound without the ceremony. */
async function memberWith(cardNo: string): Promise<Awaited<ReturnType<typeof newMember>>> {
  const member = await newMember(shop)
  const now = shop.clock.now()
  await inTransaction(shop.db, async tx => {
    await tx
      .insertInto('card')
      .values({ cardNo, memberId: member.memberId, boundAt: now, state: 'bound', contentHash: '', importedAt: now })
      .execute()
    await publish(tx, cardsBound, { cards: [{ memberId: member.memberId, cardNo }] })
  })
  return member
}

test('somebody finds their receipts by the month and by what was bought, and never another’s', async () => {
  const me = await memberWith('1000000001')
  await memberWith('1000000002')
  const mine = { card: '1000000001' }
  await importFile(
    shop,
    file(
      line({ ...mine, receipt: '0001', name: '鲜牛奶 1L', code: 'M1' }),
      line({ ...mine, receipt: '0001', name: '100%果汁', code: 'J1' }),
      line({ ...mine, receipt: '0002', name: '长粒香米', time: '18:00:00' }),
      line({ ...mine, receipt: '0003', date: '2026-10-03', name: '酸牛奶', code: 'M2' }),
      line({ card: '1000000002', receipt: '0004', name: '鲜牛奶 1L', code: 'M1' }),
    ),
  )
  await shop.drain()
  const receipts = async (query: { goods?: string; month?: string }) =>
    (await me.call(salesApi).myReceipts({ query })).items.map(one => one.receiptNo)
  expect(await receipts({})).toEqual(['0002', '0001', '0003'])
  expect(await receipts({ goods: '牛奶' })).toEqual(['0001', '0003'])
  expect(await receipts({ goods: '牛奶', month: '2026-10' })).toEqual(['0003'])
  // What stands for anything in a pattern is only itself here.
  expect(await receipts({ goods: '%' })).toEqual(['0001'])
  expect(await receipts({ goods: '_' })).toEqual([])
  expect(await receipts({ goods: '1l' })).toEqual(['0001'])
})

test('抹零 is no product and no saving in the list; the receipt itself still has the line', async () => {
  const me = await memberWith('1000000001')
  const mine = { card: '1000000001' }
  await importFile(
    shop,
    file(
      line({ ...mine, receipt: '0001', discount: '2.00', net: '63.80' }),
      line({
        ...mine,
        receipt: '0001',
        code: 'ML',
        name: '抹零',
        quantity: '1',
        price: '0',
        discount: '0.04',
        net: '-0.04',
      }),
      line({ ...mine, receipt: '0002' }),
    ),
  )
  await shop.db.updateTable('product').set({ kind: 'rounding' }).where('code', '=', 'ML').execute()
  await shop.drain()
  const { items } = await me.call(salesApi).myReceipts({ query: {} })
  expect(items.map(one => [one.receiptNo, one.discount, one.lineCount, one.net])).toEqual([
    ['0002', '0.0000', 1, '65.8000'],
    ['0001', '2.0000', 1, '63.7600'],
  ])
  const detail = await me.call(salesApi).myReceipt({ params: { documentId: items[1]?.id ?? '' } })
  expect(detail.lines.map(each => each.kind)).toEqual(['goods', 'rounding'])
})

test('a return that numbers its lines anew marks the line that came back, not the one of its own number', async () => {
  const me = await memberWith('1000000001')
  const receipt = (receiptNo: string, more: Partial<RecordedSale>): RecordedSale => ({
    storeCode: 'S01',
    tillCode: '01',
    businessDate: '2026-11-21',
    receiptNo,
    type: 'sale',
    businessAt: shop.clock.now(),
    memberRef: { kind: 'card', value: '1000000001' },
    lines: [],
    ...more,
  })
  const [rice, milk] = [
    { productCode: 'R5', name: '长粒香米', unitPrice: '32.90' },
    { productCode: 'M1', name: '鲜牛奶', unitPrice: '12' },
  ]
  const { id, docKey } = await inTransaction(shop.db, tx =>
    shop.modules.sales.record(
      tx,
      receipt('0001', { lines: [{ ...rice, quantity: '1' }, { ...milk, quantity: '2' }] }), // prettier-ignore
    ),
  )
  await inTransaction(shop.db, tx =>
    shop.modules.sales.record(
      tx,
      receipt('0002', { type: 'return', originalDocKey: docKey, lines: [{ ...milk, quantity: '-1' }] }),
    ),
  )
  await shop.drain()
  const { returned } = await me.call(salesApi).myReceipt({ params: { documentId: id } })
  expect(returned).toMatchObject([{ lineNo: 2, productCode: 'M1', quantity: '-1.0000' }])
})
