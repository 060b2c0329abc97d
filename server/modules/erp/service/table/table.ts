import type { RowProblem } from '../stream.ts'

/** One row of a file as text cells, in the order of the table's headers. */
export interface TableRow {
  /** The sheet of a workbook, from 0. Rows of one document in two sheets are two versions, not one basket. */
  readonly section: number
  /** Where a person finds it: the physical line (or sheet row), from 1. */
  readonly line: number
  readonly cells: readonly string[]
  /** Set when the row is broken as a row, whatever its fields say. */
  readonly problem?: RowProblem
}

/** A file opened as a table. */
export interface Table {
  readonly encoding: string
  readonly sheets: readonly string[]
  readonly headers: readonly string[]
  /** Rows to be expected; exact where no cell spans lines. */
  readonly rowsExpected: number
  /** The rows in file order, some hundreds at a time. */
  batches(): AsyncIterable<readonly TableRow[]>
}

export interface TableOptions {
  readonly encoding: 'auto' | 'utf-8' | 'gb18030'
  readonly delimiter: 'auto' | ',' | ';' | '\t' | '|'
  readonly headerLine: number
}
