import type { Context } from 'koa'
import type { StaffCaller } from '../../kernel/http/caller.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import { staffApi } from './contract.ts'
import { staffRoutes } from './routes.ts'
import { access } from './service/access.ts'
import { createAudit, type Audit } from './service/audit.ts'
import { people } from './service/people.ts'

export type { Audit, AuditNote } from './service/audit.ts'

export interface StaffApi {
  /** Who of the staff is calling; throws unauthenticated, forbidden, or badCsrf. */
  authenticate(ctx: Context, permission: string | null): Promise<StaffCaller>
  audit: Audit
  /** Makes the first owner when there is none; returns the one-time password, to be printed once. */
  ensureFirstOwner(): Promise<{ username: string; oneTimePassword: string } | null>
}

/** People who work here, what they may do and for which stores, and the log of what they did. */
export function createStaff(kernel: Kernel): Module<StaffApi> {
  const audit = createAudit(kernel)
  const entry = access(kernel, audit)
  const staff = people(kernel, audit)
  return {
    name: 'staff',
    api: { authenticate: entry.authenticate, audit, ensureFirstOwner: staff.ensureFirstOwner },
    contracts: [staffApi],
    routes: router => staffRoutes(router, entry, staff),
  }
}
