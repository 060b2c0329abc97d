import type { Insertable } from 'kysely'
import type { DB } from '../../../kernel/db.ts'
import type { Mapping, Problem } from '../contract.ts'
import type { ImportRecord } from '../repository/imports.ts'
import type { Engine } from './engine.ts'
import { sayProblem } from './reasons.ts'
import type { RowProblem, Stream } from './stream.ts'

/** A problem as people read it: line, column, value and a sentence in both languages. */
export function showProblem(
  problem: RowProblem,
  at: { line: number; sheet: string | null },
  stream: Stream,
  mapping: Mapping,
): Problem {
  const said = sayProblem(problem, at.line, stream.fields)
  const prefix = at.sheet === null ? '' : `${at.sheet} `
  return {
    line: at.line,
    sheet: at.sheet,
    field: problem.field,
    column: problem.field === null ? null : (mapping.fields[problem.field]?.column ?? null),
    value: problem.value,
    reason: problem.reason,
    zh: prefix + said.zh,
    en: prefix + said.en,
  }
}

interface Place {
  readonly section: number
  readonly line: number
  /** Empty when the row's own text has to be looked up in the file. */
  readonly cells: readonly string[]
}

interface Fault {
  readonly problems: readonly RowProblem[]
  readonly key: string | null
  readonly storeCode?: string | null
  readonly businessDate?: string | null
}

/** An import being read. */
export interface Reading {
  readonly engine: Engine
  readonly record: ImportRecord
  readonly stream: Stream
  readonly mapping: Mapping
}

/** The quarantine row of a bad row, with its cells as they came. */
export function quarantineRow(
  { engine, record, stream, mapping }: Reading,
  { section, line, cells }: Place,
  { problems, key, storeCode = null, businessDate = null }: Fault,
  { headers, sheet, at }: { headers: readonly string[]; sheet: string | null; at: Date },
): Insertable<DB['erp_quarantine']> {
  const first = problems[0]
  return {
    id: engine.kernel.newId(),
    importId: record.id,
    sourceId: record.sourceId,
    stream: record.stream,
    section,
    line,
    documentKey: key?.slice(0, 190) ?? null,
    storeCode: storeCode === '' ? null : (storeCode?.slice(0, 32) ?? null),
    businessDate,
    reason: first?.reason ?? 'refused',
    field: first?.field ?? null,
    value: first?.value?.slice(0, 255) ?? null,
    problemsJson: JSON.stringify(problems.map(problem => showProblem(problem, { line, sheet }, stream, mapping))),
    valuesJson: JSON.stringify(cells.length === 0 ? [] : pairs(headers, cells)),
    editedJson: null,
    state: 'open',
    resolvedBy: null,
    createdAt: at,
    resolvedAt: null,
  }
}

/** A row as [column, text] pairs, in the order of the file; surplus cells are kept under their number. */
export const pairs = (headers: readonly string[], cells: readonly string[]): [string, string][] =>
  Array.from({ length: Math.max(headers.length, cells.length) }, (_, i) => [
    headers[i] ?? `#${i + 1}`,
    (cells[i] ?? '').slice(0, 1000),
  ])
