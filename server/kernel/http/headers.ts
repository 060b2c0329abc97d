import type { Middleware } from 'koa'

const POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "script-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'self'",
].join('; ')

/** What a browser may do with our pages. The mini-program's test host (/m) compiles templates and sits in a frame. */
export const secureHeaders: Middleware = async (ctx, next) => {
  ctx.set('X-Content-Type-Options', 'nosniff')
  ctx.set('Referrer-Policy', 'same-origin')
  if (!ctx.path.startsWith('/m/')) {
    ctx.set('Content-Security-Policy', `${POLICY}; frame-ancestors 'none'`)
  }
  if (ctx.path.startsWith('/api/')) ctx.set('Cache-Control', 'no-store')
  await next()
}
