import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Audit } from '../staff/index.ts'
import { brandApi } from './contract.ts'
import { brandService } from './service/index.ts'

const routes = (router: Router, brand: ReturnType<typeof brandService>): void =>
  mount(router, brandApi, {
    brand: async ({ query }) => ({ brand: await brand.brand(query.have) }),
    putBrand: ({ body }, caller) => brand.put(caller, body),
  })

/** How the shop calls itself and looks, to shoppers and to its own people. */
export function createBrand(kernel: Kernel, needs: { readonly audit: Audit }): Module<Record<string, never>> {
  const brand = brandService(kernel, needs.audit)
  return { name: 'brand', api: {}, contracts: [brandApi], routes: router => routes(router, brand) }
}
