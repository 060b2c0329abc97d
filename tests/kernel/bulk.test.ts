import { afterEach, expect, test } from 'vitest'
import { insertRows } from '../../server/kernel/db/bulk.ts'
import { world, type World } from '../support/world.ts'

let w: World
afterEach(() => w.close())

test('whatever a file calls a product is stored letter by letter', async () => {
  w = await world()
  const names = [
    `可口可乐 330ml "经典" 'zero'`,
    String.raw`back\slash, ?, :name, ${'$'}1, %s, \0`,
    '-- drop; /* ? */ \n\t\r\b\0\u001A end',
    '🍊 橙子 '.repeat(8).trim(),
    '',
  ]
  const at = new Date('2026-11-22T15:59:59.987Z')
  await insertRows(
    w.db,
    'sales_line',
    ['documentId', 'lineNo', 'productCode', 'nameAtSale', 'quantity', 'unitPrice', 'discount', 'net', 'isGift'],
    names.map((name, i) => ['D', i, 'P', name, '0.8320', '-1', '0', '9999999999999.9999', false]),
  )
  const rows = await w.db.selectFrom('sales_line').selectAll().orderBy('lineNo').execute()
  expect(rows.map(row => row.nameAtSale)).toEqual(names)
  expect(rows[0]).toMatchObject({ quantity: '0.8320', unitPrice: '-1.0000', net: '9999999999999.9999', unit: null })
  await insertRows(w.db, 'outbox_done', ['outboxId', 'handler', 'at'], [[1, 'x', at]])
  expect(await w.db.selectFrom('outbox_done').select('at').execute()).toEqual([{ at }])
})
