import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { catalogApi } from '../../../server/modules/catalog/contract.ts'
import { erpApi } from '../../../server/modules/erp/contract.ts'
import { salesApi } from '../../../server/modules/sales/contract.ts'
import { world, type World } from '../../support/world.ts'
import { everything, file, importFile, line, runOf } from './shop-files.ts'

let w: World
beforeEach(async () => {
  w = await world()
})
// A shop that stays open would take the next one's events off the same database.
afterEach(() => w.close())

describe("the night's file", () => {
  test('becomes receipts, line by line, with stubs for what nobody knew', async () => {
    const id = await importFile(
      w,
      file(
        line(),
        line({ code: 'V1', name: '上海青', quantity: '0.832', price: '7.96', net: '6.62', discount: '0' }),
        line({ receipt: '0002', time: '18:00:00' }),
      ),
    )
    expect(await runOf(w, id)).toMatchObject({
      state: 'done',
      percent: 100,
      rowsRead: 3,
      rowsBad: 0,
      documentsNew: 2,
      documentsTotal: 2,
    })
    const owner = await w.as('owner')
    const { items } = await owner.call(salesApi).documents({ query: {} })
    expect(items.map(item => [item.docKey, item.net, item.lineCount, item.confirmed])).toEqual([
      ['S01|01|2026-11-21|0002', '65.8000', 1, true],
      ['S01|01|2026-11-21|0001', '72.4200', 2, true],
    ])
    const detail = await owner.call(salesApi).document({ params: { documentId: items[1]?.id ?? '' } })
    expect(detail.lines.map(one => [one.lineNo, one.name, one.quantity, one.net])).toEqual([
      [1, '长粒香米', '2.0000', '65.8000'],
      [2, '上海青', '0.8320', '6.6200'],
    ])
    expect(detail.payments).toEqual([{ method: '微信支付', amount: '72.4200' }])
    expect(detail.businessAt).toBe('2026-11-21T09:42:05.000Z')
    const products = await owner.call(catalogApi).products({ query: { provisional: 'true' } })
    expect(products.items.map(product => product.name)).toEqual(['长粒香米', '上海青'])
    expect((await owner.call(catalogApi).stores({ query: {} })).items).toMatchObject([
      { code: 'S01', provisional: true },
    ])
  })

  test('is not loaded twice, unless someone insists; and then nothing changes', async () => {
    const content = file(line(), line({ receipt: '0002' }))
    await importFile(w, content)
    const before = await everything(w)
    await expect(importFile(w, content)).rejects.toMatchObject({ code: 'erp.alreadyImported', status: 409 })
    const again = await importFile(w, content, { force: true })
    expect(await runOf(w, again)).toMatchObject({ documentsNew: 0, documentsSame: 2, documentsChanged: 0 })
    expect(await everything(w)).toEqual(before)
  })

  test('corrects a receipt when it comes again with other content, and an old file does not undo that', async () => {
    const first = file(line(), line({ code: 'B1', name: '购物袋', quantity: '1', price: '0.30', net: '0.30' }))
    await importFile(w, first)
    w.clock.advance(60_000)
    const corrected = await importFile(w, file(line({ quantity: '1', net: '32.90' })), { name: 'corrected.csv' })
    expect(await runOf(w, corrected)).toMatchObject({ documentsChanged: 1 })
    expect(await everything(w)).toEqual(['S01|01|2026-11-21|0001 sale 32.9000 1 R5 1.0000 32.9000'])
    w.clock.advance(60_000)
    const old = await importFile(w, first, { force: true })
    expect(await runOf(w, old)).toMatchObject({ documentsOlder: 1, documentsChanged: 0 })
    expect(await everything(w)).toEqual(['S01|01|2026-11-21|0001 sale 32.9000 1 R5 1.0000 32.9000'])
  })

  test('may have the lines of one receipt far apart, be gzipped, and written in GB18030', async () => {
    const text = file(line(), line({ receipt: '0002' }), line({ code: 'X', net: '1.00', price: '0.50' }))
    const id = await importFile(w, text, { gzip: true, name: 'sales.csv.gz' })
    expect(await runOf(w, id)).toMatchObject({ documentsNew: 2 })
    const before = await everything(w)
    expect(before).toHaveLength(3)
    const gbk = Buffer.from(new Uint8Array(Buffer.concat(text.split('').map(gb18030))))
    const same = await importFile(w, gbk, { name: 'gbk.csv' })
    expect(await runOf(w, same)).toMatchObject({ documentsSame: 2, rowsBad: 0 })
    expect(await everything(w)).toEqual(before)
  })

  test('takes returns and adjustments by sign and by rule', async () => {
    await importFile(
      w,
      file(
        line({ type: '退货', quantity: '-1', net: '-32.90', receipt: '0009' }),
        line({ type: '', quantity: '-2', net: '0', price: '0', receipt: '0010' }),
      ),
    )
    const rows = await w.db.selectFrom('sales_document').select(['receiptNo', 'type']).orderBy('receiptNo').execute()
    expect(rows).toEqual([
      { receiptNo: '0009', type: 'return' },
      { receiptNo: '0010', type: 'return' },
    ])
  })

  test('can be stopped and gone on with', async () => {
    const id = await importFile(w, file(line()), { drain: false })
    const owner = await w.as('owner')
    expect(await owner.call(erpApi).stop({ params: { importId: id } })).toMatchObject({ state: 'stopped' })
    await w.drain()
    expect(await everything(w)).toEqual([])
    await owner.call(erpApi).resume({ params: { importId: id } })
    await w.drain()
    expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 1 })
  })

  test('is dropped into a watched folder and taken when it has stopped growing', async () => {
    const { mkdirSync, writeFileSync, appendFileSync } = await import('node:fs')
    const { join } = await import('node:path')
    const sourceId = await w.modules.erp.ensureSource({ code: 'night', name: '日终目录', kind: 'folder' })
    const { nightly } = await import('./shop-files.ts')
    await w.modules.erp.saveMapping(sourceId, 'nightly', nightly, '^sales')
    const folder = join(w.config.DATA_DIR, 'drop', 'night')
    mkdirSync(folder, { recursive: true })
    const path = join(folder, 'sales-20261121.csv')
    writeFileSync(path, file(line()))
    expect(await w.modules.erp.watchFolders()).toBe(0)
    appendFileSync(path, `${line({ receipt: '0002' })}\n`)
    expect(await w.modules.erp.watchFolders()).toBe(0)
    expect(await w.modules.erp.watchFolders()).toBe(1)
    expect(await w.modules.erp.watchFolders()).toBe(0)
    await w.drain()
    expect(await everything(w)).toHaveLength(2)
  })
})

/** GB18030 of the few characters these files use, found by asking the decoder. */
const table = new Map<string, Buffer>()
function gb18030(char: string): Buffer {
  if (char.charCodeAt(0) < 0x80) return Buffer.from(char)
  if (table.size === 0) {
    const decoder = new TextDecoder('gb18030')
    for (let high = 0x81; high < 0xff; high++)
      for (let low = 0x40; low < 0xff; low++)
        table.set(decoder.decode(new Uint8Array([high, low])), Buffer.from([high, low]))
  }
  return table.get(char) ?? Buffer.from('?')
}
