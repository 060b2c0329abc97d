import { inTransaction } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Page } from '../../../kernel/page.ts'
import type { Audit } from '../../staff/index.ts'
import { catalogErrors, CategoryRow, ProductRow, type ProductQuery } from '../contract.ts'
import { listCategories } from '../repository/categories.ts'
import { findProducts, listProducts, updateProduct, type ProductRecord } from '../repository/products.ts'
import { storesDesk } from './stores.ts'

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
export function catalogService(kernel: Kernel, audit: Audit) {
  const { db, clock } = kernel
  async function product(code: string): Promise<ProductRow> {
    const [found] = await findProducts(db, [code])
    if (found === undefined) throw catalogErrors.productNotFound({ code })
    const category = (await listCategories(db)).find(one => one.code === found.categoryCode)
    return productRow({ ...found, categoryName: category?.name ?? null })
  }
  return {
    ...storesDesk(kernel, audit),
    product,
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

/** The fields that a change names. */
const given = (change: Record<string, unknown>): Record<string, string | null> =>
  Object.fromEntries(Object.entries(change).filter((entry): entry is [string, string | null] => entry[1] !== undefined))
