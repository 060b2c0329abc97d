import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { xlsxOf } from '../../../server/kernel/sheet.ts'
import { openTable } from '../../../server/modules/erp/service/table/index.ts'
import { textRows, workbookOf, zipOf, type Written } from './workbooks.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'zg-workbook-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function saved(bytes: Buffer): string {
  const path = join(folder, 'a.xlsx')
  writeFileSync(path, bytes)
  return path
}

const open = (path: string, headerLine = 1) => openTable(path, { encoding: 'auto', delimiter: 'auto', headerLine })

/** All that a workbook says: headers, then sheet, line and cells of each row. */
async function said(bytes: Buffer, headerLine = 1) {
  const table = await open(saved(bytes), headerLine)
  const rows: [number, number, ...string[]][] = []
  for await (const batch of table.batches())
    for (const { section, line, cells } of batch) rows.push([section, line, ...cells])
  return { headers: table.headers, rows, sheets: table.sheets, expected: table.rowsExpected }
}

const cellsOf = async (written: Written) => (await said(workbookOf(written))).rows.map(([, , ...cells]) => cells)
const HEAD = textRows([['a', 'b', 'c']])

describe('a workbook says', () => {
  test('its texts: shared, in runs, inline, of formulas; readings and failed formulas are none', async () => {
    const texts =
      '<si><t>禾谷园</t></si><si><r><t>长粒</t></r><r><rPr/><t xml:space="preserve"> 香米</t></r><rPh><t>xiang</t></rPh></si><si><t>A&amp;B&#10;_x000D_x_x005F_x0041_</t></si>'
    const rows = `<row r="2"><c r="A2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>
      <row r="3"><c r="A3" t="s"><v>2</v></c><c r="B3" t="str"><f>"x"&amp;"y"</f><v> xy </v></c><c r="C3" t="e"><v>#N/A</v></c></row>
      <row r="4"><c r="B4" t="b"><v>1</v></c><c r="C4" t="inlineStr"><is><r><t>行</t></r><r><t>内</t></r></is></c></row>
      <row r="5"><c r="A5" t="s"><v>99</v></c><c r="B5"/><c r="C5" s="1"/></row>`
    expect(await cellsOf({ sheets: [HEAD + rows], texts })).toEqual([
      ['禾谷园', '', '长粒 香米'],
      ['A&B\n\rx_x0041_', 'xy', ''],
      ['', 'true', '行内'],
    ])
  })

  test('its numbers as they were meant, and moments by the format of their cells', async () => {
    const styles = `<numFmts><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="[Red]#,##0.00&quot;day&quot;"/><numFmt numFmtId="166" formatCode="0.00E+00"/><numFmt numFmtId="167" formatCode="[h]:mm:ss"/></numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
      <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="22"/><xf numFmtId="21"/><xf numFmtId="167"/><xf numFmtId="31"/></cellXfs>`
    const row = (n: number, ...cells: [value: string, style: number][]): string =>
      `<row r="${n}">${cells.map(([value, style]) => `<c s="${style}"><v>${value}</v></c>`).join('')}</row>`
    const sheet =
      row(2, ['0.1', 0], ['3.2000000000000002', 0], ['6901234567890', 0]) +
      row(3, ['1E-3', 0], ['46347', 3], ['46347', 4]) +
      row(4, ['46347', 1], ['46347', 2], ['46347.35138888889', 5]) +
      row(5, ['0.73755787037037', 6], ['0.5', 7], ['46347', 8]) +
      row(6, ['-5', 1], ['2958466', 1], ['46347.99999999', 1])
    expect(await cellsOf({ sheets: [HEAD + sheet], styles })).toEqual([
      ['0.1', '3.2', '6901234567890'],
      ['0.001', '46347', '46347'],
      ['2026-11-21', '2026-11-21', '2026-11-21 08:26:00'],
      ['17:42:05', '12:00:00', '2026-11-21'],
      ['-5', '2958466', '2026-11-22'],
    ])
    const mac = `${HEAD}<row r="2"><c s="1"><v>44885</v></c><c t="d"><v>2026-11-21T17:42:05Z</v></c></row>`
    expect(await cellsOf({ sheets: [mac], styles, properties: 'date1904="1"' })).toEqual([
      ['2026-11-21', '2026-11-21 17:42:05', ''],
    ])
  })

  test('its rows by the lines a person sees, whatever prefix or address the writer gave them', async () => {
    const prefixed =
      '<?xml version="1.0"?><x:worksheet xmlns:x="m"><x:dimension ref="A1:A1"/><x:sheetData><x:row r="3"><x:c r="B3" t="inlineStr"><x:is><x:t>卡号</x:t></x:is></x:c></x:row><x:row r="7"><x:c r="AA7"><x:v>9</x:v></x:c><x:c r="B7"><x:v>5</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    expect(await said(workbookOf({ sheets: [prefixed] }), 3)).toMatchObject({
      headers: ['', '卡号'],
      rows: [[0, 7, '', '5']],
    })
  })

  test('each sheet that has the columns of the first, with its own order of them', async () => {
    const { sheets, rows, headers } = await said(
      workbookOf({
        sheets: [
          '',
          textRows([
            ['a', 'b'],
            ['1', '2'],
          ]),
          textRows([['notes'], ['x']]),
          textRows([
            ['b', 'extra', 'a'],
            ['4', 'e', '3'],
            ['', 'only extra', ''],
          ]),
        ],
      }),
    )
    expect({ sheets, rows, headers }).toEqual({
      sheets: ['Sheet2', 'Sheet4'],
      headers: ['a', 'b'],
      rows: [
        [0, 2, '1', '2'],
        [1, 2, '3', '4'],
      ],
    })
  })

  test('the same as was written out, whatever the table', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'é', '米', '"', '<', '&', ' x', '0', '.', '-', '😀'),
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1, maxLength: 40 }), async table => {
        const want = table
          .map((cells, i) => [0, i + 2, ...cells.map(plain)])
          .filter(([, , a, b]) => a !== '' || b !== '')
        const told = said(xlsxOf([['a', 'b'], ...table]))
        if (want.length === 0) await expect(told).rejects.toMatchObject({ code: 'erp.noHeader' })
        else expect((await told).rows).toEqual(want)
      }),
      { numRuns: 60 },
    )
  })

  /** What the real book of the UCI set says, told by another reader. */
  const real = join(import.meta.dirname, '../../../../shared/data/online-retail-ii-extract-xlsx/online_retail_II.xlsx')
  test.skipIf(!existsSync(real))('the same as another reader finds in a real book', async () => {
    const { default: readExcel } = await import('read-excel-file/node')
    const theirs = await readExcel(real)
    const table = await open(real)
    const ours: string[][] = []
    for await (const batch of table.batches())
      for (const { section, cells } of batch) if (section === 0) ours.push([...cells])
    const [sheet] = theirs as unknown as { data: unknown[][] }[]
    const rows = sheet?.data.slice(1) ?? []
    expect(ours).toHaveLength(rows.length)
    const text = (cell: unknown): string =>
      cell instanceof Date
        ? new Date(Math.round(cell.getTime() / 1000) * 1000)
            .toISOString()
            .slice(0, 19)
            .replace('T', ' ')
            .replace(' 00:00:00', '')
        : typeof cell === 'string'
          ? cell.trim()
          : typeof cell === 'number'
            ? String(cell)
            : ''
    expect(ours).toEqual(rows.map(row => table.headers.map((_, i) => text(row[i]))))
  })
})

/** How a text comes back: spaces around it go, numbers are numbers. */
const plain = (text: string): string =>
  /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text) ? String(Number(text)).replace('-0', '0') : text.trim()

describe('a large workbook', () => {
  const many = (rows: number): string =>
    Array.from(
      { length: rows },
      (_, i) =>
        `<row r="${i + 2}"><c r="A${i + 2}" t="s"><v>${i % 5000}</v></c><c r="B${i + 2}"><v>${i * 7}</v></c></row>`,
    ).join('')
  const texts = Array.from({ length: 5000 }, (_, i) => `<si><t>CARD${String(i).padStart(12, '0')}</t></si>`).join('')

  test('is read in the memory of a small one', () => {
    const path = saved(workbookOf({ sheets: [textRows([['card', 'points']]) + many(300_000)], texts }))
    const script = `
      const { openTable } = await import(${JSON.stringify(join(import.meta.dirname, '../../../server/modules/erp/service/table/index.ts'))})
      const table = await openTable(${JSON.stringify(path)}, { encoding: 'auto', delimiter: 'auto', headerLine: 1 })
      let rows = 0, sum = 0
      for await (const batch of table.batches()) for (const { cells } of batch) { rows++; sum += Number(cells[1]) }
      console.log(JSON.stringify({ rows, sum, off: Math.abs(table.rowsExpected / rows - 1) < 0.2 }))`
    const out = execFileSync(process.execPath, ['--max-old-space-size=40', '--input-type=module', '-e', script])
    expect(JSON.parse(out.toString())).toEqual({ rows: 300_000, sum: (7 * 300_000 * 299_999) / 2, off: true })
  }, 60_000)

  test('is read no further than asked: the first rows of one that is broken at its end are there', async () => {
    const cut = `<?xml version="1.0"?><worksheet><sheetData>${textRows([['card', 'points']])}${many(20_000)}<row r="20002"><c r="A20002"`
    const table = await open(saved(workbookOf({ sheets: [cut], texts: `<?xml version="1.0"?><sst>${texts}<si><t>` })))
    expect(table.rowsExpected).toBeGreaterThan(15_000)
    for await (const batch of table.batches()) {
      expect(batch[0]?.cells).toEqual(['CARD000000000000', '0'])
      break
    }
    const all = async () => {
      let rows = 0
      for await (const batch of table.batches()) rows += batch.length
      return rows
    }
    await expect(all()).rejects.toMatchObject({ code: 'erp.cutOff', zh: expect.stringContaining('没有写完') })
  })
})

describe('what is no good workbook', () => {
  const sheet = textRows([
    ['a', 'b'],
    ['1', '2'],
  ])
  const fault = (code: string, zh = '') => ({ code: `erp.${code}`, zh: expect.stringContaining(zh) })

  test('half-written, at whatever byte it breaks off, is said to be so', async () => {
    const whole = workbookOf({ sheets: [sheet] })
    for (const share of [0.2, 0.5, 0.9, 0.99])
      await expect(said(whole.subarray(0, Math.floor(whole.length * share)))).rejects.toMatchObject(fault('cutOff'))
    await expect(
      said(workbookOf({ sheets: [`<?xml version="1.0"?><worksheet><sheetData>${sheet}`] })),
    ).rejects.toMatchObject(fault('cutOff'))
  })

  test('damaged on the way, be it by one digit, is not believed', async () => {
    const whole = zipOf(partsFor(sheet), {}, 'stored')
    const at = whole.indexOf('<t>2</t>') + 3
    expect((await said(whole)).rows).toEqual([[0, 2, '1', '2']])
    whole.write('3', at)
    await expect(said(whole)).rejects.toMatchObject(fault('damaged'))
  })

  test('another file in a ZIP, an old workbook, and one with a password are named with the way out', async () => {
    await expect(said(zipOf({ 'word/document.xml': '<document/>' }))).rejects.toMatchObject(
      fault('notWorkbook', '另存为 .xlsx'),
    )
    await expect(said(zipOf({ 'xl/workbook.bin': 'x' }))).rejects.toMatchObject(fault('notWorkbook'))
    const ole = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(2000)])
    await expect(said(ole)).rejects.toMatchObject(fault('oldExcel'))
    await expect(said(Buffer.concat([ole, Buffer.from('EncryptedPackage', 'utf16le')]))).rejects.toMatchObject(
      fault('workbookLocked', '密码'),
    )
  })

  test('empty sheets have no rows to import', async () => {
    await expect(said(workbookOf({ sheets: [''] }))).rejects.toMatchObject(fault('noHeader'))
    await expect(said(workbookOf({ sheets: [textRows([['a', 'b']])] }))).rejects.toMatchObject(fault('noHeader'))
  })

  test('a ZIP bomb is refused: by what it says of itself, and by what comes out of it', async () => {
    const bomb = `${sheet}${' '.repeat(32 * 1024 ** 2)}`
    await expect(said(workbookOf({ sheets: [bomb] }))).rejects.toMatchObject(fault('workbookRefused', '压缩炸弹'))
    const parts = partsFor(bomb)
    await expect(said(zipOf(parts, { 'xl/worksheets/sheet1.xml': 4000 }))).rejects.toMatchObject(fault('unreadable'))
    await expect(said(zipOf(partsFor(sheet), { 'xl/worksheets/sheet1.xml': 3 * 1024 ** 3 }))).rejects.toMatchObject(
      fault('workbookTooLarge', 'CSV'),
    )
  })

  test('entities that grow are refused where they are declared, in sheets and in texts', async () => {
    const doctype =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    await expect(
      said(
        workbookOf({
          sheets: [`<?xml version="1.0"?>${doctype}<worksheet><sheetData>${sheet}</sheetData></worksheet>`],
        }),
      ),
    ).rejects.toMatchObject(fault('workbookRefused', 'DTD'))
    await expect(
      said(
        workbookOf({
          sheets: [`${sheet}<row r="3"><c r="A3" t="s"><v>0</v></c></row>`],
          texts: `<?xml version="1.0"?>${doctype}<sst><si><t>&c;</t></si></sst>`,
        }),
      ),
    ).rejects.toMatchObject(fault('workbookRefused'))
  })

  test('what never ends is refused before it fills the memory: nesting, a cell, an attribute, a place beyond the sheet', async () => {
    await expect(said(workbookOf({ sheets: [`${sheet}${'<x>'.repeat(50)}`] }))).rejects.toMatchObject(
      fault('workbookRefused', '层级'),
    )
    const noise = Array.from({ length: 300_000 }, (_, i) => (i * 7919).toString(36)).join('')
    await expect(
      said(workbookOf({ sheets: [`${sheet}<row r="3"><c t="str"><v>${noise}</v></c></row>`] })),
    ).rejects.toMatchObject(fault('workbookRefused', '单元格'))
    await expect(said(workbookOf({ sheets: [`${sheet}<row r="3" x="${noise.repeat(2)}"/>`] }))).rejects.toMatchObject(
      fault('workbookRefused', '内容过长'),
    )
    await expect(
      said(workbookOf({ sheets: [`${sheet}<row r="1048577"><c><v>1</v></c></row>`] })),
    ).rejects.toMatchObject(fault('workbookRefused', '位置'))
    await expect(
      said(workbookOf({ sheets: [`${sheet}<row r="3"><c r="XFE3"><v>1</v></c></row>`] })),
    ).rejects.toMatchObject(fault('workbookRefused', '位置'))
  })

  const partsFor = (inside: string) => ({
    'xl/workbook.xml': '<workbook><sheets><sheet name="1" sheetId="1" r:id="r1"/></sheets></workbook>',
    'xl/_rels/workbook.xml.rels':
      '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
    'xl/worksheets/sheet1.xml': `<worksheet><sheetData>${inside}</sheetData></worksheet>`,
  })
})
