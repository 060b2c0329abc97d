import { sql, type RawBuilder } from 'kysely'
import type { Db } from '../db.ts'
import type { Vault } from '../vault.ts'

interface Sealed {
  readonly table: string
  readonly column: string
  /** The table's primary key, of one column. */
  readonly key: string
}

/** Every column that holds sealed text: by the rule of the house its name ends in 'Sealed'. */
async function sealedColumns(db: Db): Promise<Sealed[]> {
  const { rows } = await sql<Sealed>`
    select c.table_name as ${sql.ref('table')}, c.column_name as ${sql.ref('column')}, min(k.column_name) as ${sql.ref('key')}
    from information_schema.columns c
    join information_schema.statistics k on k.table_schema = c.table_schema and k.table_name = c.table_name and k.index_name = 'PRIMARY'
    where c.table_schema = database() and c.column_name like '%Sealed'
    group by c.table_name, c.column_name having count(*) = 1 order by c.table_name, c.column_name`.execute(db)
  return rows
}

const RUN = 500

interface Row {
  readonly id: string | number
  readonly sealed: string | null
}

/** The next run of a table's sealed values, in order of its key. */
async function page(
  db: Db,
  table: string,
  at: RawBuilder<unknown>,
  id: RawBuilder<unknown>,
  last: Row['id'] | null,
): Promise<Row[]> {
  const after = last === null ? sql`true` : sql`${id} > ${last}`
  const { rows } = await sql<Row>`
    select ${id} as id, ${at} as sealed from ${sql.table(table)} where ${after} order by ${id} limit ${RUN}`.execute(db)
  return rows
}

/**
 * Seals everything anew that an older key has sealed, and returns how many values that were. May be stopped and run
 * again, also while the shop is open: a value that changes meanwhile is left to its writer, who seals with the newest
 * key. The old key may leave the environment when a run returns 0.
 */
export async function resealAll(
  db: Db,
  vault: Vault,
  onProgress: (done: number) => void = () => undefined,
): Promise<number> {
  let done = 0
  for (const { table, column, key } of await sealedColumns(db)) {
    const at = sql.ref(column)
    const id = sql.ref(key)
    let last: Row['id'] | null = null
    for (;;) {
      const rows = await page(db, table, at, id, last)
      for (const { id: one, sealed } of rows) {
        if (sealed === null || sealed.startsWith(`${vault.version}.`)) continue
        await sql`update ${sql.table(table)} set ${at} = ${vault.seal(vault.open(sealed))} where ${id} = ${one} and ${at} = ${sealed}`.execute(
          db,
        )
        done++
      }
      onProgress(done)
      last = rows.at(-1)?.id ?? null
      if (rows.length < RUN) break
    }
  }
  return done
}
