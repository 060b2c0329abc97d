import type { IncomingMessage, ServerResponse } from 'node:http'

/** A request to the sandbox's own pages and admin API. */
export interface AdminRequest {
  params: Record<string, string>
  query: URLSearchParams
  body: unknown
  raw: { request: IncomingMessage; response: ServerResponse }
}

/** What a route answers: JSON, or `handled` when it wrote the response itself (live streams). */
export type AdminReply = { json: unknown } | { handled: true }

/** One route: method, path with `:name` parts, and what it does. */
export interface AdminRoute {
  method: string
  path: string
  run: (request: AdminRequest) => AdminReply | Promise<AdminReply>
}

/** Thrown for a wrong request; `status` is the HTTP status. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

interface Compiled {
  route: AdminRoute
  pattern: RegExp
  names: string[]
}

const compile = (route: AdminRoute): Compiled => {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(match => match[1] ?? '')
  return { route, names, pattern: new RegExp(`^${route.path.replaceAll(/:\w+/g, '([^/]+)')}$`) }
}

/** Finds the route of a path; null when there is none. */
export const adminRouter = (routes: readonly AdminRoute[]) => {
  const compiled = routes.map(compile)
  return (method: string, path: string): { route: AdminRoute; params: Record<string, string> } | null => {
    for (const { route, pattern, names } of compiled) {
      if (route.method !== method) continue
      const match = pattern.exec(path)
      if (match === null) continue
      const values = match.slice(1).map(decodeURIComponent)
      return { route, params: Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])) }
    }
    return null
  }
}
