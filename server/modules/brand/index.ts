import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { FilesApi } from '../files/index.ts'
import type { Audit } from '../staff/index.ts'
import { brandApi } from './contract.ts'
import { shopBanner, type ShopBanner } from './service/banner.ts'
import { brandService } from './service/index.ts'
import { brandPictures, type BrandPictures } from './service/pictures.ts'

interface Services {
  readonly brand: ReturnType<typeof brandService>
  readonly banner: ShopBanner
  readonly pictures: BrandPictures
}

const routes = (router: Router, { brand, banner, pictures }: Services): void =>
  mount(router, brandApi, {
    brand: async ({ query }) => ({ brand: await brand.brand(query.have) }),
    putBrand: ({ body }, caller) => brand.put(caller, body),
    banner: async () => ({ banner: await banner.shown() }),
    bannerPicture: async ({ params }, _caller, ctx) => {
      const { type, content } = await pictures.open(params.pictureId)
      ctx.type = type
      ctx.set('content-disposition', 'inline')
      ctx.set('content-security-policy', "default-src 'none'")
      ctx.set('cache-control', 'public, max-age=31536000, immutable')
      ctx.body = content
    },
    bannerSetting: () => banner.setting(),
    putBanner: ({ body }, caller) => banner.put(caller, body),
    addPicture: (_, caller, ctx) => pictures.receive(ctx.req, caller),
  })

/** How the shop calls itself and looks, to shoppers and to its own people. */
export function createBrand(
  kernel: Kernel,
  { audit, files }: { readonly audit: Audit; readonly files: FilesApi },
): Module<Record<string, never>> {
  const services = {
    brand: brandService(kernel, audit),
    banner: shopBanner(kernel, audit),
    pictures: brandPictures(kernel, { audit, files }),
  }
  return { name: 'brand', api: {}, contracts: [brandApi], routes: router => routes(router, services) }
}
