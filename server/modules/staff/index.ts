import type { Context } from 'koa'
import type { Db } from '../../kernel/db.ts'
import type { StaffCaller } from '../../kernel/http/caller.ts'
import type { Kernel, Module } from '../../kernel/module.ts'
import type { Scope } from '../../kernel/scope.ts'
import { staffApi } from './contract.ts'
import { auditOf, colleagues, staffMeant, staffNames, type Colleague } from './repository/people.ts'
import { staffRoutes } from './routes.ts'
import { access } from './service/access.ts'
import { createAudit, type Audit } from './service/audit.ts'
import { people } from './service/people.ts'
import { listViews } from './service/views.ts'

export type { Colleague } from './repository/people.ts'
export type { Audit, AuditNote } from './service/audit.ts'

export interface StaffApi {
  /** Who of the staff is calling; throws unauthenticated, forbidden, or badCsrf. */
  authenticate(ctx: Context, permission: string | null): Promise<StaffCaller>
  audit: Audit
  /** Active members of staff within a scope, by name (those of headquarters where the scope is all stores). */
  colleagues(scope: Scope): Promise<Colleague[]>
  /** Names of staff by id, also of those who have left; ids that are none are left out. */
  staffNames(db: Db, ids: readonly string[]): Promise<Map<string, string>>
  /** Who is meant by a user name, or by a name that only one has, as files state it: text → id. */
  staffMeant(db: Db, texts: readonly string[]): Promise<Map<string, string>>
  /** What was done to a thing before a place in its history, newest first, within a scope. */
  auditOf: typeof auditOf
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
    api: {
      authenticate: entry.authenticate,
      audit,
      colleagues: scope => colleagues(kernel.db, scope),
      staffNames,
      staffMeant,
      auditOf,
      ensureFirstOwner: staff.ensureFirstOwner,
    },
    contracts: [staffApi],
    routes: router => staffRoutes(router, entry, staff, listViews(kernel, audit)),
  }
}
