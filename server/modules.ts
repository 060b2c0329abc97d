import type { Authenticators } from './app.ts'
import { commonErrors } from './kernel/errors.ts'
import type { Kernel, Module } from './kernel/module.ts'
import { createFiles } from './modules/files/index.ts'
import { createMembers } from './modules/members/index.ts'
import { createStaff } from './modules/staff/index.ts'
import { createWechat } from './modules/wechat/index.ts'

/** The composition root: builds every module once, lower rings first; the only file that knows them all. */
export function createModules(kernel: Kernel) {
  const staff = createStaff(kernel)
  const files = createFiles(kernel)
  const wechat = createWechat(kernel, {
    memberIdOf: ({ appId, openid, unionid }) => members.api.memberIdOf(appId, openid, unionid),
  })
  const { audit } = staff.api
  const members = createMembers(kernel, { audit, phoneByCode: wechat.api.phoneByCode })

  const all: readonly Module<unknown>[] = [staff, files, wechat, members]

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
    files: files.api,
    wechat: wechat.api,
    members: members.api,
  }
}
export type Modules = ReturnType<typeof createModules>
