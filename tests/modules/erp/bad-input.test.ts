import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { xlsxOf } from '../../../server/kernel/sheet.ts'
import { erpApi } from '../../../server/modules/erp/contract.ts'
import { world, type World } from '../../support/world.ts'
import { everything, file, HEADER, importFile, line, nightly, runOf } from './shop-files.ts'
import { textRows, workbookOf } from './workbooks.ts'

let w: World
beforeEach(async () => {
  w = await world()
})
// A shop that stays open would take the next one's events off the same database.
afterEach(() => w.close())

const owner = () => w.as('owner')
const quarantine = async () => (await (await owner()).call(erpApi).quarantine({ query: {} })).items

describe('a bad row', () => {
  test('says its line, its field and why; the good rows go in', async () => {
    const id = await importFile(
      w,
      file(
        line(),
        line({ receipt: '0002', date: '20150229' }),
        line({ receipt: '0003', net: '¥78.00' }),
        line({ receipt: '0004', quantity: '两' }),
        line({ receipt: '0005', code: '' }),
        line({ receipt: '0006', date: '2027-01-01' }),
        line({ receipt: '0007' }),
      ),
    )
    expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 2, rowsBad: 5, quarantineOpen: 5 })
    const said = (await quarantine()).map(row => [row.line, row.field, row.problems[0]?.zh])
    expect(said).toEqual([
      [3, 'businessDate', '第 3 行 营业日期 20150229 不存在'],
      [4, 'net', '第 4 行 实收 「¥78.00」带货币符号，不是纯数字'],
      [5, 'quantity', '第 5 行 数量 「两」不是数字'],
      [6, 'productCode', '第 6 行 商品编码 为空'],
      [7, 'businessDate', '第 7 行 营业日期 2027-01-01 晚于今天'],
    ])
    expect((await quarantine())[0]?.problems[0]?.en).toBe('Line 3: Business date 20150229 does not exist')
    expect((await everything(w)).map(row => row.split(' ')[0])).toEqual([
      'S01|01|2026-11-21|0001',
      'S01|01|2026-11-21|0007',
    ])
  })

  test('is corrected and replayed, and joins the receipt that it belongs to', async () => {
    await importFile(w, file(line(), line({ code: 'M1', name: '牛奶', quantity: '1', price: '78', net: '¥78.00' })))
    expect(await everything(w)).toHaveLength(1)
    const [row] = await quarantine()
    const person = await owner()
    await person.call(erpApi).editRow({ params: { rowId: row?.id ?? '' }, body: { values: { 实收: '78.00' } } })
    expect(await person.call(erpApi).replay({ body: { ids: [row?.id ?? ''] } })).toEqual({
      replayed: 1,
      stillBad: 0,
      documents: 1,
    })
    await w.drain()
    expect(await everything(w)).toEqual([
      'S01|01|2026-11-21|0001 sale 143.8000 1 R5 2.0000 65.8000',
      'S01|01|2026-11-21|0001 sale 143.8000 2 M1 1.0000 78.0000',
    ])
    expect(await quarantine()).toEqual([])
    await expect(
      person.call(erpApi).editRow({ params: { rowId: row?.id ?? '' }, body: { values: {} } }),
    ).rejects.toMatchObject({ code: 'erp.rowResolved' })
  })

  test('is corrected alike for all of one reason; what stays bad says so', async () => {
    await importFile(
      w,
      file(line(), line({ receipt: '0002', date: '20150229' }), line({ receipt: '0003', date: '20150229', net: 'x' })),
    )
    const person = await owner()
    expect(await person.call(erpApi).quarantineGroups({ query: {} })).toMatchObject({
      total: 2,
      items: [{ reason: 'badDate', rows: 2, label: { zh: '日期不存在' } }],
    })
    expect(await person.call(erpApi).replay({ body: { reason: 'badDate', set: { 营业日期: '2026-11-20' } } })).toEqual({
      replayed: 1,
      stillBad: 1,
      documents: 1,
    })
    expect((await quarantine())[0]).toMatchObject({
      line: 4,
      edited: true,
      problems: [{ field: 'net', reason: 'badNumber' }],
    })
    expect(await person.call(erpApi).dismiss({ body: { reason: 'badDate' } })).toEqual({ dismissed: 1 })
    expect(await w.db.selectFrom('erp_staged').selectAll().execute()).toEqual([])
  })

  test('a receipt with two members, and a sale that is all negative, go to quarantine whole', async () => {
    const id = await importFile(
      w,
      file(
        line({ card: '1000000001' }),
        line({ card: '1000000002' }),
        line({ receipt: '0002', quantity: '-1', net: '-32.90' }),
        line({ receipt: '0003' }),
      ),
    )
    expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 1, documentsBad: 2, quarantineOpen: 3 })
    expect((await quarantine()).map(row => [row.line, row.reason, row.values['会员卡号']])).toEqual([
      [2, 'memberConflict', '1000000001'],
      [3, 'memberConflict', '1000000002'],
      [4, 'signConflict', ''],
    ])
  })

  test('comes back as a file of the same columns with the reason', async () => {
    const id = await importFile(w, file(line(), line({ receipt: '0002', date: '20150229', name: '=cmd()' })))
    const { session } = await owner()
    const reply = await fetch(`${w.url}/api/admin/imports/${id}/errors.csv`, { headers: { cookie: session.cookie } })
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await reply.arrayBuffer())
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(text.slice(1).split('\r\n')).toEqual([
      `${HEADER},行号,原因`,
      `S01,01,20150229,0002,17:42:05,销售,,R5,'=cmd(),2,32.90,0,65.80,微信支付,3,第 3 行 营业日期 20150229 不存在`,
      '',
    ])
  })
})

describe('a bad file', () => {
  test('with a missing column is refused by the name of the column', async () => {
    const content = file(line()).replace('实收', '合计')
    await expect(importFile(w, content)).rejects.toMatchObject({
      code: 'erp.columnMissing',
      details: { columns: '实收' },
    })
  })

  test('with a missing column says in its preview which field has none', async () => {
    const content = file(line()).replace('小票号', '备注')
    const stored = await w.modules.files.store(Readable.from([Buffer.from(content)]), { name: 'sales.csv' })
    const preview = await (await owner()).call(erpApi).preview({ body: { fileId: stored.id } })
    expect(preview.missing).toEqual([{ field: 'receiptNo', label: { zh: '小票号', en: 'Receipt number' } }])
  })

  test('that is there already is named in its preview, and refused when it is started', async () => {
    const content = file(line(), line({ receipt: '0002' }))
    const id = await importFile(w, content)
    const stored = await w.modules.files.store(Readable.from([Buffer.from(content)]), { name: 'again.csv' })
    const [source] = await w.db.selectFrom('erp_source').select('id').execute()
    const preview = await (
      await owner()
    )
      .call(erpApi)
      .preview({ body: { fileId: stored.id, sourceId: source?.id ?? '' } })
    expect(preview.duplicateOf).toMatchObject({ importId: id })
    await expect(importFile(w, content, { name: 'again.csv' })).rejects.toMatchObject({
      code: 'erp.alreadyImported',
      details: { fileName: 'sales.csv', importId: id },
    })
  })

  test('that is empty, or has a header only, is refused', async () => {
    await expect(importFile(w, '')).rejects.toMatchObject({ code: 'files.empty' })
    await expect(importFile(w, `${HEADER}\n`)).rejects.toMatchObject({ code: 'erp.noHeader' })
    expect(await w.db.selectFrom('erp_import').selectAll().execute()).toEqual([])
  })

  test('that was cut off goes in up to there; the broken line is named', async () => {
    const id = await importFile(w, file(line(), line({ receipt: '0002' })) + line({ receipt: '0003' }).slice(0, 30))
    expect(await runOf(w, id)).toMatchObject({ documentsNew: 2, rowsBad: 1 })
    expect((await quarantine())[0]?.problems[0]?.zh).toMatch(/^第 4 行 有 \d+ 列，表头有 14 列$/)
  })

  test('whose quote is never closed says where; the lines around it go in', async () => {
    const id = await importFile(
      w,
      file(line(), line({ receipt: '0002', name: '"长粒香米' }), line({ receipt: '0003' })),
    )
    expect(await runOf(w, id)).toMatchObject({ documentsNew: 2, rowsBad: 1 })
    expect((await quarantine())[0]).toMatchObject({ line: 3, reason: 'cutOff' })
  })

  test('packed and cut off is refused as a whole, with the reason, and nothing goes in', async () => {
    const packed = gzipSync(file(...Array.from({ length: 200 }, (_, i) => line({ receipt: String(i) }))))
    await expect(importFile(w, packed.subarray(0, packed.length - 20), { name: 'a.csv.gz' })).rejects.toMatchObject({
      code: 'erp.cutOff',
      zh: expect.stringContaining('没有写完'),
    })
    expect(await w.db.selectFrom('erp_import').selectAll().execute()).toEqual([])
  })

  test('of two encodings goes in by the one that most lines have; the others are named', async () => {
    const [header = '', ...rows] = file(line(), line({ receipt: '0002' }), line({ receipt: '0003' }))
      .trimEnd()
      .split('\n')
    const odd = Buffer.concat([
      Buffer.from(line({ receipt: '0004', name: '', type: '', paid: '' })),
      Buffer.from([0xce, 0xa2, 0xd0, 0xc5]),
      Buffer.from('\n'),
    ])
    const id = await importFile(w, Buffer.concat([Buffer.from(`${header}\n${rows.join('\n')}\n`), odd]))
    expect(await runOf(w, id)).toMatchObject({ documentsNew: 3, rowsBad: 1 })
    expect((await quarantine())[0]).toMatchObject({
      line: 5,
      reason: 'mixedEncoding',
      values: { 支付方式: '微信' },
      problems: [{ zh: '第 5 行 编码与文件其他行不同(此行 gb18030)' }],
    })
    const person = await owner()
    expect(await person.call(erpApi).replay({ body: { importId: id } })).toMatchObject({ replayed: 1 })
  })

  test('that is bad for the most part stops before anything is written, and may be gone on with', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => line({ receipt: String(i), ...(i < 30 ? { net: 'x' } : {}) }))
    const id = await importFile(w, file(...rows))
    expect(await runOf(w, id)).toMatchObject({ state: 'failed', documentsNew: 0, error: { code: 'erp.tooManyBad' } })
    expect(await everything(w)).toEqual([])
    await (await owner()).call(erpApi).resume({ params: { importId: id } })
    await w.drain()
    expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 10, quarantineOpen: 30 })
  })

  test('is shown in a preview with the guessed columns, samples and every problem', async () => {
    const content = file(
      ...Array.from({ length: 60 }, (_, i) => line({ receipt: String(i), ...(i === 57 ? { date: '20150229' } : {}) })),
    )
    const stored = await w.modules.files.store(Readable.from([Buffer.from(content)]), { name: 'sales.csv' })
    const preview = await (await owner()).call(erpApi).preview({ body: { fileId: stored.id } })
    expect(preview).toMatchObject({
      stream: 'sales',
      mappingFrom: 'guessed',
      encoding: 'utf-8',
      rowsChecked: 60,
      rowsBad: 1,
      wholeFile: true,
      missing: [],
      duplicateOf: null,
    })
    expect(preview.rows).toHaveLength(50)
    expect(preview.columns.map(column => column.guess)).toEqual(Object.keys(nightly.fields))
    expect(preview.columns[3]?.samples).toEqual(['0', '1', '2', '3', '4'])
    expect(preview.warnings.map(warning => warning.zh)).toEqual(['第 59 行 营业日期 20150229 不存在'])
  })
})

describe('a bad workbook', () => {
  const cells = (text: string): string[][] =>
    text
      .trimEnd()
      .split('\n')
      .map(one => one.split(','))
  const book = (...lines: string[]): Buffer => xlsxOf(cells(file(...lines)))

  test('says the same of its rows as a text file does, in preview and quarantine', async () => {
    const bytes = book(
      line(),
      line({ receipt: '0002', date: '20150229' }),
      line({ receipt: '0003', net: '¥78.00' }),
      line({ receipt: '', code: 'X' }),
      line({ receipt: '0007' }),
    )
    const said = [
      '第 3 行 营业日期 20150229 不存在',
      '第 4 行 实收 「¥78.00」带货币符号，不是纯数字',
      '第 5 行 小票号 为空',
    ].map(text => `1 ${text}`)
    const stored = await w.modules.files.store(Readable.from([bytes]), { name: 'sales.xlsx' })
    const preview = await (await owner()).call(erpApi).preview({ body: { fileId: stored.id } })
    expect(preview).toMatchObject({ encoding: 'xlsx', rowsChecked: 5, rowsBad: 3, wholeFile: true })
    expect(preview.warnings.map(({ zh }) => zh)).toEqual(said)
    const id = await importFile(w, bytes, { name: 'sales.xlsx' })
    expect(await runOf(w, id)).toMatchObject({ state: 'done', documentsNew: 2, rowsBad: 3, rowsTotal: 5 })
    expect((await quarantine()).map(row => row.problems[0]?.zh)).toEqual(said)
    await expect(importFile(w, bytes, { name: 'again.xlsx' })).rejects.toMatchObject({ code: 'erp.alreadyImported' })
  })

  test('with a missing column, without rows, or cut off is refused before anything is there', async () => {
    const bytes = xlsxOf(cells(file(line()).replace('实收', '合计')))
    await expect(importFile(w, bytes, { name: 'a.xlsx' })).rejects.toMatchObject({
      code: 'erp.columnMissing',
      details: { columns: '实收' },
    })
    await expect(importFile(w, book().subarray(0), { name: 'b.xlsx' })).rejects.toMatchObject({ code: 'erp.noHeader' })
    const whole = book(line())
    await expect(importFile(w, whole.subarray(0, whole.length - 100), { name: 'c.xlsx' })).rejects.toMatchObject({
      code: 'erp.cutOff',
    })
    expect(await w.db.selectFrom('erp_import').selectAll().execute()).toEqual([])
  })

  test('that is broken far down fails with its reason, with nothing written; mended, it goes in', async () => {
    const rows = cells(file(...Array.from({ length: 1500 }, (_, i) => line({ receipt: String(i) }))))
    const sheet = textRows(rows)
    const cut = `<?xml version="1.0"?><worksheet><sheetData>${sheet}`
    const id = await importFile(w, workbookOf({ sheets: [cut] }), { name: 'sales.xlsx' })
    expect(await runOf(w, id)).toMatchObject({ state: 'failed', documentsNew: 0, error: { code: 'erp.cutOff' } })
    expect(await everything(w)).toEqual([])
    const again = await importFile(w, workbookOf({ sheets: [sheet] }), { name: 'sales.xlsx' })
    expect(await runOf(w, again)).toMatchObject({ state: 'done', documentsNew: 1500 })
  })
})

describe('who may', () => {
  test('a store manager sees the bad rows of her store, and starts nothing', async () => {
    await importFile(w, file(line({ net: 'x' }), line({ store: 'S02', net: 'x' }), line({ receipt: '0002' })))
    const manager = await w.as('storeManager', { stores: ['S02'] })
    expect((await manager.call(erpApi).quarantine({ query: {} })).items.map(row => row.storeCode)).toEqual(['S02'])
    expect((await manager.call(erpApi).imports({ query: {} })).items).toEqual([])
    const cashier = await w.as('cashier')
    await expect(cashier.call(erpApi).imports({ query: {} })).rejects.toMatchObject({ status: 403 })
  })
})
