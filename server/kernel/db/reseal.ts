import { sql } from 'kysely'
import type { Db } from '../db.ts'
import type { Vault } from '../vault.ts'

interface Sealed {
  readonly table: string
  readonly column: string
}

/** Every column that holds sealed text: by the rule of the house its name ends in 'Sealed'. */
async function sealedColumns(db: Db): Promise<Sealed[]> {
  const { rows } = await sql<Sealed>`
    select table_name as ${sql.ref('table')}, column_name as ${sql.ref('column')} from information_schema.columns
    where table_schema = database() and column_name like '%Sealed' order by table_name, column_name`.execute(db)
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
  for (const { table, column } of await sealedColumns(db)) {
    const at = sql.ref(column)
    for (;;) {
      const { rows } = await sql<{ sealed: string }>`
        select distinct ${at} as sealed from ${sql.table(table)}
        where ${at} is not null and ${at} not like ${`${vault.version}.%`} limit 500`.execute(db)
      if (rows.length === 0) break
      for (const { sealed } of rows) {
        // Values are unique by their random iv; rows that share one were copied and stay equal.
        await sql`update ${sql.table(table)} set ${at} = ${vault.seal(vault.open(sealed))} where ${at} = ${sealed}`.execute(
          db,
        )
      }
      done += rows.length
      onProgress(done)
    }
  }
  return done
}
