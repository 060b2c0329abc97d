import { existsSync } from 'node:fs'
import type { Middleware } from 'koa'
import sirv from 'sirv'

/**
 * Serves built folders by path prefix, each as a single-page application; an empty folder name serves nothing.
 * `rebuilt`: files may change while they are served, as in development; otherwise their sizes are remembered.
 */
export function statics(folders: Readonly<Record<string, string>>, rebuilt = false): Middleware {
  const served = Object.entries(folders)
    .filter(([, folder]) => folder !== '' && existsSync(folder))
    .map(([prefix, folder]) => ({
      prefix,
      serve: sirv(folder, {
        single: true,
        gzip: true,
        etag: true,
        dev: rebuilt,
        setHeaders: (res, path) =>
          res.setHeader(
            'Cache-Control',
            path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
          ),
      }),
    }))
  return async (ctx, next) => {
    const found = served.find(
      ({ prefix }) => prefix === '/' || ctx.path === prefix || ctx.path.startsWith(`${prefix}/`),
    )
    if (found === undefined || !['GET', 'HEAD'].includes(ctx.method) || ctx.path.startsWith('/api/')) return next()
    if (found.prefix !== '/' && ctx.path === found.prefix) return ctx.redirect(`${found.prefix}/${ctx.search}`)
    if (found.prefix !== '/') ctx.req.url = ctx.req.url?.slice(found.prefix.length)
    await new Promise<void>((resolve, reject) => {
      ctx.res.once('close', resolve)
      ctx.respond = false
      ctx.res.statusCode = 200
      found.serve(ctx.req, ctx.res, () => {
        ctx.res.removeListener('close', resolve)
        ctx.respond = true
        ctx.status = 404
        next().then(resolve, reject)
      })
    })
  }
}
