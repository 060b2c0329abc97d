import type { Contract, Operations, Reply, Request } from './contract.ts'

/** One call as the transport sees it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly query?: unknown
  readonly body?: unknown
}

/** Carries a call: fetch in the admin, wx.request in the mini-program. Rejects with the error's reply. */
export type Transport = (call: Call) => Promise<unknown>

/** The typed caller of a module's contract. */
export type Client<C extends Contract> = {
  readonly [K in keyof C['operations']]: (
    ...request: Record<string, never> extends Request<C['operations'][K]>
      ? [Request<C['operations'][K]>?]
      : [Request<C['operations'][K]>]
  ) => Promise<Reply<C['operations'][K]>>
}

/** What the caller needs of each operation at run time; generated, so that clients carry no schemas. */
export type OperationTable<O extends Operations = Operations> = {
  readonly [K in keyof O]: { readonly method: string; readonly path: string }
}

/** Makes a typed caller from a table of operations and a transport. */
export function client<C extends Contract>(operations: OperationTable<C['operations']>, send: Transport): Client<C> {
  const calls: Record<string, unknown> = {}
  for (const name of Object.keys(operations)) {
    const operation = operations[name as keyof C['operations']]
    calls[name] = (request: { params?: Record<string, unknown>; query?: unknown; body?: unknown } = {}) =>
      send({
        method: operation.method,
        path: operation.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(request.params?.[key]))),
        query: request.query,
        body: request.body,
      })
  }
  return calls as Client<C>
}
