import { Router } from '@koa/router'
import { bodyParser } from '@koa/bodyparser'
import Koa, { type Context } from 'koa'
import { commonErrors } from './kernel/errors.ts'
import type { Caller, ShopperCaller, StaffCaller, TillCaller } from './kernel/http/caller.ts'
import type { Access } from './kernel/http/contract.ts'
import { docs } from './kernel/http/docs.ts'
import { answerErrors } from './kernel/http/failures.ts'
import { guard, type Gate } from './kernel/http/mount.ts'
import { requestLog } from './kernel/http/request-log.ts'
import { secureHeaders } from './kernel/http/headers.ts'
import { statics } from './kernel/http/statics.ts'
import type { Kernel, Module } from './kernel/module.ts'

/** How the modules recognise their callers. */
export interface Authenticators {
  staff(ctx: Context, permission: string | null): Promise<StaffCaller>
  shopper(ctx: Context): Promise<ShopperCaller>
  till(ctx: Context): Promise<TillCaller>
}

const gateOf =
  (known: Authenticators): Gate =>
  async (access: Access, ctx): Promise<Caller> => {
    if (access === 'public') return { kind: 'public', ip: ctx.ip }
    if (access === 'till') return known.till(ctx)
    if (access === 'shopper') return known.shopper(ctx)
    if (access === 'member') {
      const shopper = await known.shopper(ctx)
      if (shopper.memberId === null) throw commonErrors.notMember()
      return shopper
    }
    return known.staff(ctx, access === 'staff' ? null : access.slice('staff:'.length))
  }

/** The web application: what happens to a request, in order. */
export function createApp(kernel: Kernel, modules: readonly Module<unknown>[], known: Authenticators): Koa {
  const { config, log } = kernel
  const app = new Koa({ proxy: config.NODE_ENV === 'production' })
  const api = guard(new Router({ prefix: '/api' }), gateOf(known))
  for (const module of modules) module.routes?.(api)

  app.on('error', error => log.error({ err: error }, 'response failed'))
  app.use(requestLog(log))
  app.use(secureHeaders)
  app.use(answerErrors(log))
  for (const module of modules) {
    // Doors that are not ours to shape (WeChat's callback) come before the body is read as JSON.
    if (module.door !== undefined) app.use(module.door)
  }
  app.use(docs(modules.flatMap(module => module.contracts)))
  app.use(
    bodyParser({
      enableTypes: ['json'],
      jsonLimit: '1mb',
      onError: error => {
        throw 'type' in error && error.type === 'entity.too.large'
          ? commonErrors.tooLarge({ limit: '1 MB' })
          : commonErrors.invalidRequest({ where: 'body' })
      },
    }),
  )
  app.use(api.routes()).use(api.allowedMethods())
  app.use(statics({ '/m': config.MINIPROGRAM_HOST_DIR, '/': config.ADMIN_DIR }, config.NODE_ENV === 'development'))
  return app
}
