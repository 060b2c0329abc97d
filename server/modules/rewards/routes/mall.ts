import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { mallOperations } from '../contract/mall.ts'
import type { Rewards } from '../service/index.ts'

/** Operation → service call: the mall and its products. */
export const mallRoutes = (router: Router, { mall, products, pictures }: Rewards): void =>
  mount(router, contract('rewards', mallOperations), {
    mall: (_, caller) => mall.list(caller.memberId),
    mallProduct: ({ params }, caller) => mall.one(caller.memberId, params.productId),
    pictureFile: async ({ params }, _caller, ctx) => {
      const { type, content } = await pictures.open(params.imageId)
      ctx.type = type
      ctx.set('content-disposition', 'inline')
      ctx.set('content-security-policy', "default-src 'none'")
      ctx.set('cache-control', 'public, max-age=31536000, immutable')
      ctx.body = content
    },
    addPicture: (_, caller, ctx) => pictures.receive(ctx.req, caller),
    products: ({ query }) => products.list(query),
    product: ({ params }) => products.one(params.productId),
    createProduct: ({ body }, caller) => products.create(caller, body),
    updateProduct: ({ params, body }, caller) => products.update(caller, params.productId, body),
    switchProduct: ({ params, body }, caller) => products.switch(caller, params.productId, body.state),
  })
