import type Router from '@koa/router'
import { contract } from '../../../kernel/http/contract.ts'
import { mount } from '../../../kernel/http/mount.ts'
import { tagOperations } from '../contract/tags.ts'
import type { Wechat } from '../service/index.ts'

/** Tags of followers, for staff. */
export const tagRoutes = (router: Router, { tags }: Wechat): void =>
  mount(router, contract('wechat', tagOperations), {
    tags: () => tags.list(),
    createTag: ({ body }, caller) => tags.create(body.name, caller),
    renameTag: ({ params, body }, caller) => tags.rename(params.tagId, body.name, caller),
    deleteTag: ({ params }, caller) => tags.remove(params.tagId, caller),
    resolveTag: ({ params, body }, caller) => tags.resolve(params.tagId, body.how, caller),
    syncTags: () => tags.ask(),
  })
