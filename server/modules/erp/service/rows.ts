import { erpErrors, type Mapping } from '../contract.ts'
import type { FieldText, ParsedRow, ParserInput, Stream } from './stream.ts'
import type { TableRow } from './table/index.ts'

const NOTHING: FieldText = () => ''

/** Column names compared as people do: without case, spaces, punctuation and a unit in brackets. */
export const plainName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[((【[].*?[))】\]]/g, '')
    .replaceAll(/[\s\p{P}\p{S}]/gu, '')

function fieldText(mapping: Mapping, headers: readonly string[], field: string): FieldText {
  const from = mapping.fields[field]
  if (from === undefined) return NOTHING
  const values =
    from.values === undefined || Object.keys(from.values).length === 0 ? null : new Map(Object.entries(from.values))
  const translate = (text: string): string => values?.get(text) ?? text
  if (from.column === undefined || from.column === '') {
    const constant = from.constant ?? ''
    return () => constant
  }
  const at = columnIndex(headers, from.column)
  if (at < 0) return NOTHING
  const instead = from.constant ?? ''
  return cells => {
    const text = (cells[at] ?? '').trim()
    return values === null ? text || instead : translate(text) || instead
  }
}

function columnIndex(headers: readonly string[], column: string): number {
  const exact = headers.indexOf(column)
  return exact >= 0
    ? exact
    : headers.findIndex(header => plainName(header) === plainName(column) && plainName(column) !== '')
}

/** The columns that a mapping names and the file does not have. */
export const absentColumns = (mapping: Mapping, headers: readonly string[]): string[] =>
  Object.values(mapping.fields).flatMap(({ column }) =>
    column !== undefined && column !== '' && columnIndex(headers, column) < 0 ? [column] : [],
  )

/** The fields that a stream needs and a mapping does not give. */
export function absentFields(stream: Stream, mapping: Mapping): string[] {
  const has = (field: string): boolean => {
    const from = mapping.fields[field]
    return from !== undefined && ((from.column ?? '') !== '' || (from.constant ?? '') !== '')
  }
  const required = stream.fields.filter(field => field.required && !has(field.name)).map(field => field.name)
  return [...new Set([...required, ...(stream.missing?.(has) ?? [])])]
}

/** Throws with the names of all that is missing when a file cannot be read by a mapping at all. */
export function requireReadable(stream: Stream, mapping: Mapping, headers: readonly string[]): void {
  const columns = absentColumns(mapping, headers)
  if (columns.length > 0) throw erpErrors.columnMissing({ columns: columns.join('、'), missing: columns, headers })
  const fields = absentFields(stream, mapping)
  if (fields.length > 0) {
    const names = fields.map(name => stream.fields.find(field => field.name === name)?.label.zh ?? name)
    throw erpErrors.fieldMissing({ fields: names.join('、'), missing: fields })
  }
}

/** The parser of a file's rows; a row that is broken as a row keeps that as its first problem. */
export function rowParser(
  stream: Stream,
  mapping: Mapping,
  headers: readonly string[],
  now: Pick<ParserInput, 'zone' | 'today'>,
): (row: TableRow) => ParsedRow<unknown> {
  const parse = stream.parser({
    mapping,
    text: field => fieldText(mapping, headers, field),
    has: field => mapping.fields[field] !== undefined,
    ...now,
  })
  return row => {
    if (row.problem === undefined) return parse(row.cells)
    const parsed = parse(row.cells)
    if (parsed.ok) return { ok: false, problems: [row.problem], key: parsed.key }
    return { ...parsed, problems: [row.problem] }
  }
}
