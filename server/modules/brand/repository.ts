import { sql, type Insertable, type Selectable } from 'kysely'
import type { Db, DB, Tx } from '../../kernel/db.ts'

export type BrandRow = Selectable<DB['brand']>
export type BannerRow = Selectable<DB['brand_banner']>

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

export const bannerNow = (db: Db): Promise<BannerRow | undefined> =>
  db.selectFrom('brand_banner').selectAll().where('id', '=', KEY).executeTakeFirst()

export const writeBanner = (tx: Tx, row: Omit<BannerRow, 'id'>) =>
  tx
    .insertInto('brand_banner')
    .values({ ...row, id: KEY })
    .onDuplicateKeyUpdate(row)
    .execute()

export const findPicture = (db: Db, id: string) =>
  db.selectFrom('brand_picture').selectAll().where('id', '=', id).executeTakeFirst()

export const insertPicture = (tx: Tx, row: Insertable<DB['brand_picture']>) =>
  tx.insertInto('brand_picture').values(row).execute()
