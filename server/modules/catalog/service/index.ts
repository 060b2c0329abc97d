import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Page, PageQuery } from '../../../kernel/page.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { catalogErrors, CategoryRow, ProductRow, StoreRow, type ProductQuery } from '../contract.ts'
import { listCategories } from '../repository/categories.ts'
import { findProducts, listProducts, updateProduct, type ProductRecord } from '../repository/products.ts'
import { findStores, listStores, openStores, updateStore, type StoreRecord } from '../repository/stores.ts'

const degrees = (text: string | null): number | null => (text === null ? null : Number(text))

const storeRow = (store: StoreRecord): StoreRow =>
  StoreRow.parse({
    ...store,
    latitude: degrees(store.latitude),
    longitude: degrees(store.longitude),
    provisional: store.provisional === 1,
  })

const productRow = (product: ProductRecord & { categoryName: string | null }): ProductRow =>
  ProductRow.parse({ ...product, weighed: product.weighed === 1, provisional: product.provisional === 1 })

/** A category with all below it. */
async function branch(db: Kernel['db'], code: string): Promise<string[]> {
  const all = await listCategories(db)
  const inside = new Set([code])
  for (const level of [2, 3]) {
    for (const category of all)
      if (category.level === level && inside.has(category.parentCode ?? '')) inside.add(category.code)
  }
  return [...inside]
}

/** What people do with the catalogue: look, and complete what the ERP did not say. */
export function catalogService({ db, clock }: Kernel, audit: Audit) {
  async function product(code: string): Promise<ProductRow> {
    const [found] = await findProducts(db, [code])
    if (found === undefined) throw catalogErrors.productNotFound({ code })
    const category = (await listCategories(db)).find(one => one.code === found.categoryCode)
    return productRow({ ...found, categoryName: category?.name ?? null })
  }
  return {
    product,
    async stores(query: PageQuery & { search?: string | undefined }, scope: Scope): Promise<Page<StoreRow>> {
      const page = await listStores(db, scope, query)
      return { ...page, items: page.items.map(storeRow) }
    },
    openStores: async () => (await openStores(db)).map(storeRow),
    categories: async (): Promise<CategoryRow[]> =>
      (await listCategories(db)).map(category => CategoryRow.parse(category)),
    async products(query: ProductQuery): Promise<Page<ProductRow>> {
      const page = await listProducts(
        db,
        query,
        query.categoryCode === undefined ? null : await branch(db, query.categoryCode),
      )
      return { ...page, items: page.items.map(productRow) }
    },
    /** Changes a store within the caller's scope; a named store is provisional no more. */
    async changeStore(code: string, change: Record<string, unknown>, caller: StaffCaller): Promise<StoreRow> {
      if (!inScope(caller.scope, code)) throw catalogErrors.storeNotFound({ code })
      const named = 'name' in change && change['name'] !== undefined
      await inTransaction(db, async tx => {
        const [before] = await findStores(tx, [code])
        if (before === undefined) throw catalogErrors.storeNotFound({ code })
        await updateStore(tx, code, { ...given(change), ...(named ? { provisional: 0 } : {}), updatedAt: clock.now() })
        await audit(tx, caller, {
          action: 'catalog.changeStore',
          subjectKind: 'store',
          subjectId: code,
          storeCode: code,
          details: change,
        })
      })
      const [store] = await findStores(db, [code])
      if (store === undefined) throw catalogErrors.storeNotFound({ code })
      return storeRow(store)
    },
    async changeProduct(code: string, change: Record<string, unknown>, caller: StaffCaller): Promise<ProductRow> {
      await inTransaction(db, async tx => {
        const [before] = await findProducts(tx, [code])
        if (before === undefined) throw catalogErrors.productNotFound({ code })
        const { categoryCode } = change
        if (
          typeof categoryCode === 'string' &&
          !(await listCategories(tx)).some(category => category.code === categoryCode)
        ) {
          throw catalogErrors.categoryNotFound({ code: categoryCode })
        }
        await updateProduct(tx, code, { ...given(change), provisional: 0, updatedAt: clock.now() })
        await audit(tx, caller, {
          action: 'catalog.changeProduct',
          subjectKind: 'product',
          subjectId: code,
          details: change,
        })
      })
      return product(code)
    },
  }
}

/** The fields that a change names, as columns: degrees become decimals. */
const given = (change: Record<string, unknown>): Record<string, string | null> =>
  Object.fromEntries(
    Object.entries(change)
      .map(([key, value]) => [key, typeof value === 'number' ? value.toFixed(6) : value] as const)
      .filter((entry): entry is [string, string | null] => entry[1] !== undefined),
  )
