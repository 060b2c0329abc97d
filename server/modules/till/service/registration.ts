import { randomBytes } from 'node:crypto'
import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import { commonErrors } from '../../../kernel/errors.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import type { Kernel } from '../../../kernel/module.ts'
import { inScope, type Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { tillErrors } from '../contract.ts'
import { revocationsRepository } from '../repository/revocations.ts'
import { tillsRepository, type TillRecord } from '../repository/tills.ts'

const rowOf = (till: TillRecord) => ({
  tillId: till.id,
  storeCode: till.storeCode,
  tillCode: till.tillCode,
  name: till.name,
  state: till.state === 'revoked' ? ('revoked' as const) : ('active' as const),
  createdAt: till.createdAt.toISOString(),
  lastSeenAt: till.lastSeenAt?.toISOString() ?? null,
})

/** Which tills may call, set up by staff; a key is shown once and kept sealed. */
export function tillRegistration(
  { db, vault, clock, newId }: Pick<Kernel, 'db' | 'vault' | 'clock' | 'newId'>,
  audit: Audit,
) {
  const newKey = (): string => randomBytes(32).toString('base64url')

  async function find(tillId: string, scope: Scope): Promise<TillRecord> {
    const till = await tillsRepository(db).find(tillId)
    if (till === undefined || !inScope(scope, till.storeCode)) throw tillErrors.noTill()
    return till
  }

  async function change(
    caller: StaffCaller,
    tillId: string,
    action: string,
    what: { keySealed: string } | { state: 'revoked' },
    reason = '',
  ): Promise<void> {
    const till = await find(tillId, caller.scope)
    await inTransaction(db, async tx => {
      if (!(await tillsRepository(tx).change(tillId, what))) {
        if ('state' in what) return
        throw tillErrors.noTill()
      }
      const { storeCode, tillCode } = till
      await audit(tx, caller, {
        action,
        subjectKind: 'till',
        subjectId: tillId,
        storeCode,
        ...(reason === '' ? {} : { reason }),
      })
      if ('state' in what)
        await revocationsRepository(tx).add({
          id: newId(),
          kind: 'till',
          subject: tillId,
          name: tillCode,
          storeCode,
          reason,
          ended: 1,
          revokedBy: caller.staffId,
          at: clock.now(),
        })
    })
  }

  return {
    list: async (scope: Scope) => ({ items: (await tillsRepository(db).list(scope)).map(rowOf) }),

    async register(caller: StaffCaller, given: { storeCode: string; tillCode: string; name: string }) {
      if (!inScope(caller.scope, given.storeCode)) throw commonErrors.notFound()
      const [id, key] = [newId(), newKey()]
      try {
        await inTransaction(db, async tx => {
          await tillsRepository(tx).insert({
            id,
            ...given,
            keySealed: vault.seal(key),
            state: 'active',
            createdBy: caller.staffId,
            createdAt: clock.now(),
            lastSeenAt: null,
          })
          await audit(tx, caller, {
            action: 'till.register',
            subjectKind: 'till',
            subjectId: id,
            storeCode: given.storeCode,
            details: { tillCode: given.tillCode },
          })
        })
      } catch (error) {
        if (uniqueViolation(error) !== null) throw tillErrors.tillTaken()
        throw error
      }
      return { till: rowOf(await find(id, caller.scope)), key }
    },

    async renewKey(caller: StaffCaller, tillId: string) {
      const key = newKey()
      await change(caller, tillId, 'till.renewKey', { keySealed: vault.seal(key) })
      return { till: rowOf(await find(tillId, caller.scope)), key }
    },

    async revoke(caller: StaffCaller, tillId: string, reason: string) {
      await change(caller, tillId, 'till.revoke', { state: 'revoked' }, reason)
      return rowOf(await find(tillId, caller.scope))
    },
  }
}
export type Registration = ReturnType<typeof tillRegistration>
