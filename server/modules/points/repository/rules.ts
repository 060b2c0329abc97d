import type { Selectable } from 'kysely'
import type { DB, Db, Tx } from '../../../kernel/db.ts'

export type RulesRecord = Selectable<DB['points_rules']>

/** All versions of the rules, oldest first; there are few. */
export const allRules = (db: Db): Promise<RulesRecord[]> =>
  db.selectFrom('points_rules').selectAll().orderBy('version').execute()

/** Adds a version; two at once run into the primary key. */
export const addRules = (tx: Tx, row: RulesRecord) => tx.insertInto('points_rules').values(row).execute()
