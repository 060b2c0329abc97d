import { sql } from 'kysely'
import type { Db } from '../../../kernel/db.ts'

/** What others may join on of products: (code, name, kind, categoryCode, weighed, provisional). */
export const productFacts = (db: Db) =>
  db.selectFrom('product').select(['code', 'name', 'kind', 'categoryCode', 'weighed', 'provisional'])

/** The tree of categories: (code, parentCode, name, level). */
export const categoryTree = (db: Db) => db.selectFrom('category').select(['code', 'parentCode', 'name', 'level'])

/** Names of stores: (code, name, status, closedFrom, closedUntil). */
export const storeNames = (db: Db) =>
  db.selectFrom('store').select(['code', 'name', 'status', 'closedFrom', 'closedUntil'])

/** Codes of the products of some categories (with all below them) or of some codes: (productCode). */
export function productsAmong(
  db: Db,
  { categoryCodes = [], productCodes = [] }: { categoryCodes?: readonly string[]; productCodes?: readonly string[] },
) {
  const inList = (column: string, values: readonly string[]) =>
    values.length === 0 ? sql<boolean>`false` : sql<boolean>`${sql.ref(column)} in (${sql.join(values)})`
  return db
    .selectFrom('product as p')
    .leftJoin('category as c', 'c.code', 'p.categoryCode')
    .leftJoin('category as parent', 'parent.code', 'c.parentCode')
    .select('p.code as productCode')
    .where(eb =>
      eb.or([
        inList('p.code', productCodes),
        inList('p.categoryCode', categoryCodes),
        inList('c.parentCode', categoryCodes),
        inList('parent.parentCode', categoryCodes),
      ]),
    )
}
