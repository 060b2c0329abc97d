import { inTransaction, uniqueViolation } from '../../../kernel/db.ts'
import type { StaffCaller } from '../../../kernel/http/caller.ts'
import { decodeCursor, pageFrom } from '../../../kernel/page.ts'
import type { Scope } from '../../../kernel/scope.ts'
import type { Audit } from '../../staff/index.ts'
import { tillErrors } from '../contract.ts'
import type { RevocationQuery } from '../contract/codes.ts'
import { tillCodesRepository } from '../repository/codes.ts'
import { revocationsRepository } from '../repository/revocations.ts'
import type { TillDeps } from './deps.ts'
import type { Signing } from './signing.ts'

/** The keys that sign codes, turned by staff, and the list of all that was made void. */
export function keyDesk({ db, clock, newId, needs }: TillDeps, signing: Signing, audit: Audit) {
  async function keys() {
    const rows = await signing.known()
    return {
      items: rows.map(({ kid, createdAt, retiredAt }, at) => ({
        kid,
        state: retiredAt !== null ? ('retired' as const) : at === 0 ? ('signs' as const) : ('verifies' as const),
        createdAt,
        retiredAt,
      })),
    }
  }

  return {
    keys,

    /** A new key signs from now on. Older ones are believed on, or retired: then what they sign proves nothing any more. */
    async rotate(caller: StaffCaller, asked: { after: number; retireOlder: boolean; reason: string }) {
      const kid = (asked.after % 99) + 1
      const now = clock.now()
      try {
        await inTransaction(db, async tx => {
          const codes = tillCodesRepository(tx)
          const [newest] = await codes.keys()
          if ((newest?.kid ?? 0) !== asked.after) throw tillErrors.keyTurned()
          const ended = asked.retireOlder ? await codes.retire(now) : 0
          await codes.addKey(signing.fresh(kid))
          await revocationsRepository(tx).add({
            id: newId(),
            kind: 'key',
            subject: String(asked.after),
            name: String(asked.after),
            storeCode: null,
            reason: asked.reason,
            ended,
            revokedBy: caller.staffId,
            at: now,
          })
          await audit(tx, caller, {
            action: 'till.rotateSigningKey',
            subjectKind: 'tillSigningKey',
            subjectId: String(kid),
            reason: asked.reason,
            details: { retired: ended },
          })
        })
      } catch (error) {
        if (uniqueViolation(error) !== null) throw tillErrors.keyTurned()
        throw error
      }
      signing.forget()
      return keys()
    },

    async revocations(scope: Scope, query: RevocationQuery) {
      const [before] = decodeCursor(query.cursor) ?? []
      const after = typeof before === 'string' ? before : null
      const rows = await revocationsRepository(db).page(scope, query.kind, after, query.limit + 1)
      const { items, next } = pageFrom(rows, query.limit, row => [row.id])
      const staff = await needs.staffNames(db, [...new Set(items.map(row => row.revokedBy))])
      const members = await needs.members.briefs(
        db,
        items.filter(row => row.kind === 'member').map(row => row.subject),
      )
      return {
        next,
        items: items.map(({ id, kind, name, revokedBy, ...row }) => ({
          ...row,
          revocationId: id,
          kind: kind === 'till' ? ('till' as const) : kind === 'key' ? ('key' as const) : ('member' as const),
          name: members.get(row.subject)?.name ?? name,
          revokedBy: staff.get(revokedBy) ?? '',
        })),
      }
    },
  }
}
export type KeyDesk = ReturnType<typeof keyDesk>
