import type { Selectable } from 'kysely'
import { insertRows } from '../../../kernel/db/bulk.ts'
import type { Db, DB } from '../../../kernel/db.ts'

export type CategoryRecord = Selectable<DB['category']>

const COLUMNS = ['code', 'parentCode', 'name', 'level', 'updatedAt'] as const

export const listCategories = (db: Db): Promise<CategoryRecord[]> =>
  db.selectFrom('category').selectAll().orderBy('code').execute()

export const findCategories = (db: Db, codes: readonly string[]): Promise<CategoryRecord[]> =>
  codes.length === 0 ? Promise.resolve([]) : db.selectFrom('category').selectAll().where('code', 'in', codes).execute()

export const upsertCategories = (db: Db, categories: readonly CategoryRecord[]): Promise<void> =>
  insertRows(
    db,
    'category',
    COLUMNS,
    categories.map(category => COLUMNS.map(column => category[column])),
    { update: ['parentCode', 'name', 'level', 'updatedAt'] },
  )
