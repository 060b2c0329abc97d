import type { Middleware } from 'koa'
import { newId } from '../ids.ts'
import { withLogIds, type Log } from '../log.ts'

/** Gives each request an id (kept from a proxy's x-request-id), answers it with the id and logs how it went. */
export const requestLog =
  (log: Log): Middleware =>
  async (ctx, next) => {
    const given = ctx.get('x-request-id')
    const requestId = /^[\w-]{8,64}$/.test(given) ? given : newId()
    ctx.set('x-request-id', requestId)
    const started = performance.now()
    await withLogIds({ requestId }, async () => {
      await next()
      log.debug(
        { method: ctx.method, path: ctx.path, status: ctx.status, ms: Math.round(performance.now() - started) },
        'request',
      )
    })
  }
