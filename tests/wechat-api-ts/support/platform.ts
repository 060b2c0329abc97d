import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { WechatError } from '../../../wechat-api-ts/src/index.ts'

/** One request as it came. */
export interface Seen {
  method: string
  path: string
  query: URLSearchParams
  body: Buffer
  contentType: string
}

/** Answers one request; what it returns is the body, null when it has answered by itself. */
export type Answer = (seen: Seen, response: ServerResponse, request: IncomingMessage) => string | Buffer | null

/** A server that plays WeChat as a test says. */
export interface Platform {
  url: string
  seen: Seen[]
  close: () => void
}

/** Opens a server on loopback; a token is handed out unless the test answers for itself. */
export async function platform(answer: Answer): Promise<Platform> {
  const seen: Seen[] = []
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const [path = '', search] = (request.url ?? '').split('?')
      const one: Seen = {
        method: request.method ?? '',
        path,
        query: new URLSearchParams(search),
        body: Buffer.concat(parts),
        contentType: request.headers['content-type'] ?? '',
      }
      if (path === '/cgi-bin/stable_token') return response.end('{"access_token":"tok","expires_in":"7200"}')
      seen.push(one)
      const text = answer(one, response, request)
      if (text !== null) response.end(text)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

/** The error of a call that must fail. */
export async function failureOf(call: Promise<unknown>): Promise<WechatError> {
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof WechatError) return error
  throw new Error('expected a WechatError', { cause: error })
}
