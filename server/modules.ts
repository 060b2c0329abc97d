import type { Kernel, Module } from './kernel/module.ts'
import type { Authenticators } from './app.ts'
import { commonErrors } from './kernel/errors.ts'
import { createStaff } from './modules/staff/index.ts'
import { createWechat } from './modules/wechat/index.ts'

/** The composition root: builds every module once, lower rings first; the only file that knows them all. */
export function createModules(kernel: Kernel) {
  const staff = createStaff(kernel)
  // Until members is wired in, nobody of the mini-program is a member.
  const wechat = createWechat(kernel, { memberIdOf: async () => null })

  const all: readonly Module<unknown>[] = [staff, wechat]
  const authenticators: Authenticators = {
    staff: staff.api.authenticate,
    shopper: wechat.api.authenticate,
    till: () => Promise.reject(commonErrors.unauthenticated()),
  }
  return {
    all,
    authenticators,
    handlers: all.flatMap(module => module.handlers ?? []),
    jobs: all.flatMap(module => module.jobs ?? []),
    staff: staff.api,
    wechat: wechat.api,
  }
}
export type Modules = ReturnType<typeof createModules>
