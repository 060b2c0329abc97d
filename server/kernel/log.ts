import { AsyncLocalStorage } from 'node:async_hooks'
import { pino, type Logger } from 'pino'

export type Log = Pick<Logger, 'info' | 'warn' | 'error' | 'debug'>

const context = new AsyncLocalStorage<Readonly<Record<string, string>>>()

/** Runs a task so that every line logged within it carries these ids (request, job). */
export const withLogIds = <T>(ids: Readonly<Record<string, string>>, task: () => T): T =>
  context.run({ ...context.getStore(), ...ids }, task)

/** The ids of the request or job that is running. */
export const logIds = (): Readonly<Record<string, string>> => context.getStore() ?? {}

/** A log of JSON lines; secrets, tokens and sessions never appear in it. */
export function createLog(level: string, name: string): Logger {
  return pino({
    level,
    name,
    mixin: () => logIds(),
    redact: {
      paths: [
        '*.secret',
        '*.password',
        '*.token',
        '*.access_token',
        '*.session_key',
        'headers.authorization',
        'headers.cookie',
      ],
      censor: '[hidden]',
    },
  })
}
