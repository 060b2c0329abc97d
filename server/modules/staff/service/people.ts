import { inTransaction, uniqueViolation, type Tx } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import type { Page } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import {
  staffErrors,
  type AuditQuery,
  type AuditRow,
  type NewStaff,
  type Role,
  type StaffChange,
  type StaffQuery,
  type StaffRow,
} from '../contract.ts'
import { staffRepository } from '../repository/people.ts'
import type { Audit } from './audit.ts'
import { hashPassword, oneTimePassword } from './password.ts'

/** Lists, adds and changes staff. */
export function people({ db, clock, newId }: Pick<Kernel, 'db' | 'clock' | 'newId'>, audit: Audit) {
  const storesOf = (role: Role, stores: { all: boolean; codes: string[] }): { all: boolean; codes: string[] } => {
    if (role === 'owner') return { all: true, codes: [] }
    if (!stores.all && stores.codes.length === 0) throw staffErrors.storesNeeded()
    return stores.all ? { all: true, codes: [] } : { all: false, codes: [...new Set(stores.codes)] }
  }

  async function add(
    tx: Tx,
    id: string,
    { username, name, role, stores }: NewStaff,
    passwordHash: string,
  ): Promise<void> {
    const repository = staffRepository(tx)
    const { all, codes } = storesOf(role, stores)
    try {
      await repository.insert({ id, username, name, role, allStores: all, passwordHash, createdAt: clock.now() })
    } catch (error) {
      if (uniqueViolation(error) !== null) throw staffErrors.usernameTaken({ username })
      throw error
    }
    await repository.setStores(id, codes)
  }

  const row = async (id: string): Promise<StaffRow> => {
    const found = await staffRepository(db).byId(id)
    if (found === null) throw staffErrors.notFound()
    return found
  }

  return {
    list: (query: StaffQuery, scope: Scope): Promise<Page<StaffRow>> => staffRepository(db).list(query, scope),
    auditLog: (query: AuditQuery, scope: Scope): Promise<Page<AuditRow>> => staffRepository(db).audit(query, scope),

    async create(body: NewStaff, caller: StaffCaller): Promise<{ staff: StaffRow; oneTimePassword: string }> {
      const password = oneTimePassword()
      const passwordHash = await hashPassword(password)
      const id = newId()
      await inTransaction(db, async tx => {
        await add(tx, id, body, passwordHash)
        await audit(tx, caller, { action: 'staff.create', subjectKind: 'staff', subjectId: id, details: body })
      })
      return { staff: await row(id), oneTimePassword: password }
    },

    async update(staffId: string, change: StaffChange, caller: StaffCaller): Promise<StaffRow> {
      if (
        staffId === caller.staffId &&
        (change.state === 'disabled' || (change.role !== undefined && change.role !== caller.role))
      )
        throw staffErrors.notYourself()
      await inTransaction(db, async tx => {
        const repository = staffRepository(tx)
        const owners = await repository.lockOwners()
        const before = await repository.byId(staffId)
        if (before === null) throw staffErrors.notFound()
        const role = change.role ?? before.role
        const state = change.state ?? before.state
        if (owners.length === 1 && owners[0] === staffId && (role !== 'owner' || state !== 'active'))
          throw staffErrors.lastOwner()
        const stores = storesOf(role, change.stores ?? before.stores)
        await repository.update(staffId, {
          name: change.name ?? before.name,
          role,
          state,
          allStores: stores.all ? 1 : 0,
        })
        await repository.setStores(staffId, stores.codes)
        await audit(tx, caller, {
          action: 'staff.update',
          subjectKind: 'staff',
          subjectId: staffId,
          details: {
            before: { name: before.name, role: before.role, state: before.state, stores: before.stores },
            change,
          },
        })
      })
      return row(staffId)
    },

    async resetPassword(staffId: string, caller: StaffCaller): Promise<{ staff: StaffRow; oneTimePassword: string }> {
      const password = oneTimePassword()
      const passwordHash = await hashPassword(password)
      await inTransaction(db, async tx => {
        if (!(await staffRepository(tx).update(staffId, { passwordHash, mustChange: 1 }))) throw staffErrors.notFound()
        await audit(tx, caller, { action: 'staff.resetPassword', subjectKind: 'staff', subjectId: staffId })
      })
      return { staff: await row(staffId), oneTimePassword: password }
    },

    /** Makes the first owner when there is none; returns the one-time password to be printed, or null. */
    async ensureFirstOwner(): Promise<{ username: string; oneTimePassword: string } | null> {
      if ((await staffRepository(db).countOwners()) > 0) return null
      const password = oneTimePassword()
      const passwordHash = await hashPassword(password)
      const id = newId()
      try {
        await inTransaction(db, async tx => {
          await add(
            tx,
            id,
            { username: 'owner', name: '店主', role: 'owner', stores: { all: true, codes: [] } },
            passwordHash,
          )
          await audit(
            tx,
            { kind: 'system', name: 'first start' },
            { action: 'staff.create', subjectKind: 'staff', subjectId: id },
          )
        })
      } catch (error) {
        // Another process was first: its password was printed there.
        if (error instanceof Error && 'code' in error && error.code === 'staff.usernameTaken') return null
        throw error
      }
      return { username: 'owner', oneTimePassword: password }
    },
  }
}
