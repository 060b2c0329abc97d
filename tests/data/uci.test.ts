import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uciMapping } from '../../scripts/loop/uci-mapping.ts'
import type { MappingInput } from '../../server/modules/erp/contract.ts'
import { world, type World } from '../support/world.ts'
import { everything, importFile } from '../modules/erp/shop-files.ts'

const shared = join(import.meta.dirname, '../../../shared/data')
const present = existsSync(shared)
if (!present) process.stderr.write(`data tests skipped: no ${shared}\n`)

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.close())

const totals = async (store: string) => {
  const row = await w.db
    .selectFrom('sales_document')
    .select(eb => [
      eb.fn.countAll<string>().as('documents'),
      eb.fn.sum<string>('lineCount').as('lines'),
      eb.fn.sum<string>('net').as('net'),
      eb.fn.count<string>('memberRef').distinct().as('customers'),
    ])
    .where('storeCode', '=', store)
    .executeTakeFirstOrThrow()
  const lines = await w.db
    .selectFrom('sales_line as l')
    .innerJoin('sales_document as d', 'd.id', 'l.documentId')
    .select(eb => eb.fn.sum<string>('l.net').as('net'))
    .where('d.storeCode', '=', store)
    .executeTakeFirstOrThrow()
  expect(Number(lines.net)).toBeCloseTo(Number(row.net), 6)
  return {
    documents: Number(row.documents),
    lines: Number(row.lines),
    net: Number(row.net),
    customers: Number(row.customers),
  }
}

describe.skipIf(!present)('UCI, a shop in the UK, day by day', () => {
  // The first days, those with two timestamps in an invoice, the bad-debt adjustments of August and the last day.
  const folder = join(shared, 'uci-online-retail-by-day')
  const days = () => {
    const all = readdirSync(folder)
      .filter(name => name.endsWith('.gz'))
      .sort()
    return [...all.slice(0, 6), '2011-08-12.csv.gz', ...all.slice(-1)].filter(name => all.includes(name))
  }

  /** The truth by plain code over the raw text. */
  function plain(names: readonly string[]): { documents: number; lines: number; net: number; customers: number } {
    const documents = new Set<string>()
    const customers = new Set<string>()
    let lines = 0
    let net = 0n
    for (const name of names) {
      const [, ...rows] = gunzipSync(readFileSync(join(folder, name)))
        .toString('utf8')
        .trimEnd()
        .split('\n')
      for (const row of rows) {
        const match = /^([^,]*),.*,(-?\d+),([^,]*),(-?[\d.]+),([^,]*),[^,]*$/.exec(row)
        if (match === null) throw new Error(`not a row: ${row}`)
        const [, receipt = '', quantity = '0', , price = '0', customer = ''] = match
        documents.add(receipt)
        if (customer !== '') customers.add(customer)
        const [whole = '0', fraction = ''] = price.replace('-', '').split('.')
        const scaled = BigInt(whole) * 1000n + BigInt(fraction.padEnd(3, '0'))
        net += BigInt(quantity) * (price.startsWith('-') ? -scaled : scaled)
        lines++
      }
    }
    return { documents: documents.size, lines, net: Number(net) / 1000, customers: customers.size }
  }

  test('every line is in a document, nothing in quarantine; again in another order changes nothing', async () => {
    const names = days()
    for (const name of names) await importFile(w, readFileSync(join(folder, name)), { name, mapping: uciMapping })
    expect(await totals('UK')).toEqual(plain(names))
    expect(await w.db.selectFrom('erp_quarantine').selectAll().execute()).toEqual([])
    const before = await everything(w)
    for (const name of names.toReversed())
      await importFile(w, readFileSync(join(folder, name)), { name, mapping: uciMapping, force: true })
    expect(await everything(w)).toEqual(before)
  }, 300_000)
})

describe.skipIf(!present)('other real files', () => {
  test('two sheets that overlap tell the same receipts once', async () => {
    const { UnitPrice: _, ...rest } = { UnitPrice: 1, ...uciMapping }
    const mapping: MappingInput = {
      ...rest,
      fields: {
        ...uciMapping.fields,
        storeCode: { constant: 'XLSX' },
        receiptNo: { column: 'Invoice' },
        unitPrice: { column: 'Price' },
        memberCard: { column: 'Customer ID' },
      },
    }
    await importFile(w, readFileSync(join(shared, 'online-retail-ii-extract-xlsx/online_retail_II.xlsx')), {
      name: 'online_retail_II.xlsx',
      mapping,
    })
    expect(await totals('XLSX')).toEqual({ documents: 1742, lines: 34_325, net: 1_221_723.66, customers: 262 })
    const cancelled = await w.db
      .selectFrom('sales_document')
      .select(eb => eb.fn.countAll<string>().as('n'))
      .where('storeCode', '=', 'XLSX')
      .where('type', '=', 'return')
      .executeTakeFirstOrThrow()
    expect(Number(cancelled.n)).toBe(303)
  }, 300_000)

  test('baskets in GBK', async () => {
    const mapping: MappingInput = {
      stream: 'sales',
      fields: {
        storeCode: { constant: 'GBK' },
        businessDate: { constant: '2026-01-01' },
        receiptNo: { column: 'id' },
        productCode: { column: 'Goods' },
        productName: { column: 'Goods' },
        quantity: { constant: '1' },
        net: { constant: '0' },
      },
    }
    await importFile(w, readFileSync(join(shared, 'groceries-zh-gbk/GoodsOrder.csv')), {
      name: 'GoodsOrder.csv',
      mapping,
    })
    expect(await totals('GBK')).toMatchObject({ documents: 9835, lines: 43_367 })
    const goods = await w.db
      .selectFrom('sales_line as l')
      .innerJoin('sales_document as d', 'd.id', 'l.documentId')
      .select(eb => eb.fn.count<string>('l.productCode').distinct().as('n'))
      .where('d.storeCode', '=', 'GBK')
      .executeTakeFirstOrThrow()
    expect(Number(goods.n)).toBe(169)
  }, 300_000)

  test('orders in GB18030, the cancelled ones void', async () => {
    const mapping: MappingInput = {
      stream: 'sales',
      fields: {
        storeCode: { constant: 'WEB' },
        receiptNo: { column: 'order_id' },
        businessAt: { column: 'order_time' },
        memberCard: { column: 'user_id' },
        productCode: { column: 'product_id' },
        productName: { column: 'product_name' },
        quantity: { column: 'quantity' },
        net: { column: 'amount' },
        status: { column: 'order_status' },
        paymentMethod: { column: 'payment_method' },
      },
    }
    await importFile(w, readFileSync(join(shared, 'zh-orders-gbk-synthetic/order_1.csv')), {
      name: 'order_1.csv',
      mapping,
    })
    expect(await totals('WEB')).toMatchObject({ lines: 1693, customers: 1468 })
    const cancelled = await w.db
      .selectFrom('sales_document')
      .select(eb => eb.fn.countAll<string>().as('n'))
      .where('storeCode', '=', 'WEB')
      .where('status', '=', 'void')
      .executeTakeFirstOrThrow()
    expect(Number(cancelled.n)).toBe(77)
  }, 300_000)
})
