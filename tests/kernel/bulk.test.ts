import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import { inTransaction } from '../../server/kernel/db.ts'
import { insertRows } from '../../server/kernel/db/bulk.ts'
import { PREPARED } from '../../server/kernel/db/prepared.ts'
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
  // One by one they go another way, as parameters of a prepared statement: to the same end.
  for (const [i, name] of names.entries())
    await insertRows(
      w.db,
      'sales_line',
      ['documentId', 'lineNo', 'productCode', 'nameAtSale', 'quantity', 'unitPrice', 'discount', 'net', 'isGift'],
      [['E', i, 'P', name, '0.8320', '-1', '0', '9999999999999.9999', false]],
    )
  const alone = await w.db
    .selectFrom('sales_line')
    .selectAll()
    .where('documentId', '=', 'E')
    .orderBy('lineNo')
    .execute()
  expect(alone).toEqual(rows.map(row => ({ ...row, documentId: 'E' })))
  expect(rows[0]).toMatchObject({ quantity: '0.8320', unitPrice: '-1.0000', net: '9999999999999.9999', unit: null })
  await insertRows(w.db, 'outbox_done', ['outboxId', 'handler', 'at'], [[1, 'x', at]])
  expect(await w.db.selectFrom('outbox_done').select('at').execute()).toEqual([{ at }])
})

test('a marked statement is prepared once in a connection, and says what it said unprepared', async () => {
  w = await world()
  const at = new Date('2026-11-22T15:59:59.987Z')
  const ask = (
    mark: string,
  ) => sql`${sql.raw(mark)}select cast(${'零钱 \\ ?'} as char) as said, cast(${7} as signed) as number,
      cast(${at} as datetime(3)) as at, cast(${Buffer.from([0, 255])} as binary(2)) as bytes, ${null} as none`
  await inTransaction(w.db, async tx => {
    const prepared = async (): Promise<number> => {
      const { rows } = await sql<{ Value: string }>`show session status like 'Com_stmt_prepare'`.execute(tx)
      return Number(rows[0]?.Value)
    }
    const before = await prepared()
    const plain = (await ask('').execute(tx)).rows
    for (let i = 0; i < 3; i++) expect((await ask(PREPARED).execute(tx)).rows).toEqual(plain)
    expect(plain[0]).toEqual({ said: '零钱 \\ ?', number: 7, at, bytes: Buffer.from([0, 255]), none: null })
    expect(await prepared()).toBe(before + 1)
  })
})
