import type { Kernel, Module } from './kernel/module.ts'
import type { Authenticators } from './app.ts'
import { commonErrors } from './kernel/errors.ts'
import { createStaff } from './modules/staff/index.ts'

/** The composition root: builds every module once, lower rings first; the only file that knows them all. */
export function createModules(kernel: Kernel) {
  const staff = createStaff(kernel)

  const all: readonly Module<unknown>[] = [staff]
  const authenticators: Authenticators = {
    staff: staff.api.authenticate,
    shopper: () => Promise.reject(commonErrors.unauthenticated()),
    till: () => Promise.reject(commonErrors.unauthenticated()),
  }
  return {
    all,
    authenticators,
    handlers: all.flatMap(module => module.handlers ?? []),
    jobs: all.flatMap(module => module.jobs ?? []),
    staff: staff.api,
  }
}
export type Modules = ReturnType<typeof createModules>
