import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openTable } from '../../../server/modules/erp/service/table/index.ts'
import { unpackedBytes } from '../../../server/modules/erp/service/table/workbook-size.ts'

let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'zg-workbook-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const PLAIN = { encoding: 'auto', delimiter: 'auto', headerLine: 1 } as const

/** The bones of a workbook: a local header, and a directory that says what its parts come to. */
function workbook(parts: Readonly<Record<string, number>>): string {
  const entries = Object.entries(parts).map(([name, bytes]) => {
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt32LE(bytes, 24)
    entry.writeUInt16LE(name.length, 28)
    return Buffer.concat([entry, Buffer.from(name)])
  })
  const directory = Buffer.concat(entries)
  const local = Buffer.from('504b0304'.padEnd(60, '0'), 'hex')
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(local.length, 16)
  const path = join(folder, 'a.xlsx')
  writeFileSync(path, Buffer.concat([local, directory, end]))
  return path
}

test('a workbook that would fill the worker’s memory is refused before it is unpacked, with the way out', async () => {
  await expect(openTable(workbook({ 'xl/worksheets/sheet1.xml': 49 * 1024 ** 2 }), PLAIN)).rejects.toMatchObject({
    code: 'erp.workbookTooLarge',
    zh: expect.stringContaining('请另存为 CSV'),
  })
})

test('only sheets and texts count, and what is no workbook counts nothing', async () => {
  const parts = {
    'xl/media/image1.png': 90_000_000,
    'xl/worksheets/sheet1.xml': 1000,
    'xl/worksheets/sheet2.xml': 200,
    'xl/sharedStrings.xml': 30,
  }
  expect(await unpackedBytes(workbook(parts))).toBe(1230)
  const text = join(folder, 'a.csv')
  writeFileSync(text, 'a,b\n1,2\n')
  expect(await unpackedBytes(text)).toBe(0)
})
