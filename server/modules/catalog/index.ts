import type { Db } from '../../kernel/db.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Stream } from '../erp/index.ts'
import type { Audit } from '../staff/index.ts'
import { catalogApi } from './contract.ts'
import { productsWithPath } from './repository/products.ts'
import { findStores } from './repository/stores.ts'
import { catalogRoutes } from './routes.ts'
import { categoriesStream } from './service/categories-stream.ts'
import { catalogService } from './service/index.ts'
import { productsStream } from './service/products-stream.ts'
import { storesStream } from './service/stores-stream.ts'
import { ensureProducts, ensureStores, type ProductStub } from './service/stubs.ts'

export { categoryTree, productFacts, productsAmong, storeNames } from './repository/relations.ts'
export type { ProductStub } from './service/stubs.ts'

export interface CatalogApi {
  /** Makes provisional products for codes that nobody knows. */
  ensureProducts(db: Db, stubs: readonly ProductStub[]): Promise<void>
  /** Makes provisional stores for codes that nobody knows. */
  ensureStores(db: Db, codes: readonly string[]): Promise<void>
  /** Names of stores by code; codes that are none are left out. */
  storeNames(db: Db, codes: readonly string[]): Promise<Map<string, string>>
  /** Name, kind and category of products by code, with the codes of all categories above it; codes that are none are left out. */
  productsByCode(
    db: Db,
    codes: readonly string[],
  ): Promise<Map<string, { name: string; kind: string; categoryCode: string | null; categories: string[] }>>
  /** The erp streams 'stores', 'categories' and 'products'. */
  streams: readonly Stream[]
}

/** Stores, categories and products. */
export function createCatalog(kernel: Kernel, needs: { audit: Audit }): Module<CatalogApi> {
  const { clock } = kernel
  const catalog = catalogService(kernel, needs.audit)
  return {
    name: 'catalog',
    api: {
      ensureProducts: (db, stubs) => ensureProducts(db, clock, stubs),
      ensureStores: (db, codes) => ensureStores(db, clock, codes),
      storeNames: async (db, codes) =>
        new Map((await findStores(db, [...new Set(codes)])).map(store => [store.code, store.name])),
      productsByCode: async (db, codes) =>
        new Map((await productsWithPath(db, [...new Set(codes)])).map(product => [product.code, product])),
      streams: [storesStream(clock), categoriesStream(clock), productsStream(clock)],
    },
    contracts: [catalogApi],
    routes: router => catalogRoutes(router, catalog),
  }
}
