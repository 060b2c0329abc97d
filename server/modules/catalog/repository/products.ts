import { sql, type Selectable } from 'kysely'
import { insertRows } from '../../../kernel/db/bulk.ts'
import { affected, type Db, type DB } from '../../../kernel/db.ts'
import { decodeCursor, pageFrom, type Page } from '../../../kernel/page.ts'
import type { ProductQuery } from '../contract.ts'

export type ProductRecord = Selectable<DB['product']>

const COLUMNS = [
  'code',
  'name',
  'spec',
  'unit',
  'categoryCode',
  'brand',
  'barcode',
  'listPrice',
  'kind',
  'weighed',
  'status',
  'provisional',
  'createdAt',
  'updatedAt',
] as const

export const findProducts = (db: Db, codes: readonly string[]): Promise<ProductRecord[]> =>
  codes.length === 0 ? Promise.resolve([]) : db.selectFrom('product').selectAll().where('code', 'in', codes).execute()

/** Products with the codes of their category and of those above it, the nearest first (the tree has three levels). */
export async function productsWithPath(db: Db, codes: readonly string[]) {
  if (codes.length === 0) return []
  const rows = await db
    .selectFrom('product as p')
    .leftJoin('category as c', 'c.code', 'p.categoryCode')
    .leftJoin('category as parent', 'parent.code', 'c.parentCode')
    .select(['p.code', 'p.name', 'p.kind', 'p.categoryCode', 'c.parentCode as above', 'parent.parentCode as top'])
    .where('p.code', 'in', codes)
    .execute()
  return rows.map(({ above, top, ...product }) => ({
    ...product,
    categories: [product.categoryCode, above, top].filter(code => code !== null),
  }))
}

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

export async function listProducts(
  db: Db,
  query: ProductQuery,
  categoryCodes: readonly string[] | null,
): Promise<Page<ProductRecord & { categoryName: string | null }>> {
  const falling = query.sort.startsWith('-')
  const column = query.sort.endsWith('name') ? 'p.name' : 'p.code'
  let select = db
    .selectFrom('product as p')
    .leftJoin('category as c', 'c.code', 'p.categoryCode')
    .selectAll('p')
    .select('c.name as categoryName')
    .orderBy(column, falling ? 'desc' : 'asc')
    .orderBy('p.code', falling ? 'desc' : 'asc')
    .limit(query.limit + 1)
  if (query.search !== undefined && query.search !== '') {
    const part = escaped(query.search.toLowerCase())
    select = select.where(eb =>
      eb.or([
        sql<boolean>`lower(p.name) like ${`%${part}%`}`,
        eb('p.code', 'like', `${escaped(query.search ?? '')}%`),
        eb('p.barcode', 'like', `${escaped(query.search ?? '')}%`),
      ]),
    )
  }
  if (categoryCodes !== null)
    select = select.where('p.categoryCode', 'in', categoryCodes.length === 0 ? [''] : categoryCodes)
  if (query.kind !== undefined) select = select.where('p.kind', '=', query.kind)
  if (query.provisional !== undefined) select = select.where('p.provisional', '=', Number(query.provisional))
  const [value, code] = decodeCursor(query.cursor) ?? []
  if (typeof value === 'string' && typeof code === 'string') {
    const beyond = falling ? sql`<` : sql`>`
    select = select.where(sql<boolean>`(${sql.ref(column)}, p.code) ${beyond} (${value}, ${code})`)
  }
  return pageFrom(await select.execute(), query.limit, row => [column === 'p.name' ? row.name : row.code, row.code])
}

/** Writes products as they are now. */
export const upsertProducts = (db: Db, products: readonly ProductRecord[]): Promise<void> =>
  insertRows(
    db,
    'product',
    COLUMNS,
    products.map(product => COLUMNS.map(column => product[column])),
    { update: COLUMNS.filter(column => column !== 'code' && column !== 'createdAt') },
  )

/** Adds products that are not there yet. */
export const insertMissingProducts = (db: Db, products: readonly ProductRecord[]): Promise<void> =>
  insertRows(
    db,
    'product',
    COLUMNS,
    products.map(product => COLUMNS.map(column => product[column])),
    { ignore: true },
  )

export async function updateProduct(db: Db, code: string, change: Partial<ProductRecord>): Promise<boolean> {
  const result = await db.updateTable('product').set(change).where('code', '=', code).executeTakeFirstOrThrow()
  return affected(result) === 1
}
