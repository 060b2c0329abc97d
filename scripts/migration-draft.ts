// Prints the SQL that creates the tables of one module, drafted from prisma/schema/<module>.prisma.
// A draft: read it, then put it into prisma/migrations/<time>_<name>/migration.sql.
import { readSchema, type Column, type Key, type Table } from './schema.ts'

const wanted = process.argv[2]
const tables = (await readSchema()).filter(table => table.module === wanted)
if (tables.length === 0) {
  console.error('usage: node scripts/migration-draft.ts <module>   (a file name of prisma/schema that has models)')
  process.exit(1)
}
console.log(tables.map(createTable).join('\n\n'))

function createTable(table: Table): string {
  const lines = [...table.columns.map(columnSql), ...table.keys.map(keySql)]
  return `CREATE TABLE \`${table.name}\` (\n${lines.map(line => `  ${line}`).join(',\n')}\n) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;`
}

function columnSql(column: Column): string {
  const parts = [`\`${column.name}\``, column.type, column.nullable ? 'NULL' : 'NOT NULL']
  if (column.default !== null) parts.push(`DEFAULT ${column.default}`)
  if (column.autoIncrement) parts.push('AUTO_INCREMENT')
  return parts.join(' ')
}

function keySql(key: Key): string {
  const parts = `(${key.parts.join(', ')})`
  if (key.kind === 'primary') return `PRIMARY KEY ${parts}`
  const word = { unique: 'UNIQUE INDEX', index: 'INDEX', fulltext: 'FULLTEXT INDEX' }[key.kind]
  return `${word} \`${key.name}\` ${parts}`
}
