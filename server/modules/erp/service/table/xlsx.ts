import { erpErrors } from '../../contract.ts'
import type { Table, TableOptions, TableRow } from './table.ts'
import { readBook, type Book } from './workbook/book.ts'
import { openParts, type Parts } from './workbook/parts.ts'
import { readSheet, type SheetRow } from './workbook/sheet.ts'
import { sharedTexts, type Texts } from './workbook/texts.ts'

/** So many rows are looked at to know how many there are. */
const LOOKED_AT = 1000

/** A sheet after a look at its beginning. */
interface Looked {
  readonly name: string
  readonly part: string
  readonly headers: readonly string[]
  /** Rows below the header; counted where the sheet is short, else reckoned from its size. */
  readonly rows: number
}

interface Opened {
  readonly parts: Parts
  readonly book: Book
  readonly texts: Texts
}

/**
 * Opens a workbook: every sheet that has the columns of the first one is read, each as a section of its own. Sheets and
 * texts are read as streams and no further than asked, so that memory does not grow with the rows.
 */
export async function openXlsx(path: string, { headerLine }: TableOptions): Promise<Table> {
  const sheets = await look(path, headerLine)
  const first = sheets.find(({ headers, rows }) => rows > 0 && headers.some(name => name !== ''))
  if (first === undefined) throw erpErrors.noHeader()
  const headers = first.headers.slice(0, first.headers.findLastIndex(name => name !== '') + 1)
  const alike = sheets.filter(sheet => headers.every(name => name === '' || sheet.headers.includes(name)))
  return {
    encoding: 'xlsx',
    sheets: alike.map(({ name }) => name),
    headers,
    rowsExpected: alike.reduce((sum, { rows }) => sum + rows, 0),
    batches: async function* batches() {
      const opened = await open(path)
      try {
        for (const [section, sheet] of alike.entries()) {
          const order = headers.map(name => sheet.headers.indexOf(name))
          const row = ({ line, cells }: SheetRow): TableRow => ({
            section,
            line,
            cells: order.map(at => cells[at] ?? ''),
          })
          for await (const { rows } of sheetOf(opened, sheet.part)) {
            const below = rows.filter(({ line }) => line > headerLine).map(row)
            const told = below.filter(({ cells }) => cells.some(text => text !== ''))
            if (told.length > 0) yield told
          }
        }
      } finally {
        await close(opened)
      }
    },
  }
}

/** What each sheet's beginning tells. */
async function look(path: string, headerLine: number): Promise<Looked[]> {
  const opened = await open(path)
  try {
    const looked: Looked[] = []
    for (const sheet of opened.book.sheets) {
      let headers: readonly string[] = []
      let seen = 0
      let read = 0
      let isWhole = true
      for await (const { rows, bytes } of sheetOf(opened, sheet.part)) {
        headers = rows.find(({ line }) => line === headerLine)?.cells.map(text => text.trim()) ?? headers
        seen += rows.filter(({ line }) => line > headerLine).length
        read = bytes
        isWhole = seen < LOOKED_AT
        if (!isWhole) break
      }
      const rows = isWhole ? seen : Math.round((seen / Math.max(1, read)) * opened.parts.size(sheet.part))
      looked.push({ ...sheet, headers, rows })
    }
    return looked
  } finally {
    await close(opened)
  }
}

async function open(path: string): Promise<Opened> {
  const parts = await openParts(path)
  try {
    const book = await readBook(parts)
    return { parts, book, texts: sharedTexts(() => parts.open(book.texts ?? '')) }
  } catch (error) {
    parts.close()
    throw error
  }
}

const sheetOf = async function* ({ parts, book, texts }: Opened, part: string) {
  yield* readSheet(await parts.open(part), { texts, dates: book.dates, isMac: book.isMac })
}

async function close({ parts, texts }: Opened): Promise<void> {
  await texts.close()
  parts.close()
}
