import { erpErrors } from '../../../contract.ts'
import { isoText, momentText, numberText, unescaped } from './cell.ts'
import type { Texts } from './texts.ts'
import { longer, readXml, type XmlListener } from './xml.ts'

const MOST_ROWS = 1_048_576
const MOST_COLUMNS = 16_384
/** Rows handed on at a time; fewer where they are wide. */
const RUN = 1000
const WIDE = 200_000

/** What a sheet needs of its workbook to say its cells. */
export interface SheetInput {
  readonly texts: Texts
  /** By number of the cell's style: whether it shows dates. */
  readonly dates: readonly boolean[]
  readonly isMac: boolean
}

/** A row as it stands in the sheet; cells that are not there are ''. */
export interface SheetRow {
  /** As the sheet counts, from 1. */
  readonly line: number
  readonly cells: string[]
}

interface Run {
  readonly rows: readonly SheetRow[]
  /** Bytes of the sheet up to here. */
  readonly bytes: number
}

interface Gathered extends SheetRow {
  /** Column and number of its shared texts, by turns. */
  readonly shared: number[]
}

/** The rows of a sheet, empty ones left out, as they come from the stream: none is kept. */
export async function* readSheet(
  stream: AsyncIterable<Uint8Array>,
  { texts, dates, isMac }: SheetInput,
): AsyncGenerator<Run> {
  let rows: Gathered[] = []
  let held = 0
  let isWhole = false
  const listener = rowListener(
    { dates, isMac },
    row => {
      rows.push(row)
      held += row.cells.length
    },
    () => (isWhole = true),
  )
  let bytes = 0
  for await (const read of readXml(stream, listener)) {
    bytes = read
    if (rows.length < RUN && held < WIDE) continue
    yield { rows: await said(rows, texts), bytes }
    rows = []
    held = 0
  }
  // A sheet that ends before its rows do was not written to its end.
  if (!isWhole) throw erpErrors.cutOff()
  yield { rows: await said(rows, texts), bytes }
}

async function said(rows: readonly Gathered[], texts: Texts): Promise<readonly SheetRow[]> {
  let highest = -1
  for (const { shared } of rows) for (let i = 1; i < shared.length; i += 2) highest = Math.max(highest, shared[i] ?? 0)
  if (highest >= 0) await texts.reach(highest)
  for (const { cells, shared } of rows)
    for (let i = 0; i < shared.length; i += 2) cells[shared[i] ?? 0] = texts.at(shared[i + 1] ?? 0)
  return rows.filter(({ cells }) => cells.some(text => text !== ''))
}

/** Puts rows together from what a sheet's XML tells (ECMA-376 §18.3.1.73). */
function rowListener(
  { dates, isMac }: Pick<SheetInput, 'dates' | 'isMac'>,
  onRow: (row: Gathered) => void,
  onEnd: () => void,
): XmlListener {
  let at: 'row' | 'cell' | 'else' = 'else'
  let line = 0
  let column = -1
  let cells: string[] = []
  let shared: number[] = []
  let type = 'n'
  let style = -1
  let value = ''
  let isTaking = false
  let isReading = false

  function endCell(): void {
    if (value === '') return
    while (cells.length < column) cells.push('')
    if (type === 's') {
      const index = Number(value)
      if (Number.isSafeInteger(index) && index >= 0) shared.push(column, index)
      cells[column] = ''
    } else cells[column] = cellText(type, value, dates[style] === true, isMac)
  }

  return {
    open(name) {
      at = 'else'
      switch (name) {
        case 'c':
          at = 'cell'
          column++
          type = 'n'
          style = -1
          value = ''
          break
        case 'v':
          isTaking = true
          break
        case 't':
          isTaking = !isReading
          break
        case 'rPh':
          isReading = true
          break
        case 'row':
          at = 'row'
          line++
          column = -1
          cells = []
          shared = []
          break
        default:
      }
    },
    attribute(name, text) {
      if (at === 'cell') {
        if (name === 'r') column = columnOf(text)
        else if (name === 't') type = text
        else if (name === 's') style = Number(text)
      } else if (at === 'row' && name === 'r') line = Number(text)
    },
    close(name) {
      at = 'else'
      if (name === 'v' || name === 't') isTaking = false
      else if (name === 'rPh') isReading = false
      else if (name === 'c') endCell()
      else if (name === 'row') {
        if (!(line >= 1 && line <= MOST_ROWS)) throw misplaced()
        if (cells.length > 0) onRow({ line, cells, shared })
      } else if (name === 'sheetData') onEnd()
    },
    text(piece) {
      if (isTaking) value = longer(value, piece)
    },
  }
}

function cellText(type: string, value: string, isDate: boolean, isMac: boolean): string {
  switch (type) {
    case 'n':
      return isDate ? momentText(value, isMac) : numberText(value)
    case 'str':
    case 'inlineStr':
      return unescaped(value).trim()
    case 'b':
      return value === '1' ? 'true' : 'false'
    case 'd':
      return isoText(value)
    default:
      // A formula that has failed says nothing.
      return ''
  }
}

/** The column of a cell's address, from 0: "AB12" → 27. */
function columnOf(address: string): number {
  let column = 0
  for (let i = 0; i < address.length; i++) {
    const code = address.charCodeAt(i)
    if (code < 65 || code > 90) break
    column = column * 26 + code - 64
  }
  if (column < 1 || column > MOST_COLUMNS) throw misplaced()
  return column - 1
}

const misplaced = (): Error => erpErrors.workbookRefused({ zh: '单元格位置超出工作表', en: 'a cell beyond the sheet' })
