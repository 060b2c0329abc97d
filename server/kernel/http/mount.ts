import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { commonErrors } from '../errors.ts'
import type { Caller, CallerOf } from './caller.ts'
import type { Access, Contract, Input, Operation, Operations, Returned } from './contract.ts'

export type Handlers<O extends Operations> = {
  readonly [K in keyof O]: (
    input: Input<O[K]>,
    caller: CallerOf<O[K]['access']>,
    ctx: Context,
  ) => Promise<Returned<O[K]>> | Returned<O[K]>
}

/** Finds out who calls and whether the access lets them in; throws unauthenticated or forbidden. Set once by the app. */
export type Gate = (access: Access, ctx: Context) => Promise<Caller>

const GATE = Symbol('gate')
type GatedRouter = Router & { [GATE]?: Gate }

/** Gives a router the gate that every operation mounted on it passes; without one nothing can be mounted. */
export function guard(router: Router, gate: Gate): Router {
  ;(router as GatedRouter)[GATE] = gate
  return router
}

const PARTS = ['params', 'query', 'body'] as const

/** Parses what an operation declares; throws with every field that is wrong. */
export function parseInput(
  operation: Operation,
  raw: Readonly<Record<(typeof PARTS)[number], unknown>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const problems: { where: string; message: string }[] = []
  for (const part of PARTS) {
    const schema = operation[part]
    if (schema === undefined) continue
    const parsed = schema.safeParse(raw[part])
    if (parsed.success) input[part] = parsed.data
    else
      for (const { path, message } of parsed.error.issues) problems.push({ where: [part, ...path].join('.'), message })
  }
  if (problems.length > 0) {
    throw commonErrors.invalidRequest({ where: problems.map(problem => problem.where).join(', '), fields: problems })
  }
  return input
}

type AnyHandler = (input: unknown, caller: Caller, ctx: Context) => Promise<unknown>

/** Serves a module's operations: access first, then validation, then the handler; the reply schema decides what leaves. */
export function mount<O extends Operations>(router: Router, { operations }: Contract<O>, handlers: Handlers<O>): void {
  const gate = (router as GatedRouter)[GATE]
  if (gate === undefined) throw new Error('the router has no gate: call guard(router, gate) first')
  for (const [name, operation] of Object.entries<Operation>(operations)) {
    const handle = handlers[name as keyof O] as unknown as AnyHandler
    const answersNothing = operation.reply instanceof z.ZodVoid
    router.register(operation.path, [operation.method], async (ctx: Context) => {
      const caller = await gate(operation.access, ctx)
      const input = parseInput(operation, {
        params: ctx['params'] as unknown,
        query: ctx.query,
        body: (ctx.request as { body?: unknown }).body ?? (operation.body === undefined ? undefined : {}),
      })
      const returned = await handle(input, caller, ctx)
      if (operation.raw === true) return
      if (answersNothing) {
        ctx.status = 204
        return
      }
      ctx.body = operation.reply.parse(returned)
    })
  }
}
