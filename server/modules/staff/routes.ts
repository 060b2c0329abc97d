import type Router from '@koa/router'
import { mount } from '../../kernel/http/mount.ts'
import { staffApi } from './contract.ts'
import type { access } from './service/access.ts'
import type { people } from './service/people.ts'
import type { ListViews } from './service/views.ts'

export const staffRoutes = (
  router: Router,
  entry: ReturnType<typeof access>,
  staff: ReturnType<typeof people>,
  views: ListViews,
): void => {
  mount(router, staffApi, {
    login: ({ body }, _, ctx) => entry.login(ctx, body.username, body.password),
    logout: (_, __, ctx) => entry.logout(ctx),
    me: (_, __, ctx) => entry.me(ctx),
    changePassword: ({ body }, caller, ctx) => entry.changePassword(ctx, caller, body),
    list: ({ query }, caller) => staff.list(query, caller.scope),
    create: ({ body }, caller) => staff.create(body, caller),
    update: ({ params, body }, caller) => staff.update(params.staffId, body, caller),
    resetPassword: ({ params }, caller) => staff.resetPassword(params.staffId, caller),
    audit: ({ query }, caller) => staff.auditLog(query, caller.scope),
    views: ({ query }, caller) => views.list(query.list, caller),
    saveView: ({ body }, caller) => views.save(body, caller),
    changeView: ({ params, body }, caller) => views.change(params.viewId, body, caller),
    deleteView: ({ params }, caller) => views.remove(params.viewId, caller),
    shareView: ({ params, body }, caller) => views.share(params.viewId, body.shared, caller),
  })
}
