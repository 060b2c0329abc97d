import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { segmentsApi } from './contract.ts'
import type { Segments } from './service/index.ts'

export const segmentsRoutes = (router: Router, segments: Segments): void =>
  mount(router, segmentsApi, {
    list: ({ query }, caller) => segments.list(query, caller),
    preview: ({ body }, caller) => segments.preview(body.rules, body.sample, caller),
    create: ({ body }, caller) => segments.create(body, caller),
    get: ({ params }, caller) => segments.get(params.segmentId, caller),
    count: ({ params }, caller) => segments.count(params.segmentId, caller),
    update: ({ params, body }, caller) => segments.update(params.segmentId, body, caller),
    remove: ({ params }, caller) => segments.remove(params.segmentId, caller),
  })
