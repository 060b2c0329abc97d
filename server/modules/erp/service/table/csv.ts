import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import Papa from 'papaparse'
import { z } from 'zod'
import { erpErrors } from '../../contract.ts'
import { decodeText, surveyText, type TextFacts } from './encoding.ts'
import type { RowProblem } from '../stream.ts'
import type { Table, TableOptions, TableRow } from './table.ts'

/** An open quote may span this much text before it is taken for an accident. */
const LONGEST_ROW = 1024 ** 2
const DELIMITERS = [',', '\t', ';', '|'] as const

interface Rows {
  readonly line: number
  readonly rows: string[][]
  /** The line where a quote opens that is never closed; its rows are not in `rows`. */
  readonly cutOff?: boolean
}

/** What Papa's inner parser returns; its own types say `any`. */
const Parsed = z.object({
  data: z.custom<string[][]>(Array.isArray),
  errors: z.array(z.object({ code: z.string(), row: z.number().optional() })),
  meta: z.object({ cursor: z.number() }),
})

/** Opens a CSV (also gzipped): finds encoding, delimiter and headers; reads it in bounded memory. */
export async function openCsv(path: string, options: TableOptions, gzipped: boolean): Promise<Table> {
  const open = (): Promise<Readable> => {
    const raw = createReadStream(path, { highWaterMark: 256 * 1024 })
    if (!gzipped) return Promise.resolve(raw)
    const unzipped = createGunzip({ chunkSize: 256 * 1024 })
    raw.on('error', error => unzipped.destroy(error))
    return Promise.resolve(raw.pipe(unzipped))
  }
  const surveyed = await surveyText(open)
  const facts: TextFacts =
    options.encoding === 'auto' ? surveyed : { ...surveyed, encoding: options.encoding, strays: new Map() }
  const head = await readHead(await open(), facts, options)
  return {
    encoding: facts.encoding,
    sheets: [],
    headers: head.headers,
    rowsExpected: Math.max(0, facts.lines - options.headerLine),
    batches: async function* batches() {
      const stream = await open()
      try {
        for await (const rows of parseRows(decodeText(stream, facts), head.delimiter)) {
          const batch = tableRows(rows, head.headers.length, options.headerLine, facts)
          if (batch.length > 0) yield batch
        }
      } finally {
        stream.destroy()
      }
    },
  }
}

async function readHead(
  stream: Readable,
  facts: TextFacts,
  options: TableOptions,
): Promise<{ headers: string[]; delimiter: string }> {
  let text = ''
  for await (const piece of decodeText(stream, facts)) {
    text += piece
    if (text.length > 65_536) break
  }
  stream.destroy()
  const lines = text.split(/\r\n|\n|\r/)
  const line = lines[options.headerLine - 1] ?? ''
  const delimiter = options.delimiter === 'auto' ? mostFrequent(line) : options.delimiter
  const headers = (Papa.parse<string[]>(line, { delimiter }).data[0] ?? []).map(name =>
    name.replace(/^\uFEFF/, '').trim(),
  )
  while (headers.at(-1) === '') headers.pop()
  if (headers.length === 0 || !lines.slice(options.headerLine).some(one => one.trim() !== ''))
    throw erpErrors.noHeader()
  return { headers, delimiter }
}

const mostFrequent = (line: string): string => {
  const counts = DELIMITERS.map(delimiter => ({ delimiter, count: line.split(delimiter).length }))
  return counts.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

/** Line ends as single line feeds; a carriage return at the end of a piece waits for the next one. */
async function* evenLines(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let held = ''
  for await (const piece of pieces) {
    const text = held + piece
    held = text.endsWith('\r') ? '\r' : ''
    const whole = held === '' ? text : text.slice(0, -1)
    yield whole.includes('\r') ? whole.replaceAll(/\r\n?/g, '\n') : whole
  }
  if (held !== '') yield '\n'
}

async function* parseRows(pieces: AsyncIterable<string>, delimiter: string): AsyncGenerator<Rows> {
  const parser = (text: string, atEnd: boolean): z.output<typeof Parsed> =>
    Parsed.parse(new Papa.Parser({ delimiter, newline: '\n' }).parse(text, 0, !atEnd))
  let carry = ''
  let line = 1
  let first = true

  function* take(atEnd: boolean): Generator<Rows> {
    while (carry !== '') {
      const { data, errors, meta } = parser(carry, atEnd)
      const open = errors.find(error => error.code === 'MissingQuotes')
      const rows = atEnd && open !== undefined ? data.slice(0, open.row ?? data.length - 1) : data
      const used = atEnd && open !== undefined ? lengthOf(carry, rows, delimiter) : meta.cursor
      yield { line, rows }
      line += countLines(carry, used)
      carry = carry.slice(used)
      const stuck = atEnd ? open !== undefined : rows.length === 0 && carry.length > LONGEST_ROW
      if (!stuck) break
      const end = carry.indexOf('\n')
      const broken = end < 0 ? carry : carry.slice(0, end)
      yield { line, rows: [broken.split(delimiter)], cutOff: true }
      line++
      carry = end < 0 ? '' : carry.slice(end + 1)
    }
    if (atEnd) carry = ''
  }

  for await (const piece of evenLines(pieces)) {
    carry += first ? piece.replace(/^\uFEFF/, '') : piece
    if (piece !== '') first = false
    yield* take(false)
  }
  yield* take(true)
}

/** The characters that the first `rows` take up, found by parsing once more with a limit. */
function lengthOf(text: string, rows: readonly string[][], delimiter: string): number {
  if (rows.length === 0) return 0
  const parsed = Parsed.parse(new Papa.Parser({ delimiter, newline: '\n', preview: rows.length }).parse(text, 0, false))
  return parsed.meta.cursor
}

function countLines(text: string, to: number): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines++
  return lines
}

function tableRows(
  { line: start, rows, cutOff }: Rows,
  width: number,
  headerLine: number,
  facts: TextFacts,
): TableRow[] {
  const batch: TableRow[] = []
  let line = start
  for (const cells of rows) {
    const at = line
    line++
    for (const cell of cells) {
      for (let feed = cell.indexOf('\n'); feed >= 0; feed = cell.indexOf('\n', feed + 1)) line++
    }
    if (at <= headerLine || (cells.length === 1 && cells[0] === '')) continue
    const row = { section: 0, line: at, cells }
    if (cutOff === true) batch.push({ ...row, problem: { field: null, reason: 'cutOff', value: null } })
    else {
      const problem = strayProblem(facts, at) ?? widthProblem(cells, width)
      batch.push(problem === null ? row : { ...row, problem })
    }
  }
  return batch
}

function strayProblem({ strays }: TextFacts, line: number): RowProblem | null {
  const encoding = strays.size === 0 ? undefined : strays.get(line)
  return encoding === undefined ? null : { field: null, reason: 'mixedEncoding', value: null, details: { encoding } }
}

function widthProblem(cells: readonly string[], expected: number): RowProblem | null {
  if (cells.length === expected) return null
  if (cells.length > expected && cells.slice(expected).every(cell => cell.trim() === '')) return null
  return { field: null, reason: 'columnCount', value: null, details: { count: cells.length, expected } }
}
