import { shopDay } from '../../../kernel/clock.ts'
import { erpErrors, Mapping, type Preview, type Problem } from '../contract.ts'
import { findByGuard } from '../repository/imports.ts'
import { listMappings } from '../repository/sources.ts'
import { streamOf, type Engine } from './engine.ts'
import { guessColumns, guessMapping, guessStream } from './guess.ts'
import { showProblem } from './quarantineRow.ts'
import { absentColumns, absentFields, rowParser } from './rows.ts'
import type { Stream } from './stream.ts'
import { trailerReader } from './trailer.ts'
import { openTable, type Table, type TableRow } from './table/index.ts'

/** Rows looked at for problems; a file of one day is looked at wholly. */
const CHECKED = 20_000
const SHOWN = 50
const WARNINGS = 50
const SAMPLES = 5

const PLAIN = { encoding: 'auto', delimiter: 'auto', headerLine: 1 } as const

export interface PreviewInput {
  readonly fileId: string
  readonly sourceId?: string | undefined
  readonly stream?: string | undefined
  readonly mapping?: Mapping | undefined
}

interface Choice {
  readonly table: Table
  readonly stream: Stream
  readonly mapping: Mapping
  readonly from: Preview['mappingFrom']
}

/** Shows what an import would make of a file, without writing anything. */
export async function previewFile(engine: Engine, input: PreviewInput) {
  const file = await engine.files.get(input.fileId)
  const choice = await choose(engine, await engine.files.pathOf(file), input)
  const { table, stream, mapping } = choice
  const looked = await lookOver(engine, choice)
  const earlier =
    input.sourceId === undefined
      ? undefined
      : await findByGuard(engine.kernel.db, `${input.sourceId}:${stream.name}:${file.sha256}`)
  const guesses = guessColumns(stream, table.headers)
  return {
    fileId: file.id,
    fileName: file.name,
    encoding: table.encoding,
    sheets: [...table.sheets],
    stream: stream.name,
    mappingFrom: choice.from,
    mapping,
    missing: absentFields(stream, mapping).map(name => ({
      field: name,
      label: stream.fields.find(field => field.name === name)?.label ?? { zh: name, en: name },
    })),
    columns: table.headers.map((name, i) => ({ name, samples: looked.samples[i] ?? [], guess: guesses[i] ?? null })),
    rows: looked.rows,
    rowsChecked: looked.checked,
    wholeFile: looked.whole,
    rowsBad: looked.bad,
    warnings: looked.warnings,
    duplicateOf: earlier === undefined ? null : { importId: earlier.id, at: earlier.createdAt },
  }
}

/** The mapping that is given, else a saved one of the source whose columns the file has, else a guess. */
async function choose(engine: Engine, path: string, { mapping, sourceId, stream }: PreviewInput): Promise<Choice> {
  if (mapping !== undefined) {
    const table = await openTable(path, mapping)
    return { table, stream: streamOf(engine, mapping.stream), mapping, from: 'given' }
  }
  const table = await openTable(path, PLAIN)
  const saved = sourceId === undefined ? undefined : await savedMapping(engine, sourceId, table.headers, stream)
  if (saved !== undefined)
    return {
      table: await openTable(path, saved),
      stream: streamOf(engine, saved.stream),
      mapping: saved,
      from: 'saved',
    }
  const guessed = stream === undefined ? guessStream(engine.streams, table.headers) : streamOf(engine, stream)
  if (table.headers.length === 0) throw erpErrors.noHeader()
  return { table, stream: guessed, mapping: guessMapping(guessed, table.headers), from: 'guessed' }
}

/** The saved mapping of a source that names the most columns, all of which the file has. */
export async function savedMapping(
  engine: Engine,
  sourceId: string,
  headers: readonly string[],
  stream?: string,
): Promise<Mapping | undefined> {
  const fitting = (await listMappings(engine.kernel.db, sourceId))
    .map(record => Mapping.parse(JSON.parse(record.definitionJson)))
    .filter(one => (stream === undefined || one.stream === stream) && absentColumns(one, headers).length === 0)
  const columns = (one: Mapping): number => Object.values(one.fields).filter(field => field.column !== undefined).length
  return fitting.sort((a, b) => columns(b) - columns(a))[0]
}

async function lookOver({ kernel }: Engine, { table, stream, mapping }: Choice) {
  const zone = kernel.config.SHOP_ZONE
  const parse = rowParser(stream, mapping, table.headers, { zone, today: shopDay(kernel.clock.now(), zone) })
  const samples = table.headers.map(() => new Set<string>())
  const rows: { line: number; cells: string[]; problems: Problem[] }[] = []
  const warnings: Problem[] = []
  let checked = 0
  let bad = 0
  const trailer = trailerReader(mapping)
  const look = (row: TableRow): void => {
    if (trailer.takes(row.cells)) return
    checked++
    for (const [i, set] of samples.entries()) {
      const cell = row.cells[i] ?? ''
      if (set.size < SAMPLES && cell !== '') set.add(cell.slice(0, 60))
    }
    const parsed = parse(row)
    const at = { line: row.line, sheet: table.sheets[row.section] ?? null }
    const problems = parsed.ok ? [] : parsed.problems.map(problem => showProblem(problem, at, stream, mapping))
    if (problems.length > 0) bad++
    if (warnings.length < WARNINGS) warnings.push(...problems)
    if (rows.length < SHOWN)
      rows.push({ line: row.line, cells: table.headers.map((_, i) => row.cells[i] ?? ''), problems })
  }
  let whole = true
  for await (const batch of table.batches()) {
    whole = checked < CHECKED
    if (!whole) break
    for (const row of batch) look(row)
  }
  return { samples: samples.map(set => [...set]), rows, warnings, checked, bad, whole }
}
