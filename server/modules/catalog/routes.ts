import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { catalogApi } from './contract.ts'
import type { catalogService } from './service/index.ts'

/** Serves stores, categories and products. */
export function catalogRoutes(router: Router, catalog: ReturnType<typeof catalogService>): void {
  mount(router, catalogApi, {
    stores: ({ query }, caller) => catalog.stores(query, caller.scope),
    updateStore: ({ params, body }, caller) => catalog.changeStore(params.code, body, caller),
    categories: async () => ({ items: await catalog.categories() }),
    products: ({ query }) => catalog.products(query),
    product: ({ params }) => catalog.product(params.code),
    updateProduct: ({ params, body }, caller) => catalog.changeProduct(params.code, body, caller),
    publicStores: async () => ({ items: await catalog.openStores() }),
  })
}
