import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import prisma from '@prisma/internals'

const folder = path.join(import.meta.dirname, '../prisma/schema')
const longestName = 64

type Document = Awaited<ReturnType<typeof prisma.getDMMF>>
type Model = Document['datamodel']['models'][number]
type Field = Model['fields'][number]
type Index = Document['datamodel']['indexes'][number]

/** One column as MySQL spells it: type in upper case, default as the SQL text after DEFAULT or null. */
export type Column = { name: string; type: string; nullable: boolean; default: string | null; autoIncrement: boolean }
/** One key; parts are written as in SQL: column names with an optional prefix length and order. */
export type Key = { name: string; kind: 'primary' | 'unique' | 'index' | 'fulltext'; parts: string[] }
/** One table of prisma/schema, with the module (file name) that owns it. */
export type Table = { module: string; name: string; columns: Column[]; keys: Key[] }

/** Reads every prisma/schema/*.prisma and answers the tables MySQL should have, in the order of the files. */
export async function readSchema(): Promise<Table[]> {
  const names = (await readdir(folder)).filter(name => name.endsWith('.prisma')).toSorted()
  const files = await Promise.all(
    names.map(async (name): Promise<[string, string]> => [name, await readFile(path.join(folder, name), 'utf8')]),
  )
  const { datamodel } = await prisma.getDMMF({ datamodel: files })
  const owner = new Map(
    files.flatMap(([file, text]) =>
      [...text.matchAll(/^model\s+(\w+)/gm)].map(match => [match[1], file.replace('.prisma', '')] as const),
    ),
  )
  return datamodel.models.map(model => ({
    module: owner.get(model.name) ?? '',
    name: model.dbName ?? model.name,
    columns: model.fields.map(field => columnOf(field)),
    keys: keysOf(
      model,
      datamodel.indexes.filter(index => index.model === model.name),
    ),
  }))
}

const plainTypes: Record<string, string> = {
  String: 'VARCHAR(191)',
  Int: 'INT',
  BigInt: 'BIGINT',
  Boolean: 'TINYINT(1)',
  DateTime: 'DATETIME(3)',
  Decimal: 'DECIMAL(65,30)',
  Float: 'DOUBLE',
  Bytes: 'LONGBLOB',
  Json: 'JSON',
}

function columnOf(field: Field): Column {
  return {
    name: field.dbName ?? field.name,
    type: typeOf(field),
    nullable: !field.isRequired,
    default: defaultOf(field),
    autoIncrement: isCall(field.default) && field.default.name === 'autoincrement',
  }
}

function typeOf(field: Field): string {
  const plain = plainTypes[field.type]
  if (field.kind !== 'scalar' || plain === undefined) throw new Error(`${field.name}: ${field.type} is no plain column`)
  if (!field.nativeType) return plain
  const [name, sizes] = field.nativeType
  const unsigned = name.startsWith('Unsigned')
  const bare = name.replace('Unsigned', '').toUpperCase()
  return `${bare}${sizes.length > 0 ? `(${sizes.join(',')})` : ''}${unsigned ? ' UNSIGNED' : ''}`
}

function isCall(value: Field['default']): value is { name: string; args: (string | number)[] } {
  return typeof value === 'object' && 'name' in value
}

function defaultOf(field: Field): string | null {
  const value = field.default
  if (value === undefined) return null
  if (isCall(value)) {
    if (value.name === 'now') return 'CURRENT_TIMESTAMP(3)'
    if (value.name === 'autoincrement') return null
    throw new Error(`${field.name}: @default(${value.name}()) has no SQL here; let the application write it`)
  }
  if (typeof value === 'object') throw new Error(`${field.name}: MySQL has no list columns`)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (field.type === 'String') return `'${String(value).replaceAll("'", "''")}'`
  return String(value)
}

function keysOf(model: Model, indexes: readonly Index[]): Key[] {
  const table = model.dbName ?? model.name
  const columnName = (name: string): string => model.fields.find(field => field.name === name)?.dbName ?? name
  return indexes
    .map((index): Key => {
      const parts = index.fields.map(
        field =>
          `\`${columnName(field.name)}\`${field.length ? `(${field.length})` : ''}${field.sortOrder === 'desc' ? ' DESC' : ''}`,
      )
      if (index.type === 'id') return { name: 'PRIMARY', kind: 'primary', parts }
      const kind = index.type === 'normal' ? 'index' : index.type
      const suffix = kind === 'unique' ? '_key' : '_idx'
      const plain = [table, ...index.fields.map(field => columnName(field.name))].join('_')
      return { name: index.dbName ?? plain.slice(0, longestName - suffix.length) + suffix, kind, parts }
    })
    .toSorted((left, right) => rank(left) - rank(right))
}

function rank(key: Key): number {
  return ['primary', 'unique', 'index', 'fulltext'].indexOf(key.kind)
}
