import { buffer } from 'node:stream/consumers'
import type { Middleware } from 'koa'
import type { Kernel } from '../../../../kernel/module.ts'
import { NOTIFY_PATH, type PayDesk } from './desk.ts'
import { NoticeRefused } from './errors.ts'

const LARGEST = 64 * 1024

/**
 * Where WeChat Pay tells of payments and refunds (wechat-protocol §5): verified over the bytes as they came, kept once,
 * answered 204; anything else 4xx or 5xx with FAIL, and WeChat comes again. Goes before the app's body parser.
 */
export function payDoor({ log }: Pick<Kernel, 'log'>, { notice }: Pick<PayDesk, 'notice'>): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== NOTIFY_PATH || ctx.method !== 'POST') return next()
    const fail = (status: number): void => {
      ctx.status = status
      ctx.body = { code: 'FAIL', message: '' }
    }
    if (Number(ctx.get('content-length') || '0') > LARGEST) {
      ctx.req.resume()
      return fail(413)
    }
    try {
      await notice(ctx.req.headers, await buffer(ctx.req))
      ctx.status = 204
    } catch (error) {
      if (error instanceof NoticeRefused) {
        log.warn({ reason: error.reason }, 'payment notice refused')
        return fail(401)
      }
      log.error({ err: error }, 'payment notice not taken')
      return fail(500)
    }
  }
}
