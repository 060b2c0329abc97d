import type { z } from 'zod'

/**
 * Who may call an operation: anyone; a mini-program session; such a session that is a member; a till with its
 * signature; anyone of the staff; or staff with a permission.
 */
export type Access = 'public' | 'shopper' | 'member' | 'till' | 'staff' | `staff:${string}`

/** One HTTP operation, declared once: validated by the server, called by the clients, printed as OpenAPI. */
export interface Operation {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Below /api, e.g. '/admin/members/:memberId'. */
  readonly path: `/${string}`
  readonly summary: string
  readonly access: Access
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  /** What leaves: fields that it does not name never do. z.void() answers 204. */
  readonly reply: z.ZodType
  /** The body is a file: the handler reads ctx.req itself. */
  readonly upload?: boolean
  /** The handler writes ctx.body itself (a file, a stream of events); `reply` then describes nothing. */
  readonly raw?: boolean
}

export type Operations = Readonly<Record<string, Operation>>

/** The operations of one module. */
export interface Contract<O extends Operations = Operations> {
  readonly module: string
  readonly operations: O
}

/** Declares a part of a module's operations, for a contract that is put together from several areas. */
export const operations = <const O extends Operations>(part: O): O => part

/** Declares the operations of a module. */
export const contract = <const O extends Operations>(module: string, operations: O): Contract<O> => ({
  module,
  operations,
})

type Parsed<T> = T extends z.ZodType ? z.output<T> : undefined
type Raw<T> = T extends z.ZodType ? z.input<T> : undefined
type Part<O, K extends string> = K extends keyof O ? O[K] : undefined

/** What a handler receives: the parts that the operation declares, parsed. */
export interface Input<O extends Operation> {
  readonly params: Parsed<Part<O, 'params'>>
  readonly query: Parsed<Part<O, 'query'>>
  readonly body: Parsed<Part<O, 'body'>>
}

type Field<K extends string, T> = [T] extends [undefined]
  ? { readonly [k in K]?: undefined }
  : Record<string, never> extends T
    ? { readonly [k in K]?: T }
    : { readonly [k in K]: T }

/** What a client has to give. */
export type Request<O extends Operation> = Field<'params', Raw<Part<O, 'params'>>> &
  Field<'query', Raw<Part<O, 'query'>>> &
  Field<'body', Raw<Part<O, 'body'>>>

/** What a handler returns, before the reply schema has parsed it. */
export type Returned<O extends Operation> = O['raw'] extends true ? void : z.input<O['reply']>
/** What a client gets. */
export type Reply<O extends Operation> = z.output<O['reply']>
