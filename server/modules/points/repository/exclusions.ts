import type { Db, Tx } from '../../../kernel/db.ts'

export interface ExclusionRow {
  readonly kind: string
  readonly value: string
}

/** The settings of what earns nothing. */
export const exclusionsRepository = (db: Db) => ({
  all: (): Promise<ExclusionRow[]> => db.selectFrom('points_exclusion').select(['kind', 'value']).orderBy('kind').orderBy('value').execute(),
})

/** Replaces the settings as a whole. */
export async function replaceExclusions(tx: Tx, rows: readonly ExclusionRow[]): Promise<void> {
  await tx.deleteFrom('points_exclusion').execute()
  if (rows.length > 0) await tx.insertInto('points_exclusion').values([...rows]).execute()
}
