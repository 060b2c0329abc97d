import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { AdminError, adminRouter, type AdminRoute } from './admin/routes.ts'
import type { Files } from './files.ts'
import type { Visit } from './pages/web.ts'
import { isPayPath, type PayReply, type PayRequest } from './pay/api.ts'
import { type ApiRequest, isApiPath, type Outcome } from './wechat/api.ts'

const largest = 24 * 1024 * 1024

/** What the HTTP server hands its requests to. */
export interface Parts {
  api: (request: ApiRequest) => Outcome
  pay: (request: PayRequest) => PayReply
  /** Pages of WeChat's own; false when there is none at this path. */
  pages: (visit: Visit) => boolean
  routes: readonly AdminRoute[]
  files: Files
}

const readBody = (request: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const parts: Buffer[] = []
    let size = 0
    request.on('data', (part: Buffer) => {
      size += part.length
      if (size > largest) reject(new AdminError(413, 'too large'))
      else parts.push(part)
    })
    request.on('end', () => resolve(parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)))
    request.on('error', reject)
  })

// The mini-program's host and the phone may be served from elsewhere.
const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '600',
}

const sendJson = (response: ServerResponse, status: number, json: unknown): void => {
  const text = JSON.stringify(json)
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...cors }).end(text)
}

const nothing = Buffer.alloc(0)

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name]
  return typeof value === 'string' ? value : ''
}

const finish = (response: ServerResponse, outcome: Outcome): void => {
  if (outcome.kind === 'cut') {
    if (outcome.content.length === 0) return void response.socket?.destroy()
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000' })
    return void response.write(outcome.content, () => response.socket?.destroy())
  }
  const write = (): void => {
    // WeChat answers JSON as text/plain on several endpoints (wechat-protocol §2.3): nobody may rely on the type.
    response.writeHead(outcome.status, {
      'content-type': outcome.contentType,
      'content-length': Buffer.byteLength(outcome.content),
      ...(outcome.name === ''
        ? {}
        : { 'content-disposition': `attachment; filename="${encodeURIComponent(outcome.name)}"` }),
    })
    response.end(outcome.content)
  }
  if (outcome.delayMs === 0) write()
  else setTimeout(write, outcome.delayMs)
}

/** The sandbox's HTTP server: the WeChat API first and lightest, then the admin API, then the pages. */
export const createHttp = (parts: Parts): Server => {
  const find = adminRouter(parts.routes)

  const admin = async (
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    search: string,
  ): Promise<void> => {
    const method = request.method ?? 'GET'
    const found = find(method, path)
    if (found === null) {
      if (method === 'GET' && (await parts.files.send(path, response))) return
      return sendJson(response, 404, { error: `no ${method} ${path}` })
    }
    const text = method === 'GET' ? '' : (await readBody(request)).toString()
    let body: unknown
    try {
      body = text === '' ? undefined : JSON.parse(text)
    } catch {
      throw new AdminError(400, 'the body is not JSON')
    }
    const query = new URLSearchParams(search)
    const reply = await found.route.run({ params: found.params, query, body, raw: { request, response } })
    if ('json' in reply) sendJson(response, 200, reply.json)
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [path = '/', search = ''] = (request.url ?? '/').split(/\?(.*)/s)
    if (isApiPath(path)) {
      const body = request.method === 'GET' ? nothing : await readBody(request)
      const contentType = request.headers['content-type'] ?? ''
      const ip = header(request, 'x-forwarded-for') || (request.socket.remoteAddress ?? '').replace('::ffff:', '')
      return finish(response, parts.api({ method: request.method ?? 'GET', path, search, contentType, body, ip }))
    }
    if (isPayPath(path)) {
      const body = request.method === 'GET' ? '' : (await readBody(request)).toString()
      const authorization = header(request, 'authorization')
      const reply = parts.pay({ method: request.method ?? 'GET', target: request.url ?? '/', authorization, body })
      if (reply.cut === true) return void response.destroy()
      response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8', ...reply.headers })
      return void response.end(reply.body)
    }
    const visit = { path, query: new URLSearchParams(search), cookie: header(request, 'cookie'), response }
    if (request.method === 'GET' && parts.pages(visit)) return
    if (request.method === 'OPTIONS') return void response.writeHead(204, cors).end()
    await admin(request, response, path, search)
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy()
      if (error instanceof AdminError) return sendJson(response, error.status, { error: error.message })
      if (error instanceof z.ZodError) return sendJson(response, 400, { error: z.prettifyError(error) })
      sendJson(response, 500, { error: error instanceof Error ? error.stack : String(error) })
    })
  })
  server.keepAliveTimeout = 60_000
  return server
}
