import readXlsxFile from 'read-excel-file/node'
import { erpErrors } from '../../contract.ts'
import { unpackedBytes } from './workbook-size.ts'
import type { Table, TableOptions, TableRow } from './table.ts'

const RUN = 1000
const MEGABYTE = 1024 ** 2
/** A workbook is held whole: one of 46 MB took a worker to 320 MB. */
const MOST_BYTES = 48 * MEGABYTE

/** Excel keeps moments as days with a fraction: 08:26 comes out as 08:25:59.999, so it is rounded to the second. */
function momentText(at: Date): string {
  const rounded = new Date(Math.round(at.getTime() / 1000) * 1000)
  if (Number.isNaN(rounded.getTime())) return ''
  const text = rounded.toISOString().replace('T', ' ').slice(0, 19)
  return text.endsWith(' 00:00:00') ? text.slice(0, 10) : text
}

/** A number as it was meant: 15 digits are what Excel keeps. */
const numberText = (value: number): string =>
  Number.isInteger(value) ? value.toFixed(0) : String(Number(value.toPrecision(15)))

function cellText(cell: unknown): string {
  if (cell instanceof Date) return momentText(cell)
  if (typeof cell === 'number') return numberText(cell)
  return typeof cell === 'string' || typeof cell === 'boolean' ? String(cell) : ''
}

/** Opens a workbook: every sheet that has the columns of the first one is read, each as a section of its own. */
export async function openXlsx(path: string, options: TableOptions): Promise<Table> {
  const size = await unpackedBytes(path)
  if (size > MOST_BYTES)
    throw erpErrors.workbookTooLarge({ size: Math.ceil(size / MEGABYTE), limit: MOST_BYTES / MEGABYTE })
  const sheets = await readXlsxFile(path, { trim: true }).catch((error: unknown) => {
    throw erpErrors.unreadable({ reason: error instanceof Error ? error.message : String(error) })
  })
  const tables = sheets.map(({ sheet, data }) => ({
    sheet,
    headers: (data[options.headerLine - 1] ?? []).map(cell => cellText(cell).trim()),
    data,
  }))
  const first = tables.find(table => table.headers.some(name => name !== '') && table.data.length > options.headerLine)
  if (first === undefined) throw erpErrors.noHeader()
  const headers = first.headers
  const alike = tables.filter(table => headers.every(name => name === '' || table.headers.includes(name)))
  return {
    encoding: 'xlsx',
    sheets: alike.map(table => table.sheet),
    headers,
    rowsExpected: alike.reduce((sum, table) => sum + table.data.length - options.headerLine, 0),
    batches: async function* batches() {
      for (const [section, table] of alike.entries()) {
        const order = headers.map(name => table.headers.indexOf(name))
        for (let from = options.headerLine; from < table.data.length; from += RUN) {
          const rows: TableRow[] = []
          for (const [i, cells] of table.data.slice(from, from + RUN).entries()) {
            const texts = order.map(at => (at < 0 ? '' : cellText(cells[at])))
            if (texts.some(text => text !== '')) rows.push({ section, line: from + i + 1, cells: texts })
          }
          yield await Promise.resolve(rows)
        }
      }
    },
  }
}
