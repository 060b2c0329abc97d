import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Middleware } from 'koa'
import type { Contract } from './contract.ts'
import { openapi } from './openapi.ts'

const page = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Zhanggui API</title><link rel="stylesheet" href="/docs/swagger-ui.css"><link rel="icon" href="data:,"></head>
<body><div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>`
const start = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', defaultModelsExpandDepth: -1, docExpansion: 'none', filter: true })`

/** The API as OpenAPI 3.1 at /openapi.json, and as a page to read at /docs. */
export function docs(contracts: readonly Contract[]): Middleware {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))
  let document: string | undefined
  return async (ctx, next) => {
    if (ctx.method !== 'GET') return next()
    switch (ctx.path) {
      case '/openapi.json':
        document ??= JSON.stringify(openapi({ title: '掌柜 Zhanggui', version: '0.1.0' }, contracts))
        ctx.type = 'json'
        ctx.body = document
        return
      case '/docs':
      case '/docs/':
        ctx.type = 'html'
        ctx.body = page
        return
      case '/docs/start.js':
        ctx.type = 'js'
        ctx.body = start
        return
      case '/docs/swagger-ui.css':
      case '/docs/swagger-ui-bundle.js':
        ctx.type = ctx.path.endsWith('.css') ? 'css' : 'js'
        ctx.body = readFileSync(join(folder, ctx.path.slice('/docs/'.length)))
        return
      default:
        return next()
    }
  }
}
