import { afterEach, beforeEach, expect, test } from 'vitest'
import { inTransaction } from '../../../server/kernel/db.ts'
import { publish } from '../../../server/kernel/events/event.ts'
import { cardsBound } from '../../../server/modules/members/events.ts'
import { salesApi } from '../../../server/modules/sales/contract.ts'
import type { RecordedSale } from '../../../server/modules/sales/index.ts'
import { world, type World } from '../../support/world.ts'
import { everything, file, importFile, line } from '../erp/shop-files.ts'

let w: World
beforeEach(async () => {
  w = await world()
})
// A shop that stays open would take the next one's events off the same database.
afterEach(() => w.close())

const sale = (over: Partial<RecordedSale> = {}): RecordedSale => ({
  storeCode: 'S01',
  tillCode: '01',
  businessDate: '2026-11-21',
  receiptNo: '0001',
  type: 'sale',
  businessAt: new Date('2026-11-21T09:42:05Z'),
  memberRef: { kind: 'card', value: '1000000001' },
  lines: [{ productCode: 'R5', name: '长粒香米', quantity: '2', unitPrice: '32.90' }],
  ...over,
})
const record = (one: RecordedSale) => inTransaction(w.db, tx => w.modules.sales.record(tx, one))
const headers = () =>
  w.db
    .selectFrom('sales_document')
    .select(['docKey', 'net', 'memberRef', 'memberId', 'revision', 'importId'])
    .orderBy('docKey')
    .execute()

/** A member whose old card is bound, without the ceremony of enrolment. */
async function bindCard(cardNo: string): Promise<string> {
  const memberId = w.kernel.newId()
  const now = w.clock.now()
  await inTransaction(w.db, async tx => {
    await tx
      .insertInto('member')
      .values({
        id: memberId,
        state: 'active',
        cardNo: memberId.replaceAll(/\D/g, '').padStart(20, '0'),
        source: 'paper',
        termsVersion: '1',
        termsAcceptedAt: now,
        enrolledAt: now,
        updatedAt: now,
      })
      .execute()
    await tx
      .insertInto('card')
      .values({ cardNo, memberId, boundAt: now, state: 'bound', contentHash: '', importedAt: now })
      .execute()
    await publish(tx, cardsBound, { cards: [{ memberId, cardNo }] })
  })
  return memberId
}

test('a sale of the till and the same sale in the file are one document; the member that only the till knew stays', async () => {
  const memberId = await bindCard('1000000001')
  await record(sale())
  await w.drain()
  expect(await headers()).toMatchObject([{ net: '65.8000', memberId, revision: 1, importId: null }])
  await importFile(w, file(line({ price: '32.90', net: '60.80', discount: '5.00' })))
  expect(await headers()).toMatchObject([{ net: '60.8000', memberRef: '1000000001', memberId, revision: 2 }])
  expect(await everything(w)).toHaveLength(1)
  // The till repeats itself after the file: what the file said stands.
  expect(await record(sale())).toMatchObject({ outcome: 'older', revision: 2 })
  expect(await headers()).toMatchObject([{ net: '60.8000', memberId }])
})

test('the file may be first; then the till only adds the member', async () => {
  const memberId = await bindCard('1000000001')
  await importFile(w, file(line()))
  await record(sale())
  await w.drain()
  expect(await headers()).toMatchObject([{ revision: 1, memberRef: '1000000001', memberId }])
})

test('a card bound later brings its past receipts, and the returns that name them', async () => {
  await importFile(
    w,
    file(
      line({ card: '1000000001' }),
      line({ card: '1000000001', receipt: '0002' }),
      line({ card: '1000000009', receipt: '0003' }),
    ),
  )
  await record(
    sale({
      type: 'return',
      receiptNo: '0900',
      memberRef: null,
      originalDocKey: 'S01|01|2026-11-21|0001',
      lines: [{ productCode: 'R5', name: '', quantity: '-1', unitPrice: '32.90' }],
    }),
  )
  await w.drain()
  expect((await headers()).every(one => one.memberId === null)).toBe(true)
  const memberId = await bindCard('1000000001')
  await w.drain()
  expect((await headers()).map(one => one.memberId)).toEqual([memberId, memberId, null, memberId])
})

test('a file that names another member moves the receipt', async () => {
  const first = await bindCard('1000000001')
  const second = await bindCard('1000000002')
  await importFile(w, file(line({ card: '1000000001' })))
  expect(await headers()).toMatchObject([{ memberId: first }])
  w.clock.advance(1000)
  await importFile(w, file(line({ card: '1000000002' })), { name: 'next.csv' })
  expect(await headers()).toMatchObject([{ memberId: second, revision: 2 }])
})

test('every list keeps to the stores of who asks', async () => {
  await importFile(w, file(line(), line({ store: 'S02', net: '100.00', price: '50', date: '2026-11-20' })))
  const manager = await w.as('storeManager', { stores: ['S02'] })
  const owner = await w.as('owner')
  expect((await manager.call(salesApi).documents({ query: {} })).items.map(one => one.storeCode)).toEqual(['S02'])
  const foreign = (await owner.call(salesApi).documents({ query: { storeCode: 'S01' } })).items[0]?.id ?? ''
  await expect(manager.call(salesApi).document({ params: { documentId: foreign } })).rejects.toMatchObject({
    status: 404,
  })
  expect(await manager.call(salesApi).summary({ query: { day: '2026-11-21' } })).toMatchObject({
    asOf: '2026-11-20',
    netSales: { value: 0, yesterday: 100, lastWeek: null },
  })
  expect((await manager.call(salesApi).daily({ query: { from: '2026-11-19', to: '2026-11-21' } })).items).toEqual([
    { day: '2026-11-20', netSales: 100, memberNetSales: 0, receipts: 1, memberReceipts: 0 },
  ])
  const matrix = await manager.call(salesApi).arrival({ query: { from: '2026-11-20', to: '2026-11-22' } })
  expect(matrix.stores.map(store => store.code)).toEqual(['S02'])
  expect(matrix.cells.map(cell => [cell.day, cell.state])).toEqual([
    ['2026-11-20', 'late'],
    ['2026-11-21', 'missing'],
    ['2026-11-22', 'pending'],
  ])
})

test('the overview’s day is the last that has ended: what the tills tell of today does not stand beside whole days', async () => {
  const owner = await w.as('owner')
  const summary = () => owner.call(salesApi).summary({ query: {} })
  await record(sale({ businessDate: '2026-11-22', receiptNo: '0300' }))
  expect(await summary()).toMatchObject({ day: '2026-11-22', asOf: '2026-11-22' })
  await importFile(w, file(line({ net: '60.80', discount: '5.00' })))
  expect(await summary()).toMatchObject({ day: '2026-11-21', asOf: '2026-11-21', netSales: { value: 60.8 } })
})

test('the matrix says what differs: rows in quarantine, and sales that no file has confirmed', async () => {
  await importFile(w, file(line(), line({ receipt: '0002', net: 'x' }), line({ store: 'S02' })))
  await record(sale({ storeCode: 'S02', receiptNo: '0077' }))
  const matrix = await (await w.as('owner')).call(salesApi).arrival({ query: { from: '2026-11-21', to: '2026-11-21' } })
  expect(matrix.cells).toMatchObject([
    {
      storeCode: 'S01',
      state: 'different',
      quarantined: 1,
      documents: 1,
      stated: { documents: 1, lines: 1, net: '65.8000' },
    },
    { storeCode: 'S02', state: 'different', unconfirmed: 1, documents: 2, quarantined: 0 },
  ])
})
