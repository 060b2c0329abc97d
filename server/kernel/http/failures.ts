import type { Middleware } from 'koa'
import { isDatabaseDown } from '../db.ts'
import { AppError, commonErrors, type ErrorReply } from '../errors.ts'
import { logIds, type Log } from '../log.ts'
import { isRedisDown } from '../redis.ts'

function errorOf(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (isDatabaseDown(error)) return commonErrors.databaseDown()
  if (isRedisDown(error)) return commonErrors.redisDown()
  return commonErrors.internal()
}

/** Turns whatever was thrown into the one form of error reply; a bug is logged loudly and answered blandly. */
export const answerErrors =
  (log: Log): Middleware =>
  async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body === undefined && ctx.path.startsWith('/api/')) throw commonErrors.noSuchPath()
    } catch (thrown) {
      const error = errorOf(thrown)
      if (error.status >= 500) log.error({ err: thrown }, 'request failed')
      const { code, zh, en, details, status } = error
      const requestId = logIds()['requestId']
      const reply: ErrorReply = {
        code,
        message: ctx.acceptsLanguages('zh', 'en') === 'en' ? en : zh,
        zh,
        en,
        ...(details === undefined ? {} : { details }),
        ...(requestId === undefined ? {} : { requestId }),
      }
      ctx.status = status
      if (status === 503) ctx.set('Retry-After', '2')
      if (status === 429 && typeof details === 'object' && details !== null && 'seconds' in details)
        ctx.set('Retry-After', String(details.seconds))
      ctx.body = reply
    }
  }
