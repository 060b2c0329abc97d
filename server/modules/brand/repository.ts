import { sql, type Selectable } from 'kysely'
import type { Db, DB, Tx } from '../../kernel/db.ts'

export type BrandRow = Selectable<DB['brand']>

/** The one row. */
const KEY = 'shop'

export const brandNow = (db: Db): Promise<BrandRow | undefined> =>
  db.selectFrom('brand').selectAll().where('id', '=', KEY).executeTakeFirst()

/** Writes the row; each writing is the next version. */
export const writeBrand = (tx: Tx, row: Pick<BrandRow, 'name' | 'colour' | 'logo' | 'updatedAt'>) =>
  tx
    .insertInto('brand')
    .values({ ...row, id: KEY, version: 1 })
    .onDuplicateKeyUpdate({ ...row, version: sql`version + 1` })
    .execute()
